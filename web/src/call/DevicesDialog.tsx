import { useRoom } from "../conversation/room-context";
import { Dialog } from "../ui";
import styles from "./Call.module.css";
import { keepChoice } from "./devices/choice";
import { DeviceSelect } from "./devices/DeviceSelect";
import { useDevices } from "./devices/use-devices";
import { useMedia, useMediaRoom } from "./media-context";

/** Other devices, in the middle of the call. */
export function DevicesDialog({ onClose }: { onClose: () => void }) {
  const { keep } = useRoom();
  const room = useMediaRoom();
  const { devices: chosen } = useMedia();
  const { cameras, microphones, speakers } = useDevices();
  // Only what works is remembered for the next call.
  const choose = async (kind: "camera" | "microphone" | "speaker", id: string) => {
    if (await room.chooseDevice(kind, id)) keepChoice(keep, { [`${kind}Id`]: id });
  };
  const named = [...cameras, ...microphones].some(({ label }) => label !== "");
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title="Camera, microphone, speaker"
      {...(!named && {
        description: "Your browser names its devices once you have switched the camera or the microphone on.",
      })}
    >
      <div className={styles.fields}>
        <DeviceSelect
          label="Microphone"
          devices={microphones}
          value={chosen.microphoneId}
          onChange={(id) => void choose("microphone", id)}
        />
        <DeviceSelect
          label="Camera"
          devices={cameras}
          value={chosen.cameraId}
          onChange={(id) => void choose("camera", id)}
        />
        <DeviceSelect
          label="Speaker"
          devices={speakers}
          value={chosen.speakerId}
          onChange={(id) => void choose("speaker", id)}
        />
      </div>
    </Dialog>
  );
}
