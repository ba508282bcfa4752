import type { ReactNode } from "react";
import type { ClientCommand } from "../api/words";
import { Button, Dialog } from "../ui";
import { useCommand } from "./room-context";

interface ConfirmProps {
  title: string;
  words: ReactNode;
  /** The button that does it, named for what it does. */
  confirm: string;
  command: ClientCommand;
  done?: string;
  onClose: () => void;
}

/** Asks before what cannot be undone. */
export function Confirm({ title, words, confirm, command, done, onClose }: ConfirmProps) {
  const { run, busy } = useCommand();
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={title}
      description={words}
      actions={
        <>
          <Button variant="quiet" onClick={onClose}>
            Cancel
          </Button>
          <Button
            variant="danger"
            busy={busy}
            onClick={async () => {
              if (await run(command, done)) onClose();
            }}
          >
            {confirm}
          </Button>
        </>
      }
    />
  );
}
