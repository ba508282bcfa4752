import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { StrictMode, useSyncExternalStore } from "react";
import { createRoot } from "react-dom/client";
import "../ui/base.css";
import { VisitorPage } from "../conversation/VisitorPage";
import { storageKeep } from "../core/keep";
import { Boundary, Button, Failure, ShownContext, ToastProvider } from "../ui";
import { applyTheme, readTheme } from "../ui/theme";
import { GuestPage, UserDoorPage } from "../waiting-room/later";
import { findHost, type Host } from "../widget/host";
import { rootElement } from "./root-element";

const queries = new QueryClient({ defaultOptions: { queries: { staleTime: 10_000, retry: 1 } } });
const ownKeep = storageKeep(() => localStorage);

/** The page for this address. Four addresses that never lead to one another need no router. */
async function page() {
  const [, place, id] = location.pathname.split("/");
  const search = new URLSearchParams(location.search);
  if (place === "p" && id) return <VisitorPage personaId={id} keep={ownKeep} />;
  if (place === "widget" && id) {
    const host = await findHost();
    const name = search.get("name") ?? undefined;
    if (!host) return <VisitorPage personaId={id} keep={ownKeep} name={name} />;
    closeOnEscape(host.close);
    return <InPanel personaId={id} name={name} host={host} />;
  }
  if (place === "c" && id) return <UserDoorPage conversationId={id} handoff={search.get("handoff")} keep={ownKeep} />;
  // The token is in the fragment, so that it reaches no server's log.
  if (place === "g" && location.hash.length > 1) return <GuestPage token={location.hash.slice(1)} keep={ownKeep} />;
  return (
    <Failure title="There is nothing here">The link may be incomplete. Open it again from where you got it.</Failure>
  );
}

/** The last resort: a page that says so instead of a white one. */
const Broken = () => (
  <Failure
    title="This page stopped working"
    action={
      <Button variant="primary" onClick={() => location.reload()}>
        Reload the page
      </Button>
    }
  >
    The conversation goes on, and your drafts are kept.
  </Failure>
);

/** Inside somebody else's page, which may not have shown the panel yet. */
function InPanel({ personaId, name, host }: { personaId: string; name: string | undefined; host: Host }) {
  const showing = useSyncExternalStore(host.onShowing, host.showing);
  return (
    <ShownContext value={showing === "shown"}>
      <VisitorPage
        personaId={personaId}
        keep={host.keep}
        name={name}
        onClose={host.close}
        onUnread={host.unread}
        onCall={host.call}
        unseen={showing === "never"}
      />
    </ShownContext>
  );
}

/** What is open inside the panel takes Escape first. */
function closeOnEscape(close: () => void): void {
  addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.defaultPrevented) close();
  });
}

applyTheme(readTheme());
const root = createRoot(rootElement());
void page().then((shown) =>
  root.render(
    <StrictMode>
      <QueryClientProvider client={queries}>
        <Boundary instead={() => <Broken />}>
          <ToastProvider>{shown}</ToastProvider>
        </Boundary>
      </QueryClientProvider>
    </StrictMode>,
  ),
);
