import { createRootRoute, createRoute, createRouter, Outlet } from "@tanstack/react-router";
import { Empty } from "../ui";

const root = createRootRoute({ component: Outlet });
const start = createRoute({ getParentRoute: () => root, path: "/", component: () => <Empty title="Trialogue" /> });

export const router = createRouter({ routeTree: root.addChildren([start]) });

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
