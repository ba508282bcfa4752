import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { CircleCheckBig } from "lucide-react";
import { useMemo } from "react";
import { Segments } from "../../ui/Segments";
import { Skeleton } from "../../ui/Skeleton";
import { Empty } from "../../ui/States";
import { handoffsQuery } from "../queries";
import { Page, Refused } from "../shell/Page";
import { useNow } from "../useNow";
import { HandoffCard } from "./HandoffCard";
import styles from "./Handoffs.module.css";
import { NoticeSwitch } from "./NoticeSwitch";
import { inOrderOfNeed, keyOf } from "./truth";

const STATES = [
  { value: "open", label: "Open" },
  { value: "closed", label: "Closed" },
] as const;

export function HandoffsPage() {
  const search = useSearch({ from: "/dashboard/handoffs" });
  const navigate = useNavigate();
  const state = search.state === "closed" ? "closed" : "open";
  const handoffs = useQuery(handoffsQuery(state));
  const now = useNow(10_000);
  const rows = useMemo(() => {
    if (!handoffs.data) return [];
    return state === "open" ? inOrderOfNeed(handoffs.data) : handoffs.data;
  }, [handoffs.data, state]);

  return (
    <Page
      title="Handoffs"
      lead="Questions that wait for a person. None is ever dropped: each ends answered, or with a reason."
    >
      <div className={styles.bar}>
        <Segments
          label="State"
          options={STATES}
          value={state}
          onChange={(next) =>
            void navigate({
              to: "/dashboard/handoffs",
              search: next === "closed" ? { state: next } : {},
              replace: true,
            })
          }
        />
        <NoticeSwitch />
      </div>
      {handoffs.isPending && <Skeleton label="Loading handoffs" rows={2} height="11rem" />}
      {handoffs.isError && !handoffs.data && (
        <Refused what="The handoffs" error={handoffs.error} retry={handoffs.refetch} />
      )}
      {handoffs.data && rows.length === 0 && (
        <Empty icon={<CircleCheckBig />} title={state === "open" ? "Nobody waits for you" : "Nothing closed yet"}>
          {state === "open"
            ? "When a persona cannot answer, or a visitor asks for a person, it shows up here and in your mail."
            : "Answered, cancelled and dismissed handoffs are kept here."}
        </Empty>
      )}
      <ul className={styles.cards}>
        {rows.map((row) => (
          <HandoffCard key={keyOf(row)} row={row} now={now} />
        ))}
      </ul>
    </Page>
  );
}
