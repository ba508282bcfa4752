import clsx from "clsx";
import { MessageSquareText, MessagesSquare, Video } from "lucide-react";
import type { InteractionMode } from "../api/words";
import styles from "./ModeChoice.module.css";

const MODES = [
  { mode: "chat", label: "Chat", Icon: MessagesSquare },
  { mode: "video", label: "Video", Icon: Video },
  { mode: "video_and_text", label: "Video + Text", Icon: MessageSquareText },
] as const;

interface ModeChoiceProps {
  mode: InteractionMode;
  onChoose: (mode: InteractionMode) => void;
}

/** How the conversation is held. Where there is little room the pictures stand for the words. */
export function ModeChoice({ mode, onChoose }: ModeChoiceProps) {
  return (
    <fieldset className={styles.modes}>
      <legend className="visually-hidden">How to talk</legend>
      {MODES.map(({ mode: one, label, Icon }) => (
        <button
          key={one}
          type="button"
          className={clsx(styles.mode, one === mode && styles.chosen)}
          aria-pressed={one === mode}
          title={label}
          onClick={() => {
            if (one !== mode) onChoose(one);
          }}
        >
          <Icon aria-hidden="true" />
          <span className={styles.label}>{label}</span>
        </button>
      ))}
    </fieldset>
  );
}
