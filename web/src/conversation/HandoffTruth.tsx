import { Check, Circle, Mail } from "lucide-react";
import { type FormEvent, useState } from "react";
import { Button, TextField } from "../ui";
import styles from "./Handoff.module.css";
import { truthOf, truthSentence } from "./model/handoff-truth";
import { can, useCommand, useView } from "./room-context";

/** For the visitor: who has been asked and what is known of it, with times; never more than that. */
export function HandoffTruth() {
  const view = useView();
  const { run, busy } = useCommand();
  const { handoff } = view;
  if (!handoff || handoff.state.kind === "resolved" || view.you.role !== "visitor") return null;
  const { title, steps } = truthOf(handoff);
  return (
    <section className={styles.card} aria-label="Your question to a person">
      <header className={styles.head}>
        <h2 className={styles.title}>{title}</h2>
        {can(view, "cancel_handoff") && (
          <Button
            size="sm"
            variant="quiet"
            busy={busy}
            onClick={() => void run({ do: "cancel_handoff", handoff_id: handoff.handoff_id }, "Request cancelled")}
          >
            Cancel request
          </Button>
        )}
      </header>
      {steps.length > 0 && (
        <>
          <p className="visually-hidden" role="status">
            {truthSentence(steps)}
          </p>
          <ol className={styles.steps} aria-hidden="true">
            {steps.map(({ text, done }) => (
              <li key={text} data-done={done}>
                {done ? <Check /> : <Circle />}
                {text}
              </li>
            ))}
          </ol>
        </>
      )}
      {handoff.state.kind === "follow_up" &&
        (handoff.state.email ? (
          <p className={styles.words}>The answer will be sent to {handoff.state.email}. You will find it here, too.</p>
        ) : (
          can(view, "give_follow_up_email") && <FollowUpEmail handoffId={handoff.handoff_id} />
        ))}
    </section>
  );
}

function FollowUpEmail({ handoffId }: { handoffId: number }) {
  const { run, busy } = useCommand();
  const [email, setEmail] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void run(
      { do: "give_follow_up_email", handoff_id: handoffId, email: email.trim() },
      "Thank you. The answer will come by e-mail",
    );
  };
  return (
    <form className={styles.email} onSubmit={submit}>
      <TextField
        label="Where shall the answer be sent?"
        type="email"
        required
        autoComplete="email"
        placeholder="you@example.com"
        value={email}
        onChange={(event) => setEmail(event.target.value)}
      />
      <Button type="submit" variant="primary" busy={busy} icon={<Mail aria-hidden="true" />}>
        Send me the answer
      </Button>
    </form>
  );
}
