import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Navigate,
  Outlet,
} from "@tanstack/react-router";
import { InvitePage } from "../sign-in/InvitePage";
import { ResetPage } from "../sign-in/ResetPage";
import { SetupPage } from "../sign-in/SetupPage";
import { SignInPage } from "../sign-in/SignInPage";
import { applyTheme, readTheme } from "../ui/theme";
import { Broken, LostPage } from "./Lost";
import { StartPage } from "./StartPage";

applyTheme(readTheme());

/** Takes the text parameters a page knows from the address and drops the rest. */
function texts<Name extends string>(...names: Name[]) {
  return (search: Record<string, unknown>): { [key in Name]?: string } => {
    const taken: { [key in Name]?: string } = {};
    for (const name of names) {
      const value = search[name];
      if (typeof value === "string" && value !== "") taken[name] = value;
      else if (typeof value === "number") taken[name] = String(value);
    }
    return taken;
  };
}

const root = createRootRoute({ component: Outlet, notFoundComponent: LostPage, errorComponent: Broken });

const start = createRoute({ getParentRoute: () => root, path: "/", component: StartPage });
const signIn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  component: SignInPage,
  validateSearch: texts("next"),
});
const setup = createRoute({ getParentRoute: () => root, path: "/setup", component: SetupPage });
const reset = createRoute({ getParentRoute: () => root, path: "/reset", component: ResetPage });
const invite = createRoute({ getParentRoute: () => root, path: "/invite", component: InvitePage });

const dashboard = createRoute({
  getParentRoute: () => root,
  path: "/dashboard",
  component: lazyRouteComponent(() => import("./shell/Shell"), "Shell"),
});
const home = createRoute({
  getParentRoute: () => dashboard,
  path: "/",
  component: () => <Navigate to="/dashboard/personas" replace />,
});

const personas = createRoute({
  getParentRoute: () => dashboard,
  path: "/personas",
  component: lazyRouteComponent(() => import("./personas/PersonasPage"), "PersonasPage"),
});
const persona = createRoute({
  getParentRoute: () => dashboard,
  path: "/personas/$personaId",
  component: lazyRouteComponent(() => import("./persona/PersonaPage"), "PersonaPage"),
});
const personaProfile = createRoute({
  getParentRoute: () => persona,
  path: "/",
  component: lazyRouteComponent(() => import("./persona/ProfileTab"), "ProfileTab"),
});
const personaRules = createRoute({
  getParentRoute: () => persona,
  path: "/rules",
  component: lazyRouteComponent(() => import("./persona/RulesTab"), "RulesTab"),
});
const personaKnowledge = createRoute({
  getParentRoute: () => persona,
  path: "/knowledge",
  component: lazyRouteComponent(() => import("./persona/KnowledgeTab"), "KnowledgeTab"),
});
const personaTry = createRoute({
  getParentRoute: () => persona,
  path: "/try",
  component: lazyRouteComponent(() => import("./persona/TryTab"), "TryTab"),
});
const personaShare = createRoute({
  getParentRoute: () => persona,
  path: "/share",
  component: lazyRouteComponent(() => import("./persona/ShareTab"), "ShareTab"),
});

const conversations = createRoute({
  getParentRoute: () => dashboard,
  path: "/conversations",
  component: lazyRouteComponent(() => import("./conversations/ConversationsPage"), "ConversationsPage"),
  validateSearch: texts("state", "persona"),
});
const reading = createRoute({
  getParentRoute: () => dashboard,
  path: "/conversations/$conversationId",
  component: lazyRouteComponent(() => import("./conversations/ReadingPage"), "ReadingPage"),
});
const handoffs = createRoute({
  getParentRoute: () => dashboard,
  path: "/handoffs",
  component: lazyRouteComponent(() => import("./handoffs/HandoffsPage"), "HandoffsPage"),
  validateSearch: texts("state"),
});
const mailbox = createRoute({
  getParentRoute: () => dashboard,
  path: "/mailbox",
  component: lazyRouteComponent(() => import("./mailbox/MailboxPage"), "MailboxPage"),
  validateSearch: texts("mail"),
});
const people = createRoute({
  getParentRoute: () => dashboard,
  path: "/people",
  component: lazyRouteComponent(() => import("./people/PeoplePage"), "PeoplePage"),
});

const routeTree = root.addChildren([
  start,
  signIn,
  setup,
  reset,
  invite,
  dashboard.addChildren([
    home,
    personas,
    persona.addChildren([personaProfile, personaRules, personaKnowledge, personaTry, personaShare]),
    conversations,
    reading,
    handoffs,
    mailbox,
    people,
  ]),
]);

export const router = createRouter({ routeTree, defaultPreload: "intent", scrollRestoration: true });

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
