import { useState } from "react";
import { Button, Dialog, TextField } from "../ui";
import { useCommand } from "./room-context";

/** Closes a question without an answer, with a reason for the record. */
export function Dismiss({ handoffId, onClose }: { handoffId: number; onClose: () => void }) {
  const { run, busy } = useCommand();
  const [why, setWhy] = useState("");
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title="Close without an answer?"
      description="The visitor reads that the question was closed. Your reason is kept for the record."
      actions={
        <>
          <Button variant="quiet" onClick={onClose}>
            Keep it open
          </Button>
          <Button
            variant="danger"
            busy={busy}
            disabled={why.trim() === ""}
            onClick={async () => {
              if (await run({ do: "resolve_handoff", handoff_id: handoffId, dismiss: why.trim() })) onClose();
            }}
          >
            Close the question
          </Button>
        </>
      }
    >
      <TextField label="Reason" value={why} maxLength={500} onChange={(event) => setWhy(event.target.value)} />
    </Dialog>
  );
}
