import { SendHorizontal, X } from "lucide-react";
import { type FormEvent, type KeyboardEvent, useState } from "react";
import { sentenceOf } from "../api/rest/http";
import type { PublicPersona } from "../api/rest/visitor";
import type { InteractionMode } from "../api/words";
import type { DeviceChoice } from "../call/devices/choice";
import type { Keep } from "../core/keep";
import { Avatar, Badge, IconButton } from "../ui";
import composer from "./Composer.module.css";
import { JoinVideo } from "./later";
import { ModeChoice } from "./ModeChoice";
import room from "./Room.module.css";
import styles from "./StartPage.module.css";

interface StartPageProps {
  persona: PublicPersona;
  keep: Keep;
  /** Their name is known already. */
  named: boolean;
  onBegin: (text: string, name: string) => Promise<void>;
  onBeginByVideo: (mode: InteractionMode, devices: DeviceChoice, name: string) => Promise<void>;
  onClose: (() => void) | undefined;
}

/** Before the first message: who one talks to, and that it is an AI. */
export function StartPage({ persona, keep, named, onBegin, onBeginByVideo, onClose }: StartPageProps) {
  const draftKey = `trialogue.draft.start.${persona.id}`;
  const [text, setText] = useState(() => keep.get(draftKey) ?? "");
  const [name, setName] = useState("");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const [joining, setJoining] = useState<InteractionMode | null>(null);

  const write = (next: string) => {
    setText(next);
    keep.set(draftKey, next);
  };

  async function send(event?: FormEvent) {
    event?.preventDefault();
    if (text.trim() === "" || busy) return;
    setBusy(true);
    setProblem(undefined);
    try {
      keep.remove(draftKey);
      await onBegin(text.trim(), name.trim());
    } catch (error) {
      keep.set(draftKey, text);
      setProblem(sentenceOf(error));
      setBusy(false);
    }
  }

  async function join(mode: InteractionMode, devices: DeviceChoice) {
    setJoining(null);
    // One conversation, however often it is asked for while the first is on its way.
    if (busy) return;
    setBusy(true);
    setProblem(undefined);
    try {
      await onBeginByVideo(mode, devices, name.trim());
    } catch (error) {
      setProblem(sentenceOf(error));
      setBusy(false);
    }
  }

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter" && !event.shiftKey && !event.nativeEvent.isComposing)
      void send(event as unknown as FormEvent);
  };

  return (
    <main className={room.room}>
      {onClose && (
        <div className={styles.close}>
          <IconButton label="Close" onClick={onClose}>
            <X aria-hidden="true" />
          </IconButton>
        </div>
      )}
      <div className={styles.welcome}>
        <Avatar name={persona.name} picture={persona.picture} kind="ai" size="xl" />
        <h1 className={styles.name}>
          {persona.name} <Badge tone="ai">AI</Badge>
        </h1>
        <p className={styles.greeting}>{persona.greeting || `Ask me anything I might know.`}</p>
        <p className={styles.truth}>
          An AI answers from its owner’s knowledge, and calls a person when it does not know.
        </p>
        {persona.video_available && <ModeChoice mode="chat" onChoose={(mode) => !busy && setJoining(mode)} />}
      </div>
      <form className={composer.composer} onSubmit={send}>
        {problem && (
          <p className={composer.tooLong} role="alert">
            {problem} {text && "What you wrote is kept."}
          </p>
        )}
        {!named && (
          <label className={styles.nameField}>
            <span>Your name (optional)</span>
            <input value={name} maxLength={80} autoComplete="name" onChange={(event) => setName(event.target.value)} />
          </label>
        )}
        <div className={composer.form}>
          <textarea
            className={composer.field}
            rows={1}
            dir="auto"
            value={text}
            maxLength={8_000}
            placeholder={`Ask ${persona.name}`}
            aria-label="Message"
            onChange={(event) => write(event.target.value)}
            onKeyDown={onKeyDown}
          />
          <button
            type="submit"
            className={composer.send}
            aria-label="Send"
            title="Send"
            disabled={text.trim() === "" || busy}
          >
            <SendHorizontal aria-hidden="true" />
          </button>
        </div>
      </form>
      {joining && (
        <JoinVideo
          keep={keep}
          place={{ persona: persona.id }}
          onClose={() => setJoining(null)}
          onJoin={(devices) => void join(joining, devices)}
        />
      )}
    </main>
  );
}
