import { Check, CircleAlert, Minus, X } from "lucide-react";
import { useCallback, useEffect, useRef, useState } from "react";
import type { CheckPlace } from "../../api/rest/media";
import { Button, Dialog, Spinner } from "../../ui";
import type { DeviceChoice } from "../devices/choice";
import styles from "./CheckDialog.module.css";
import { freshSteps, STEP_LABELS, type Step, type StepState, verdict } from "./steps";

interface CheckDialogProps {
  place: CheckPlace;
  choice: DeviceChoice;
  onClose: () => void;
}

/** Looks at devices and connection, and says what will work. About half a minute. */
export function CheckDialog({ place, choice, onClose }: CheckDialogProps) {
  const { steps, running, broke, start } = useCheck(place, choice);
  const result = verdict(steps);
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title="Check devices and connection"
      description="Takes about half a minute. Nobody sees or hears you meanwhile; your browser may ask for camera and microphone."
      actions={
        <>
          <Button variant="quiet" onClick={onClose}>
            Close
          </Button>
          <Button variant="primary" busy={running} onClick={start}>
            {result || broke ? "Check again" : "Check"}
          </Button>
        </>
      }
    >
      <ol className={styles.steps}>
        {steps.map((step) => (
          <li key={step.name} className={styles.step} data-state={step.state} data-step={step.name}>
            <Mark state={step.state} />
            <strong>{STEP_LABELS[step.name]}</strong>
            <span className={styles.found}>{step.found}</span>
          </li>
        ))}
      </ol>
      <p role="status" className={styles.verdict}>
        {broke ? "The check itself could not be done. Reload the page and try again." : result}
      </p>
    </Dialog>
  );
}

function useCheck(place: CheckPlace, choice: DeviceChoice) {
  const [steps, setSteps] = useState<Step[]>(freshSteps);
  const [running, setRunning] = useState(false);
  const [broke, setBroke] = useState(false);
  const stop = useRef<AbortController>(null);
  useEffect(() => () => stop.current?.abort(), []);
  const start = useCallback(async () => {
    const controller = new AbortController();
    stop.current = controller;
    setSteps(freshSteps());
    setRunning(true);
    setBroke(false);
    try {
      // The SDK is fetched only now: the waiting room does without it.
      const { runCheck } = await import("./run-check");
      await runCheck({
        place,
        choice,
        signal: controller.signal,
        tell: (name, found) =>
          setSteps((before) => before.map((step) => (step.name === name ? { ...step, ...found } : step))),
      });
    } catch {
      setSteps(freshSteps());
      setBroke(true);
    } finally {
      setRunning(false);
    }
  }, [place, choice]);
  return { steps, running, broke, start: () => void start() };
}

const MARK_WORDS: Record<StepState, string> = {
  waiting: "not yet tried",
  running: "being tried",
  good: "good",
  poor: "weak",
  bad: "does not work",
  skipped: "not tried",
};

function Mark({ state }: { state: StepState }) {
  if (state === "running") return <Spinner label="Being tried" />;
  return (
    <span className={styles.mark} data-state={state}>
      {state === "good" && <Check aria-hidden="true" />}
      {state === "poor" && <CircleAlert aria-hidden="true" />}
      {state === "bad" && <X aria-hidden="true" />}
      {(state === "waiting" || state === "skipped") && <Minus aria-hidden="true" />}
      <span className="visually-hidden">{MARK_WORDS[state]}</span>
    </span>
  );
}
