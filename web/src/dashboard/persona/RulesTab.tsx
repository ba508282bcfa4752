import { useEffect, useState } from "react";
import { useConfirm } from "../../ui/Confirm";
import { Slider } from "../../ui/Slider";
import { Switch } from "../../ui/Switch";
import { TagField } from "../../ui/TagField";
import { Section } from "../shell/Page";
import styles from "./Persona.module.css";
import { useLiveSetting, useMayChange, usePersona } from "./usePersona";

/** What counts at once, in conversations that are running too. */
export function RulesTab() {
  const persona = usePersona();
  const confirm = useConfirm();
  const live = useLiveSetting(persona.id);
  const mayChange = useMayChange(persona);

  async function setInCallUsers(on: boolean) {
    if (!on) {
      const sure = await confirm({
        title: "Let nobody join any more?",
        description:
          "Invitations and knocks that are open now are closed at once, and their links stop working. People who are inside stay. Handoff e-mails go out without a join link.",
        confirm: "Switch off",
        danger: true,
      });
      if (!sure) return;
    }
    live.mutate({ in_call_users: on });
  }

  async function setDisableVideo(on: boolean) {
    if (on) {
      const sure = await confirm({
        title: "Disable video?",
        description: "Calls that are running now are stopped. The conversations go on in text.",
        confirm: "Disable video",
        danger: true,
      });
      if (!sure) return;
    }
    live.mutate({ disable_video: on });
  }

  return (
    <fieldset className={styles.stack} disabled={!mayChange}>
      <legend className="visually-hidden">Rules of {persona.name}</legend>
      <Section title="Who and how" lead="These reach every open page within a second.">
        <div className={styles.rule}>
          <Switch
            label="In-call users"
            hint={
              persona.in_call_users
                ? "People can be brought into a conversation: by its URL, by an e-mailed guest invitation, and you from a handoff."
                : "Off: a conversation has one visitor and the persona. URL and guest invitations are hidden and refused."
            }
            checked={persona.in_call_users}
            onCheckedChange={(on) => void setInCallUsers(on)}
          />
        </div>
        <div className={styles.rule}>
          <Switch
            label="Disable video"
            hint={
              persona.disable_video
                ? "On: text only. The page says “Video is disabled by the owner.”"
                : "Off: conversations may use camera and microphone where video is available."
            }
            checked={persona.disable_video}
            onCheckedChange={(on) => void setDisableVideo(on)}
          />
        </div>
        {!persona.disable_video && (
          <div className={styles.rule}>
            <Switch
              label="Several screens at once"
              hint={
                persona.many_screens
                  ? "On: several people may share their screens at the same time."
                  : "Off: one screen at a time is shared."
              }
              checked={persona.many_screens}
              onCheckedChange={(many_screens) => live.mutate({ many_screens })}
            />
          </div>
        )}
      </Section>
      <Section title="When it calls you in" lead="Besides this, it always hands off when a visitor asks for a person.">
        <Threshold
          disabled={!mayChange}
          value={persona.confidence_threshold}
          onCommit={(confidence_threshold) => live.mutate({ confidence_threshold })}
        />
        <TagField
          label="Topics for people"
          noun="topic"
          hint="When one of these comes up, the persona asks you instead of answering: “refund”, “press”, “contract”. Saved at once."
          placeholder="refund"
          most={30}
          tags={persona.handoff_topics}
          onChange={(handoff_topics) => live.mutate({ handoff_topics })}
        />
      </Section>
    </fieldset>
  );
}

interface ThresholdProps {
  value: number;
  disabled: boolean;
  onCommit: (value: number) => void;
}

function Threshold({ value, disabled, onCommit }: ThresholdProps) {
  const [shown, setShown] = useState(value);
  useEffect(() => setShown(value), [value]);
  return (
    <Slider
      label="Confidence threshold"
      disabled={disabled}
      value={shown}
      min={0}
      max={100}
      step={5}
      format={(percent) => `${percent} %`}
      ends={["Answers boldly", "Asks you often"]}
      onChange={setShown}
      onCommit={onCommit}
      hint={thresholdHint(shown)}
    />
  );
}

function thresholdHint(percent: number): string {
  if (percent === 0) return "It hands off only when it finds nothing at all. Expect some wrong answers.";
  if (percent >= 90) return "It answers only what it is nearly certain of; almost everything else comes to you.";
  return `It answers when it is at least ${percent} % sure that its sources hold the answer, and asks you otherwise. Try a few questions under “Try it” to find a good value.`;
}
