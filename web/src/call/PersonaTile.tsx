import clsx from "clsx";
import type { VideoTrack } from "livekit-client";
import { Sparkles, Square } from "lucide-react";
import { useContext } from "react";
import { can, useCommand, useConversation, useView } from "../conversation/room-context";
import { Avatar, Badge, Button } from "../ui";
import { type PersonaState, stateOfPersona } from "./model/persona-words";
import { Picture } from "./Picture";
import styles from "./Tile.module.css";
import { CaptionContext } from "./use-caption";

interface PersonaTileProps {
  place: "stage" | "thumbnail" | "grid";
  /** Its face, where it has one; until then its picture. */
  face?: VideoTrack | null;
}

const STATE_WORDS: Record<PersonaState, string> = {
  listening: "listening",
  thinking: "thinking",
  speaking: "speaking",
};

/** The persona: who it is, what it does, and its words as they come. */
export function PersonaTile({ place, face = null }: PersonaTileProps) {
  const view = useView();
  const conversation = useConversation();
  const { run, busy } = useCommand();
  const { persona } = view;
  const state = stateOfPersona(conversation);
  const { words, old } = useContext(CaptionContext);
  return (
    <article
      className={clsx(styles.tile, styles.persona, styles[place])}
      data-persona-state={state}
      aria-label={`${persona.name}, AI, ${STATE_WORDS[state]}`}
    >
      {face ? (
        <Picture track={face} label={persona.name} />
      ) : (
        <span className={styles.noPicture}>
          <span className={clsx(styles.portrait, state !== "listening" && styles.busy)}>
            <Avatar
              name={persona.name}
              kind="ai"
              picture={persona.picture}
              size={place === "thumbnail" ? "lg" : "xl"}
            />
          </span>
        </span>
      )}
      {place !== "thumbnail" && words && (
        // Read out as a message of the log once it is whole.
        <p className={clsx(styles.words, old && styles.old)} aria-hidden="true" dir="auto">
          <span>{words}</span>
        </p>
      )}
      {place === "stage" && state !== "listening" && can(view, "stop_persona") && (
        <span className={styles.stop}>
          <Button
            size="sm"
            busy={busy}
            icon={<Square aria-hidden="true" />}
            onClick={() => void run({ do: "stop_persona" })}
          >
            Stop {persona.name} (AI)
          </Button>
        </span>
      )}
      <span className={styles.label}>
        <span className={styles.name}>{persona.name}</span>
        {place !== "thumbnail" && (
          <Badge tone="ai" icon={<Sparkles aria-hidden="true" />}>
            AI
          </Badge>
        )}
        {(place !== "thumbnail" || state !== "listening") && <span className={styles.state}>{STATE_WORDS[state]}</span>}
      </span>
      {place === "thumbnail" && (
        <span className={styles.corner}>
          <Badge tone="ai">AI</Badge>
        </span>
      )}
    </article>
  );
}
