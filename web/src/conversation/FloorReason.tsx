import { MessageCircle, MessageCircleOff } from "lucide-react";
import type { Reason } from "../api/words";
import { Popover } from "../ui";
import styles from "./FloorReason.module.css";
import { reasonSentence } from "./model/floor-reason";
import { useView } from "./room-context";

/** For staff: whether the persona spoke after this message, and why. */
export function FloorReason({ speaks, reason }: { speaks: boolean; reason: Reason }) {
  const { persona } = useView();
  return (
    <Popover
      label="Why"
      trigger={
        <button type="button" className={styles.why}>
          {speaks ? <MessageCircle aria-hidden="true" /> : <MessageCircleOff aria-hidden="true" />}
          {speaks ? `${persona.name} (AI) speaks` : `${persona.name} (AI) stays silent`} · why
        </button>
      }
    >
      <p>{reasonSentence(reason, persona.name)}</p>
    </Popover>
  );
}
