import { AlertDialog } from "radix-ui";
import { createContext, type ReactNode, useCallback, useContext, useRef, useState } from "react";
import { Button } from "./Button";
import styles from "./Dialog.module.css";

export interface Question {
  title: string;
  /** What happens, and to whom. */
  description: ReactNode;
  /** The button that does it: a verb. */
  confirm: string;
  cancel?: string;
  danger?: boolean;
}

type Ask = (question: Question) => Promise<boolean>;

const ConfirmContext = createContext<Ask>(() => Promise.resolve(false));

/** Asks before harm is done. Resolves to false when the person backs out, by whatever way. */
export const useConfirm = (): Ask => useContext(ConfirmContext);

export function ConfirmProvider({ children }: { children: ReactNode }) {
  const [open, setOpen] = useState(false);
  const [question, setQuestion] = useState<Question | null>(null);
  const settle = useRef<((answer: boolean) => void) | null>(null);

  const answer = useCallback((yes: boolean) => {
    settle.current?.(yes);
    settle.current = null;
    setOpen(false);
  }, []);

  const ask = useCallback<Ask>((next) => {
    settle.current?.(false);
    setQuestion(next);
    setOpen(true);
    return new Promise((resolve) => {
      settle.current = resolve;
    });
  }, []);

  return (
    <ConfirmContext value={ask}>
      {children}
      <AlertDialog.Root open={open} onOpenChange={(next) => !next && answer(false)}>
        <AlertDialog.Portal>
          <AlertDialog.Overlay className={styles.overlay} />
          {question && (
            <AlertDialog.Content className={styles.centre}>
              <AlertDialog.Title className={styles.title}>{question.title}</AlertDialog.Title>
              <AlertDialog.Description asChild>
                <div className={styles.description}>{question.description}</div>
              </AlertDialog.Description>
              <footer className={styles.actions}>
                <AlertDialog.Cancel asChild>
                  <Button variant="quiet">{question.cancel ?? "Cancel"}</Button>
                </AlertDialog.Cancel>
                <Button variant={question.danger ? "danger" : "primary"} onClick={() => answer(true)}>
                  {question.confirm}
                </Button>
              </footer>
            </AlertDialog.Content>
          )}
        </AlertDialog.Portal>
      </AlertDialog.Root>
    </ConfirmContext>
  );
}
