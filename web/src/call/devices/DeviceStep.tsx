import clsx from "clsx";
import { Mic, MicOff, Video, VideoOff } from "lucide-react";
import { useCallback, useContext, useEffect, useRef, useState } from "react";
import type { CheckPlace } from "../../api/rest/media";
import type { Keep } from "../../core/keep";
import { Button, later, ShownContext } from "../../ui";
import { type DeviceChoice, keepChoice, readChoice } from "./choice";
import { DeviceSelect } from "./DeviceSelect";
import styles from "./DeviceStep.module.css";
import { LevelMeter } from "./LevelMeter";
import { permissionFor, problemWords } from "./problem";
import { useDevices } from "./use-devices";
import { type Preview, usePreview } from "./use-preview";

const CheckDialog = later(() => import("../check/CheckDialog").then(({ CheckDialog }) => CheckDialog), {
  place: "over",
});

interface DeviceStepProps {
  keep: Keep;
  /** Told what is chosen, at first too. */
  onChoice: (choice: DeviceChoice) => void;
  /** Where the check of devices and connection is asked for. */
  place: CheckPlace;
}

/** Before coming in: camera and microphone, seen and heard by oneself alone. Both are off until switched on here. */
export function DeviceStep({ keep, onChoice, place }: DeviceStepProps) {
  const { choice, change, camera, microphone, devices } = useChosenDevices(keep, onChoice);
  const [checking, setChecking] = useState(false);
  return (
    <section className={styles.step} aria-label="Camera and microphone">
      <Picture camera={camera} />
      <div className={styles.switches}>
        <DeviceSwitch
          source="microphone"
          on={choice.microphone}
          preview={microphone}
          onChange={(on) => change({ microphone: on })}
        />
        <DeviceSwitch source="camera" on={choice.camera} preview={camera} onChange={(on) => change({ camera: on })} />
      </div>
      {microphone.state === "on" && (
        <div className={styles.level}>
          <Mic aria-hidden="true" />
          <LevelMeter track={microphone.track} />
          <span className="visually-hidden">The microphone is on. Nobody hears it before you join.</span>
        </div>
      )}
      <Help source="camera" preview={camera} />
      <Help source="microphone" preview={microphone} />
      <div className={styles.lists}>
        {choice.microphone && (
          <DeviceSelect
            label="Microphone"
            devices={devices.microphones}
            value={choice.microphoneId}
            onChange={(microphoneId) => change({ microphoneId })}
          />
        )}
        {choice.camera && (
          <DeviceSelect
            label="Camera"
            devices={devices.cameras}
            value={choice.cameraId}
            onChange={(cameraId) => change({ cameraId })}
          />
        )}
        {(choice.microphone || choice.camera) && devices.speakers.length > 1 && (
          <DeviceSelect
            label="Speaker"
            devices={devices.speakers}
            value={choice.speakerId}
            onChange={(speakerId) => change({ speakerId })}
          />
        )}
      </div>
      <Button variant="quiet" size="sm" onClick={() => setChecking(true)}>
        Check devices and connection
      </Button>
      {checking && <CheckDialog place={place} choice={choice} onClose={() => setChecking(false)} />}
    </section>
  );
}

function useChosenDevices(keep: Keep, onChoice: (choice: DeviceChoice) => void) {
  // What was on last time is switched on once the browser is known to allow it: nobody is asked before they press anything.
  const [choice, setChoice] = useState<DeviceChoice>(() => ({ ...readChoice(keep), camera: false, microphone: false }));
  const touched = useRef(false);
  const tell = useRef(onChoice);
  tell.current = onChoice;
  const put = useCallback((changed: Partial<DeviceChoice>) => setChoice((before) => ({ ...before, ...changed })), []);
  const change = useCallback(
    (changed: Partial<DeviceChoice>) => {
      touched.current = true;
      put(changed);
    },
    [put],
  );

  useEffect(() => {
    let here = true;
    const last = readChoice(keep);
    for (const source of ["camera", "microphone"] as const) {
      if (!last[source]) continue;
      void permissionFor(source).then((permission) => {
        if (here && !touched.current && permission === "granted") put({ [source]: true });
      });
    }
    return () => {
      here = false;
    };
  }, [keep, put]);

  const { look, ...devices } = useDevices();
  // Nobody is filmed by a page that they have hidden.
  const shown = useContext(ShownContext);
  const camera = usePreview("camera", choice.camera && shown, choice.cameraId, look);
  const microphone = usePreview("microphone", choice.microphone && shown, choice.microphoneId, look);

  const cameraWorks = camera.problem === null;
  const microphoneWorks = microphone.problem === null;
  useEffect(() => {
    // What does not work here is not tried again inside.
    const works = {
      ...choice,
      camera: choice.camera && cameraWorks,
      microphone: choice.microphone && microphoneWorks,
    };
    const { cameraId, microphoneId, speakerId } = choice;
    if (touched.current) keepChoice(keep, { cameraId, microphoneId, speakerId });
    tell.current(works);
  }, [keep, choice, cameraWorks, microphoneWorks]);
  return { choice, change, camera, microphone, devices };
}

function Picture({ camera }: { camera: Preview }) {
  const video = useRef<HTMLVideoElement>(null);
  const { track } = camera;
  useEffect(() => {
    if (video.current) video.current.srcObject = track ? new MediaStream([track]) : null;
  }, [track]);
  return (
    <div className={styles.picture}>
      {/* One's own picture, as in a mirror; there is nothing to caption. */}
      <video
        ref={video}
        className={clsx(styles.video, !track && styles.hidden)}
        autoPlay
        muted
        playsInline
        aria-label="Your camera, as only you see it"
      />
      {!track && (
        <span className={styles.dark}>
          {camera.state === "starting" ? "Your camera is starting" : "Your camera is off"}
        </span>
      )}
    </div>
  );
}

interface DeviceSwitchProps {
  source: "camera" | "microphone";
  on: boolean;
  preview: Preview & { again: () => void };
  onChange: (on: boolean) => void;
}

function DeviceSwitch({ source, on, preview, onChange }: DeviceSwitchProps) {
  const works = on && preview.problem === null;
  const [On, Off] = source === "camera" ? [Video, VideoOff] : [Mic, MicOff];
  const name = source === "camera" ? "Camera" : "Microphone";
  return (
    <Button
      variant={works ? "primary" : "secondary"}
      aria-pressed={works}
      icon={works ? <On aria-hidden="true" /> : <Off aria-hidden="true" />}
      onClick={() => (on && !works ? preview.again() : onChange(!on))}
    >
      {name} {works ? "on" : "off"}
    </Button>
  );
}

function Help({ source, preview }: { source: "camera" | "microphone"; preview: Preview & { again: () => void } }) {
  if (preview.problem === null) return null;
  const { title, help } = problemWords(source, preview.problem);
  return (
    <div className={styles.help} role="alert">
      <strong>{title}</strong>
      <p>{help}</p>
      <Button size="sm" onClick={preview.again}>
        Try again
      </Button>
    </div>
  );
}
