import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { type HandoffRow, resolveHandoff } from "../../api/rest/handoffs";
import { sentenceOf } from "../../api/rest/http";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { TextField } from "../../ui/Field";
import { useToast } from "../../ui/Toasts";

interface DismissDialogProps {
  row: HandoffRow;
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

export function DismissDialog({ row, open, onOpenChange }: DismissDialogProps) {
  const queries = useQueryClient();
  const say = useToast();
  const [why, setWhy] = useState("");
  const dismissing = useMutation({
    mutationFn: () => resolveHandoff(row, why.trim()),
    onSuccess: () => {
      onOpenChange(false);
      say("Dismissed.");
    },
    onSettled: () => void queries.invalidateQueries({ queryKey: ["handoffs"] }),
  });
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title="Dismiss this handoff?"
      description={`${row.visitor_name} gets no answer from a person. The reason stays on record.`}
      actions={
        <>
          <Button variant="quiet" onClick={() => onOpenChange(false)}>
            Cancel
          </Button>
          <Button
            variant="danger"
            type="submit"
            form="dismiss"
            busy={dismissing.isPending}
            disabled={why.trim() === ""}
          >
            Dismiss
          </Button>
        </>
      }
    >
      <form
        id="dismiss"
        onSubmit={(event) => {
          event.preventDefault();
          if (why.trim() !== "") dismissing.mutate();
        }}
      >
        <TextField
          label="Reason"
          placeholder="Spam, asked twice, …"
          value={why}
          onChange={(event) => setWhy(event.target.value)}
          error={dismissing.isError ? sentenceOf(dismissing.error) : undefined}
        />
      </form>
    </Dialog>
  );
}
