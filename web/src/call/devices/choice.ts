import { type Keep, readKept } from "../../core/keep";

/** What one wants to come in with, and by which devices. */
export interface DeviceChoice {
  camera: boolean;
  microphone: boolean;
  /** Ids as the browser gives them to this origin; nothing for its default. */
  cameraId: string | null;
  microphoneId: string | null;
  speakerId: string | null;
}

export const NOTHING_ON: DeviceChoice = {
  camera: false,
  microphone: false,
  cameraId: null,
  microphoneId: null,
  speakerId: null,
};

const KEY = "trialogue.devices";

const idOrNull = (value: unknown): boolean => value === null || typeof value === "string";

function isChoice(value: unknown): value is DeviceChoice {
  if (typeof value !== "object" || value === null) return false;
  const { camera, microphone, cameraId, microphoneId, speakerId } = value as Record<keyof DeviceChoice, unknown>;
  return (
    typeof camera === "boolean" &&
    typeof microphone === "boolean" &&
    idOrNull(cameraId) &&
    idOrNull(microphoneId) &&
    idOrNull(speakerId)
  );
}

/** Everything off for one who never chose. */
export const readChoice = (keep: Keep): DeviceChoice => readKept(keep, KEY, isChoice) ?? NOTHING_ON;

/**
 * For the next time. Devices are kept as they are chosen; that one was on, only by whoever came in with it: to try a camera is not
 * yet to want it.
 */
export const keepChoice = (keep: Keep, chosen: Partial<DeviceChoice>): void =>
  keep.set(KEY, JSON.stringify({ ...readChoice(keep), ...chosen }));

/** Constraints for a chosen device: `ideal`, since one that is gone should not keep anybody out. */
export const wish = (id: string | null): MediaTrackConstraints => (id === null ? {} : { deviceId: { ideal: id } });
