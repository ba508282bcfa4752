import { useQuery } from "@tanstack/react-query";
import { Outlet, useRouter } from "@tanstack/react-router";
import { CloudOff } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { sentenceOf } from "../../api/rest/http";
import type { Me } from "../../api/rest/session";
import { Button } from "../../ui/Button";
import { ConfirmProvider } from "../../ui/Confirm";
import { Failure, Loading } from "../../ui/States";
import { useHandoffNotices } from "../handoffs/useHandoffNotices";
import { useDashboardLive } from "../live/useDashboardLive";
import { sessionQuery } from "../queries";
import { LostLink } from "./LostLink";
import { MeContext } from "./me";
import { Nav } from "./Nav";
import styles from "./Shell.module.css";
import { SignInAgain } from "./SignInAgain";
import { useSessionWatch } from "./useSessionWatch";

/** What surrounds every page of the dashboard. Lets nobody in who isn't signed in. */
export function Shell() {
  const session = useQuery(sessionQuery);
  const wasHere = useRef<Me | null>(null);
  if (session.data) wasHere.current = session.data;
  const me = session.data ?? wasHere.current;

  if (!me) {
    if (session.isPending) return <Loading />;
    if (session.isError) {
      return (
        <Failure
          icon={<CloudOff />}
          title="The server does not answer"
          action={<Button onClick={() => session.refetch()}>Try again</Button>}
        >
          {sentenceOf(session.error)}
        </Failure>
      );
    }
    return <ToSignIn />;
  }
  return (
    <MeContext value={me}>
      <ConfirmProvider>
        <SignedIn />
        {/* The session ran out under the page: what was typed into it stays while one signs in again. */}
        {session.data === null && <SignInAgain me={me} />}
      </ConfirmProvider>
    </MeContext>
  );
}

function ToSignIn() {
  const router = useRouter();
  // Read once: the location changes while this very navigation is under way.
  const [next] = useState(() => router.state.location.href);
  useEffect(() => {
    void router.navigate({ to: "/sign-in", search: { next }, replace: true });
  }, [router, next]);
  return <Loading />;
}

function SignedIn() {
  const link = useDashboardLive();
  useSessionWatch();
  useHandoffNotices();
  return (
    <div className={styles.shell}>
      <a className={styles.skip} href="#page">
        Skip to the page
      </a>
      <Nav />
      <main id="page" className={styles.main} tabIndex={-1}>
        <LostLink state={link} />
        <Outlet />
      </main>
    </div>
  );
}
