import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { handoffsQuery } from "../queries";
import { noticesWanted } from "./notices";
import { keyOf, newlyRaised } from "./truth";

/** Tells of new handoffs through the browser, when its user asked for that. */
export function useHandoffNotices(): void {
  const { data } = useQuery(handoffsQuery("open"));
  const navigate = useNavigate();
  const known = useRef<Set<string> | undefined>(undefined);
  useEffect(() => {
    if (!data) return;
    const fresh = newlyRaised(known.current, data);
    known.current = new Set(data.map(keyOf));
    if (!noticesWanted()) return;
    for (const row of fresh) {
      const notice = new Notification(`${row.visitor_name} needs you`, {
        body: row.question,
        // The same handoff in several tabs is one notice.
        tag: keyOf(row),
        icon: "/favicon.svg",
      });
      notice.onclick = () => {
        window.focus();
        void navigate({ to: "/dashboard/handoffs" });
        notice.close();
      };
    }
  }, [data, navigate]);
}
