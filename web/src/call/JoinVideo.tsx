import { useState } from "react";
import type { CheckPlace } from "../api/rest/media";
import type { Keep } from "../core/keep";
import { Button, Dialog } from "../ui";
import { type DeviceChoice, keepChoice, NOTHING_ON } from "./devices/choice";
import { DeviceStep } from "./devices/DeviceStep";

export interface JoinVideoProps {
  keep: Keep;
  place: CheckPlace;
  onJoin: (choice: DeviceChoice) => void;
  onClose: () => void;
}

/** Before one is seen and heard: camera and microphone as one wants them. */
export function JoinVideo({ keep, place, onJoin, onClose }: JoinVideoProps) {
  const [choice, setChoice] = useState<DeviceChoice>(NOTHING_ON);
  const join = () => {
    keepChoice(keep, { camera: choice.camera, microphone: choice.microphone });
    onJoin(choice);
  };
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title="Join by video"
      actions={
        <>
          <Button variant="quiet" onClick={onClose}>
            Not now
          </Button>
          <Button variant="primary" onClick={join}>
            Join
          </Button>
        </>
      }
    >
      <DeviceStep keep={keep} onChoice={setChoice} place={place} />
    </Dialog>
  );
}
