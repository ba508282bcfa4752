import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { MessagesSquare } from "lucide-react";
import { type KeyboardEvent, useMemo } from "react";
import { Button } from "../../ui/Button";
import { Segments } from "../../ui/Segments";
import { Select } from "../../ui/Select";
import { Skeleton } from "../../ui/Skeleton";
import { Empty } from "../../ui/States";
import { conversationsQuery, personasQuery } from "../queries";
import { Page, Refused } from "../shell/Page";
import { useNow } from "../useNow";
import { ConversationRow } from "./ConversationRow";
import styles from "./Conversations.module.css";
import { attentionFirst } from "./order";

const STATES = [
  { value: "open", label: "Open" },
  { value: "ended", label: "Ended" },
  { value: "all", label: "All" },
] as const;

type State = (typeof STATES)[number]["value"];

export function ConversationsPage() {
  const search = useSearch({ from: "/dashboard/conversations" });
  const navigate = useNavigate();
  const state: State = STATES.find(({ value }) => value === search.state)?.value ?? "open";
  const filter = { state: state === "all" ? undefined : state, persona_id: search.persona };
  const list = useInfiniteQuery(conversationsQuery(filter));
  const personas = useQuery(personasQuery);
  const now = useNow();
  const rows = useMemo(() => attentionFirst(list.data?.pages.flatMap((page) => page.conversations) ?? []), [list.data]);

  const go = (next: { state?: State; persona?: string }) =>
    void navigate({
      to: "/dashboard/conversations",
      search: {
        ...((next.state ?? state) !== "open" && { state: next.state ?? state }),
        ...((next.persona ?? search.persona) && { persona: next.persona ?? search.persona }),
      },
      replace: true,
    });

  return (
    <Page title="Conversations" lead="Those that need somebody come first. The list keeps itself up to date.">
      <div className={styles.filters}>
        <Segments label="State" options={STATES} value={state} onChange={(next) => go({ state: next })} />
        {personas.data && personas.data.length > 1 && (
          <Select
            compact
            label="Persona"
            value={search.persona ?? ""}
            onChange={(event) => go({ persona: event.target.value })}
          >
            <option value="">All personas</option>
            {personas.data.map((persona) => (
              <option key={persona.id} value={persona.id}>
                {persona.name}
              </option>
            ))}
          </Select>
        )}
      </div>
      {list.isPending && <Skeleton label="Loading conversations" rows={4} height="5rem" />}
      {list.isError && !list.data && <Refused what="The conversations" error={list.error} retry={list.refetch} />}
      {list.data && rows.length === 0 && (
        <Empty
          icon={<MessagesSquare />}
          title={state === "ended" ? "Nothing has ended yet" : "Nobody is talking just now"}
        >
          {state === "ended"
            ? "A conversation ends when its visitor or the one in charge ends it, or when nobody has spoken for a day."
            : "As soon as a visitor writes to one of your personas, the conversation shows up here."}
        </Empty>
      )}
      {rows.length > 0 && (
        <ul className={styles.list} onKeyDown={moveBetweenRows}>
          {rows.map((row) => (
            <ConversationRow key={row.conversation_id} row={row} now={now} />
          ))}
        </ul>
      )}
      {list.hasNextPage && (
        <Button className={styles.more} busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          Show earlier ones
        </Button>
      )}
    </Page>
  );
}

/** Arrow keys go from row to row, as in a mail program. */
function moveBetweenRows(event: KeyboardEvent<HTMLUListElement>) {
  const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
  if (step === 0) return;
  const links = [...event.currentTarget.querySelectorAll<HTMLAnchorElement>("a[data-row]")];
  const here = links.findIndex((link) => link.closest("li")?.contains(document.activeElement));
  const next = links[here + step];
  if (!next) return;
  event.preventDefault();
  next.focus();
}
