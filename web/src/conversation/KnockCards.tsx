import clsx from "clsx";
import { DoorOpen } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import type { HistoryGrant, KnockCard } from "../api/words";
import { ring } from "../core/ring";
import { Avatar, Button } from "../ui";
import styles from "./KnockCards.module.css";
import { KnockBell } from "./model/knock-bell";
import { roleLabel } from "./model/people";
import { clockTime } from "./model/time";
import { can, useCommand, useView } from "./room-context";

/** How much of the conversation each of those who knock shall see, as far as the host chose. */
export interface Grants {
  of: (knock: KnockCard) => HistoryGrant;
  choose: (requestId: number, history: HistoryGrant) => void;
}

/** To be kept above the cards: these come and go with the chat, and a narrower choice must not be forgotten with them. */
export function useGrants(): Grants {
  const [chosen, setChosen] = useState<ReadonlyMap<number, HistoryGrant>>(new Map());
  return {
    of: ({ request_id, asks_history }) => chosen.get(request_id) ?? asks_history,
    choose: (requestId, history) => setChosen((before) => new Map(before).set(requestId, history)),
  };
}

/** Those who knock, for those who may decide. A flood is one card and one sound. */
export function KnockCards({ grants }: { grants: Grants }) {
  const view = useView();
  const { knocks } = view;
  useBell(knocks);
  if (knocks.length === 0) return null;
  const many = knocks.length > 1;
  return (
    <section
      className={clsx(styles.card, many && styles.many)}
      aria-label={many ? `${knocks.length} requests to join` : "A request to join"}
    >
      <span className="visually-hidden" role="alert">
        {many ? `${knocks.length} people would like to join.` : knocks[0]?.text}
      </span>
      {many && <GroupHead knocks={knocks} />}
      <ul className={styles.list}>
        {knocks.map((knock) => (
          <Knock key={knock.request_id} knock={knock} grants={grants} brief={many} />
        ))}
      </ul>
    </section>
  );
}

function GroupHead({ knocks }: { knocks: readonly KnockCard[] }) {
  const { run, busy } = useCommand();
  const declineAll = async () => {
    for (const { request_id } of knocks) await run({ do: "decline", request_id, for_good: false });
  };
  return (
    <header className={styles.head}>
      <DoorOpen aria-hidden="true" />
      <strong>{knocks.length} people would like to join</strong>
      <Button size="sm" variant="quiet" busy={busy} onClick={declineAll}>
        No thanks to all
      </Button>
    </header>
  );
}

/** An informed choice: who, how that is known, by whom invited, why, and how much they will see. */
function Knock({ knock, grants, brief }: { knock: KnockCard; grants: Grants; brief: boolean }) {
  const view = useView();
  const { run, busy } = useCommand();
  const history = grants.of(knock);
  const decide = can(view, "decide_knock");
  const { request_id } = knock;
  const size = brief ? "sm" : "md";
  return (
    <li className={styles.knock}>
      {!brief && <p className={styles.text}>{knock.text}</p>}
      <div className={styles.who}>
        <Avatar name={knock.name} kind="person" />
        <dl className={styles.facts}>
          <div>
            <dt className="visually-hidden">Who</dt>
            <dd>
              <strong>{knock.name}</strong> · {roleLabel(knock.role)} · {clockTime(knock.requested_at)}
            </dd>
          </div>
          <div>
            <dt className="visually-hidden">How that is known</dt>
            <dd>{knock.verified}</dd>
          </div>
          {knock.invited_by && (
            <div>
              <dt>Invited by</dt>
              <dd>
                {knock.invited_by}
                {knock.invitation_note && `: “${knock.invitation_note}”`}
              </dd>
            </div>
          )}
          {knock.purpose && (
            <div>
              <dt>Why</dt>
              <dd>{knock.purpose}</dd>
            </div>
          )}
          <div>
            <dt>
              <label htmlFor={`history-${request_id}`}>Will see</label>
            </dt>
            <dd>
              {knock.may_grant_less && decide ? (
                <select
                  id={`history-${request_id}`}
                  className={styles.history}
                  value={history}
                  onChange={(event) => grants.choose(request_id, event.target.value as HistoryGrant)}
                >
                  <option value="all">the whole conversation</option>
                  <option value="from_join">only what is said from now on</option>
                </select>
              ) : (
                <span id={`history-${request_id}`}>
                  {knock.asks_history === "all" ? "the whole conversation" : "only what is said from now on"}
                </span>
              )}
            </dd>
          </div>
        </dl>
      </div>
      {decide && (
        <div className={styles.choices} data-decision="">
          <Button
            variant="primary"
            size={size}
            busy={busy}
            onClick={() => void run({ do: "admit", request_id, history })}
          >
            {knock.admit_label}
          </Button>
          <Button size={size} disabled={busy} onClick={() => void run({ do: "decline", request_id, for_good: false })}>
            No thanks
          </Button>
          {knock.door.kind === "guest_invitation" && (
            <Button
              variant="quiet"
              size="sm"
              disabled={busy}
              onClick={() => void run({ do: "decline", request_id, for_good: true })}
            >
              No thanks, for good
            </Button>
          )}
        </div>
      )}
    </li>
  );
}

function useBell(knocks: readonly KnockCard[]) {
  const bell = useRef<KnockBell>(null);
  bell.current ??= new KnockBell();
  useEffect(() => {
    const ids = knocks.map(({ request_id }) => request_id);
    if (bell.current?.changed(ids, Date.now())) ring();
  }, [knocks]);

  // Seen on the tab too: a host may be looking at another.
  useEffect(() => {
    if (knocks.length === 0) return;
    const title = document.title;
    document.title = `(${knocks.length}) Somebody knocks · ${title}`;
    return () => {
      document.title = title;
    };
  }, [knocks.length]);
}
