import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { answerHandoff, type HandoffRow } from "../../api/rest/handoffs";
import { sentenceOf } from "../../api/rest/http";
import { Button } from "../../ui/Button";
import { Checkbox } from "../../ui/Checkbox";
import { Clamped } from "../../ui/Clamped";
import { Dialog } from "../../ui/Dialog";
import { TextArea } from "../../ui/Field";
import { useToast } from "../../ui/Toasts";
import { hasRole, useMe } from "../shell/me";
import styles from "./Handoffs.module.css";

interface AnswerDialogProps {
  row: HandoffRow;
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

/** What is typed stays with the card, so that closing and a refusal lose nothing. */
export function AnswerDialog({ row, open, onOpenChange }: AnswerDialogProps) {
  const queries = useQueryClient();
  const say = useToast();
  const me = useMe();
  const [answer, setAnswer] = useState("");
  // The persona's knowledge is its owner's, who owes the answer; others who stand in only answer.
  const mayKeep = hasRole(me, "admin") || (row.state.kind === "follow_up" && row.state.owed_by === me.user.id);
  const [wanted, setKeep] = useState(true);
  const keep = mayKeep && wanted;
  const sending = useMutation({
    mutationFn: () => answerHandoff(row, { answer: answer.trim(), keep }),
    onSuccess: () => {
      onOpenChange(false);
      say(keep ? `Sent, and ${row.persona.name} knows it from now on.` : "Sent.");
    },
    onSettled: () => void queries.invalidateQueries({ queryKey: ["handoffs"] }),
  });
  const email = row.state.kind === "follow_up" ? row.state.email : null;

  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={`Answer ${row.visitor_name}`}
      description={
        email ? `It is mailed to ${email} in your name.` : "It is shown in your name when the visitor returns."
      }
      actions={
        <>
          <Button variant="quiet" onClick={() => onOpenChange(false)}>
            Later
          </Button>
          <Button
            variant="primary"
            busy={sending.isPending}
            disabled={answer.trim() === ""}
            onClick={() => sending.mutate()}
          >
            Send the answer
          </Button>
        </>
      }
    >
      <blockquote className={styles.question}>
        <Clamped lines={6}>{row.question}</Clamped>
      </blockquote>
      <TextArea
        label="Your answer"
        rows={6}
        value={answer}
        onChange={(event) => setAnswer(event.target.value)}
        error={sending.isError ? sentenceOf(sending.error) : undefined}
      />
      {mayKeep && (
        <Checkbox
          label="Keep it as knowledge"
          hint={`The next visitor who asks this gets your answer from ${row.persona.name}. Leave it off for what is private.`}
          checked={keep}
          onCheckedChange={setKeep}
        />
      )}
    </Dialog>
  );
}
