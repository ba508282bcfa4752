import clsx from "clsx";
import { Clock3 } from "lucide-react";
import { Button } from "../ui";
import message from "./Message.module.css";
import { useConversation, useRoom } from "./room-context";
import styles from "./UnsentMessages.module.css";
import { Words } from "./Words";

/** What this person said and the server has not yet taken, or has refused. Nothing typed is lost. */
export function UnsentMessages({ onEdit }: { onEdit: (text: string) => void }) {
  const { unsent, link } = useConversation();
  const { store } = useRoom();
  if (unsent.length === 0) return null;
  return (
    <ul aria-label="Not yet sent">
      {unsent.map(({ id, message: { text, audience }, refused }) => (
        <li
          key={id}
          className={clsx(message.message, message.mine)}
          data-unsent={refused === null ? "waiting" : "refused"}
        >
          <div className={message.column}>
            <div
              className={clsx(message.bubble, message.own, audience !== "everyone" && message.whisper, styles.unsent)}
            >
              <Words text={text} />
            </div>
            {refused === null ? (
              <span className={styles.state}>
                <Clock3 aria-hidden="true" />
                {link.kind === "open" ? "Sending" : "Will be sent when the connection is back"}
              </span>
            ) : (
              <div className={styles.refused} role="alert">
                <span>Not sent: {refused}</span>
                <span className={styles.choices}>
                  <Button size="sm" onClick={() => store.repost(id)}>
                    Try again
                  </Button>
                  <Button size="sm" variant="quiet" onClick={() => onEdit(store.discard(id))}>
                    Edit
                  </Button>
                </span>
              </div>
            )}
          </div>
        </li>
      ))}
    </ul>
  );
}
