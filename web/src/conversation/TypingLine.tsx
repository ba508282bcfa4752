import { listed, personById } from "./model/people";
import styles from "./Room.module.css";
import { useConversation, useView } from "./room-context";

export function TypingLine() {
  const { typing } = useConversation();
  const view = useView();
  const names = typing
    .filter((id) => id !== view.you.participant_id)
    .map((id) => personById(view, id)?.name)
    .filter((name) => name !== undefined);
  return (
    <p className={styles.typing} aria-live="off">
      {names.length > 0 && `${listed(names)} ${names.length === 1 ? "is" : "are"} typing…`}
    </p>
  );
}
