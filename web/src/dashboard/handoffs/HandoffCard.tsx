import { Link } from "@tanstack/react-router";
import { Ban, Hand, LogIn, Reply } from "lucide-react";
import { useState } from "react";
import type { HandoffRow } from "../../api/rest/handoffs";
import { Avatar } from "../../ui/Avatar";
import { Badge, type BadgeTone } from "../../ui/Badge";
import { Button } from "../../ui/Button";
import { Clamped } from "../../ui/Clamped";
import { LinkButton } from "../../ui/LinkButton";
import { useMe } from "../shell/me";
import { ago, full } from "../time";
import { AnswerDialog } from "./AnswerDialog";
import { DismissDialog } from "./DismissDialog";
import styles from "./Handoffs.module.css";
import { joinUrl } from "./links";
import { chainSteps, closedSentence, offers, reasonSentence, stateWord, type Tone, waitingFor } from "./truth";
import { useHandoffActions } from "./useHandoffActions";

const BADGE: Record<Tone, BadgeTone> = { urgent: "danger", active: "accent", owed: "staff", done: "neutral" };

export function HandoffCard({ row, now }: { row: HandoffRow; now: number }) {
  const me = useMe();
  const { take, noteOpened } = useHandoffActions(row);
  const [asking, setAsking] = useState<"answer" | "dismiss" | null>(null);
  const { word, tone } = stateWord(row.state);
  const can = offers(row.state, me.user.id);
  const steps = chainSteps(row, now);
  const closed = closedSentence(row);

  return (
    <li className={styles.card} data-tone={tone}>
      <header className={styles.head}>
        <Avatar name={row.persona.name} picture={row.persona.picture} kind="ai" />
        <div className={styles.who}>
          <h2 className={styles.name}>{row.visitor_name}</h2>
          <p className={styles.meta}>
            asked {row.persona.name} (AI){" "}
            <time dateTime={new Date(row.raised_at).toISOString()} title={full(row.raised_at)}>
              {ago(row.raised_at, now)}
            </time>
          </p>
        </div>
        <Badge tone={BADGE[tone]}>{tone === "urgent" ? `${word} · waits ${waitingFor(row, now)}` : word}</Badge>
      </header>
      <blockquote className={styles.question}>
        <Clamped lines={4}>{row.question}</Clamped>
      </blockquote>
      {row.further_questions > 0 && (
        <p className={styles.meta}>
          {row.further_questions === 1 ? "One more question" : `${row.further_questions} more questions`} joined it.
        </p>
      )}
      <p className={styles.meta}>{reasonSentence(row.reason)}</p>
      {steps.length > 0 && (
        <ol className={styles.chain} aria-label="Who was told">
          {steps.map((step) => (
            <li key={step.userId} data-withdrawn={step.withdrawn || undefined}>
              <strong>{step.name}</strong> {step.words}
            </li>
          ))}
        </ol>
      )}
      {row.state.kind === "follow_up" && (
        <p className={styles.owed}>
          {row.state.email
            ? `Your answer is mailed to ${row.state.email}.`
            : "The visitor left no address: the answer is shown when they return."}
        </p>
      )}
      {closed && <p className={styles.closed}>{closed}</p>}
      <div className={styles.actions}>
        {can.join && (
          <LinkButton
            variant={can.answer ? "secondary" : "primary"}
            size="sm"
            icon={<LogIn aria-hidden="true" />}
            href={joinUrl(row)}
            onClick={noteOpened}
          >
            Join
          </LinkButton>
        )}
        {can.take && (
          <Button size="sm" icon={<Hand aria-hidden="true" />} busy={take.isPending} onClick={() => take.mutate()}>
            Take it
          </Button>
        )}
        {can.answer && (
          <Button
            size="sm"
            variant="primary"
            icon={<Reply aria-hidden="true" />}
            onClick={() => {
              noteOpened();
              setAsking("answer");
            }}
          >
            Write the answer
          </Button>
        )}
        <Link
          className={styles.read}
          to="/dashboard/conversations/$conversationId"
          params={{ conversationId: row.conversation_id }}
          onClick={noteOpened}
        >
          Read the conversation
        </Link>
        {can.dismiss && (
          <Button size="sm" variant="quiet" icon={<Ban aria-hidden="true" />} onClick={() => setAsking("dismiss")}>
            Dismiss…
          </Button>
        )}
      </div>
      <AnswerDialog row={row} open={asking === "answer"} onOpenChange={(open) => setAsking(open ? "answer" : null)} />
      <DismissDialog
        row={row}
        open={asking === "dismiss"}
        onOpenChange={(open) => setAsking(open ? "dismiss" : null)}
      />
    </li>
  );
}
