import { useState } from "react";
import { Button, Dialog, TextArea, TextField } from "../ui";
import type { MessageItem } from "./model/items";
import { useCommand, useView } from "./room-context";

/** A person's answer becomes what the persona knows: for the next visitor, it answers this itself. */
export function KeepKnowledge({ item, onClose }: { item: MessageItem; onClose: () => void }) {
  const view = useView();
  const { run, busy } = useCommand();
  const [question, setQuestion] = useState(view.handoff?.brief?.open_question ?? item.replyTo?.text ?? "");
  const [answer, setAnswer] = useState(item.text);
  const complete = question.trim() !== "" && answer.trim() !== "";
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title="Keep as knowledge"
      description={`${view.persona.name} (AI) will answer this question with these words from now on.`}
      actions={
        <>
          <Button variant="quiet" onClick={onClose}>
            Cancel
          </Button>
          <Button
            variant="primary"
            busy={busy}
            disabled={!complete}
            onClick={async () => {
              const kept = await run(
                { do: "keep_knowledge", question: question.trim(), answer: answer.trim() },
                "Kept as knowledge",
              );
              if (kept) onClose();
            }}
          >
            Keep
          </Button>
        </>
      }
    >
      <TextField
        label="Question"
        value={question}
        onChange={(event) => setQuestion(event.target.value)}
        maxLength={1000}
      />
      <TextArea
        label="Answer"
        value={answer}
        onChange={(event) => setAnswer(event.target.value)}
        rows={5}
        maxLength={8000}
      />
    </Dialog>
  );
}
