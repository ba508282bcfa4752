import { ChevronDown, ClipboardList } from "lucide-react";
import { useState } from "react";
import type { HandoffCard } from "../api/words";
import { Button, Clamped } from "../ui";
import styles from "./Handoff.module.css";
import { Dismiss } from "./later";
import { truthOf, truthSentence } from "./model/handoff-truth";
import { can, useCommand, useConversation, useView } from "./room-context";

/** For whoever joins to help: who, what was asked, what was tried, the open question; and what to do about it. */
export function Brief() {
  const view = useView();
  const { events } = useConversation();
  const { run, busy } = useCommand();
  const [dismissing, setDismissing] = useState(false);
  const { handoff } = view;
  if (!handoff || handoff.state.kind === "resolved" || view.you.role === "visitor" || !handoff.brief) return null;
  const { brief, handoff_id, state } = handoff;
  const { title, steps } = truthOf(handoff);
  // It is what one came for, until one has begun to help.
  const helping =
    state.kind === "taken" &&
    events.some(
      ({ event, seq }) =>
        event.type === "message_posted" && event.author === view.you.participant_id && seq > handoff_id,
    );
  const open = state.kind === "raised" || state.kind === "notified" || state.kind === "follow_up";
  return (
    <section className={styles.brief} aria-label="Brief">
      <details open={!helping}>
        <summary className={styles.summary}>
          <ClipboardList aria-hidden="true" />
          <span className={styles.open}>
            <strong>Brief:</strong> {brief.open_question || title}
          </span>
          <ChevronDown className={styles.chevron} aria-hidden="true" />
        </summary>
        <dl className={styles.facts}>
          <Fact term="Visitor" words={[brief.visitor]} />
          <Fact term="Asked" words={brief.asked} />
          <Fact term="Tried" words={brief.tried} />
          <Fact term="Why you" words={[brief.reason]} />
          <Fact term="Now" words={[steps.length > 0 ? `${title}: ${truthSentence(steps)}` : briefNow(handoff)]} />
        </dl>
      </details>
      <div className={styles.choices}>
        {open && can(view, "take_handoff") && (
          <Button
            size="sm"
            variant="primary"
            busy={busy}
            onClick={() => void run({ do: "take_handoff", handoff_id }, "It is yours")}
          >
            Take this question
          </Button>
        )}
        {can(view, "resolve_handoff") && (
          <>
            <Button
              size="sm"
              busy={busy}
              onClick={() => void run({ do: "resolve_handoff", handoff_id, dismiss: null }, "Marked as settled")}
            >
              Settled
            </Button>
            <Button size="sm" variant="quiet" onClick={() => setDismissing(true)}>
              Close without an answer…
            </Button>
          </>
        )}
      </div>
      {dismissing && <Dismiss handoffId={handoff_id} onClose={() => setDismissing(false)} />}
    </section>
  );
}

function briefNow({ state, chain }: HandoffCard): string {
  const nameOf = (id: string) => chain.find(({ user_id }) => user_id === id)?.name ?? "a colleague";
  if (state.kind === "taken") return `${nameOf(state.by)} takes care of it.`;
  if (state.kind === "follow_up") {
    return `Nobody came in time. ${nameOf(state.owed_by)} owes an answer${state.email ? ` to ${state.email}` : ""}.`;
  }
  return "";
}

function Fact({ term, words }: { term: string; words: readonly string[] }) {
  const said = words.filter(Boolean);
  if (said.length === 0) return null;
  return (
    <div>
      <dt>{term}</dt>
      <dd>
        {said.map((line) => (
          <p key={line}>
            <Clamped lines={2}>{line}</Clamped>
          </p>
        ))}
      </dd>
    </div>
  );
}
