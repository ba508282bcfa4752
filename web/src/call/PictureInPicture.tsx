import { Mic, MicOff, Video, VideoOff } from "lucide-react";
import { createPortal } from "react-dom";
import { can, useView } from "../conversation/room-context";
import { IconButton } from "../ui";
import styles from "./Call.module.css";
import { useMedia } from "./media-context";
import type { CallAction } from "./model/shortcuts";
import type { Tile as TileOf } from "./model/tiles";
import { Tile } from "./Tile";

interface PictureInPictureProps {
  into: Window;
  tile: TileOf;
  onAct: (action: CallAction) => void;
}

/** The large picture and one's own switches, in a window that stays on top. */
export function PictureInPicture({ into, tile, onAct }: PictureInPictureProps) {
  const view = useView();
  const { camera, microphone } = useMedia().switches;
  return createPortal(
    <div className={styles.pip}>
      <Tile tile={tile} place="grid" pinned={false} onPin={null} />
      {can(view, "publish_media") && (
        <div className={styles.pipControls}>
          <IconButton
            label={microphone === "off" ? "Unmute microphone" : "Mute microphone"}
            onClick={() => onAct("microphone")}
          >
            {microphone === "off" ? <MicOff aria-hidden="true" /> : <Mic aria-hidden="true" />}
          </IconButton>
          <IconButton label={camera === "off" ? "Turn camera on" : "Turn camera off"} onClick={() => onAct("camera")}>
            {camera === "off" ? <VideoOff aria-hidden="true" /> : <Video aria-hidden="true" />}
          </IconButton>
        </div>
      )}
    </div>,
    into.document.body,
  );
}
