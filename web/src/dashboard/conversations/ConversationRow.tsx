import { Link } from "@tanstack/react-router";
import { BellRing, DoorOpen, MailQuestionMark, Video } from "lucide-react";
import type { Summary } from "../../api/rest/conversations";
import { Avatar } from "../../ui/Avatar";
import { Badge } from "../../ui/Badge";
import { LinkButton } from "../../ui/LinkButton";
import { ago, full } from "../time";
import styles from "./Conversations.module.css";
import { attention, peopleHere } from "./order";

export function ConversationRow({ row, now }: { row: Summary; now: number }) {
  const needs = attention(row);
  const last = row.last_message;
  return (
    <li className={styles.row} data-attention={needs ?? undefined}>
      <Avatar name={row.visitor_name} kind="person" {...(row.open && { presence: visitorPresence(row) })} />
      <div className={styles.words}>
        <p className={styles.top}>
          <Link
            data-row
            className={styles.cover}
            to="/dashboard/conversations/$conversationId"
            params={{ conversationId: row.conversation_id }}
          >
            {row.visitor_name}
          </Link>
          <span className={styles.with}>with {row.persona.name} (AI)</span>
          <time className={styles.time} dateTime={new Date(row.last_at).toISOString()} title={full(row.last_at)}>
            {ago(row.last_at, now)}
          </time>
        </p>
        {last && (
          <p className={styles.last}>
            {last.author && (
              <>
                <span className={styles.author}>
                  {last.role === "persona" ? `${last.author} (AI)` : last.author}:
                </span>{" "}
              </>
            )}
            {last.text}
          </p>
        )}
        <div className={styles.badges}>
          {needs === "knock" && (
            <Badge tone="danger" icon={<DoorOpen aria-hidden="true" />}>
              {row.knocks === 1 ? "Somebody knocks" : `${row.knocks} people knock`}
            </Badge>
          )}
          {needs === "handoff" && (
            <Badge tone="danger" icon={<BellRing aria-hidden="true" />}>
              Waits for a person
            </Badge>
          )}
          {needs === "follow_up" && (
            <Badge tone="staff" icon={<MailQuestionMark aria-hidden="true" />}>
              Follow-up owed
            </Badge>
          )}
          {row.open && row.mode !== "chat" && row.here.some(({ here }) => here) && (
            <Badge tone="accent" icon={<Video aria-hidden="true" />}>
              On video
            </Badge>
          )}
          {row.handoff?.kind === "taken" && <Badge tone="accent">Handoff taken</Badge>}
          {!row.open && <Badge>Ended</Badge>}
          <span className={styles.here}>{peopleHere(row)}</span>
        </div>
      </div>
      {row.open && (
        <span className={styles.join}>
          <LinkButton size="sm" href={`/c/${encodeURIComponent(row.conversation_id)}`}>
            Join
          </LinkButton>
        </span>
      )}
    </li>
  );
}

const visitorPresence = (row: Summary) =>
  row.here.some((person) => person.role === "visitor" && person.here) ? "here" : "away";
