import { useQuery } from "@tanstack/react-query";
import { Navigate } from "@tanstack/react-router";
import { CloudOff } from "lucide-react";
import { sentenceOf } from "../api/rest/http";
import { Button } from "../ui/Button";
import { Failure, Loading } from "../ui/States";
import { sessionQuery, setupQuery } from "./queries";

/** The bare address: on to setting up, signing in, or the dashboard. */
export function StartPage() {
  const setup = useQuery(setupQuery);
  const session = useQuery(sessionQuery);
  if (setup.data?.needed) return <Navigate to="/setup" replace />;
  if (session.data) return <Navigate to="/dashboard/personas" replace />;
  if (setup.data && session.data === null) return <Navigate to="/sign-in" replace />;
  const failed = setup.error ?? session.error;
  if (failed) {
    return (
      <Failure
        icon={<CloudOff />}
        title="The server does not answer"
        action={<Button onClick={() => [setup.refetch(), session.refetch()]}>Try again</Button>}
      >
        {sentenceOf(failed)}
      </Failure>
    );
  }
  return <Loading />;
}
