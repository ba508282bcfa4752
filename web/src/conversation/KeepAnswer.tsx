import { BookmarkPlus } from "lucide-react";
import styles from "./FloorReason.module.css";
import { useCommand, useView } from "./room-context";

/** One click, and the persona answers the question with these words from now on. The message's menu lets one change them first. */
export function KeepAnswer({ question, answer }: { question: string; answer: string }) {
  const { persona } = useView();
  const { run, busy } = useCommand();
  return (
    <button
      type="button"
      className={styles.why}
      disabled={busy}
      title={`${persona.name} (AI) will answer “${question}” with this`}
      onClick={() =>
        void run({ do: "keep_knowledge", question: question.trim(), answer: answer.trim() }, "Kept as knowledge")
      }
    >
      <BookmarkPlus aria-hidden="true" />
      Keep as knowledge
    </button>
  );
}
