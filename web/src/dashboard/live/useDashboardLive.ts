import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { keepLive, type LinkState, liveUrl } from "./connection";
import { keysFor } from "./keys";

/** Keeps every list of the dashboard fresh. Used once, by the shell. */
export function useDashboardLive(): LinkState {
  const queries = useQueryClient();
  const [state, setState] = useState<LinkState>("connecting");
  useEffect(
    () =>
      keepLive(liveUrl(window.location), {
        onState: setState,
        onChanged: (what) => {
          for (const queryKey of keysFor(what)) void queries.invalidateQueries({ queryKey });
        },
      }),
    [queries],
  );
  return state;
}
