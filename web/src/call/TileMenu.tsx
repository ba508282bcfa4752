import {
  EllipsisVertical,
  Hand,
  MessageCircleQuestionMark,
  MicOff,
  MonitorOff,
  Pin,
  PinOff,
  UserMinus,
  VideoOff,
} from "lucide-react";
import { useState } from "react";
import { Confirm } from "../conversation/Confirm";
import { can, useCommand, useView } from "../conversation/room-context";
import { IconButton, Menu, MenuItem, MenuSeparator } from "../ui";
import type { Tile } from "./model/tiles";
import styles from "./Tile.module.css";

interface TileMenuProps {
  tile: Exclude<Tile, { kind: "persona" }>;
  pinned: boolean;
  onPin: (key: string | null) => void;
}

/** What this viewer may do about this one: off at once, on only by asking. */
export function TileMenu({ tile, pinned, onPin }: TileMenuProps) {
  const view = useView();
  const { run } = useCommand();
  const [removing, setRemoving] = useState(false);
  const { person, you } = tile;
  const { id: participant_id, media } = person;
  const stops = !you && can(view, "mute_others");
  const asks = !you && can(view, "ask_to_turn_on");
  const lowers = !you && can(view, "lower_hands");
  const name = tile.kind === "screen" ? `${person.name}’s screen` : you ? "your picture" : person.name;
  const stop = (source: "microphone" | "camera" | "screen") =>
    void run({ do: "mute_participant", participant_id, source });
  const ask = (source: "microphone" | "camera") =>
    void run({ do: "ask_to_turn_on", participant_id, source }, `${person.name} was asked`);
  return (
    <span className={styles.menu}>
      <Menu
        trigger={
          <IconButton label={`More about ${name}`} size="sm" className={styles.menuButton}>
            <EllipsisVertical aria-hidden="true" />
          </IconButton>
        }
      >
        <MenuItem
          icon={pinned ? <PinOff aria-hidden="true" /> : <Pin aria-hidden="true" />}
          onSelect={() => onPin(pinned ? null : tile.key)}
        >
          {pinned ? "Don’t keep large" : "Keep large"}
        </MenuItem>
        {tile.kind === "screen" && stops && media.screen && (
          <MenuItem icon={<MonitorOff aria-hidden="true" />} onSelect={() => stop("screen")}>
            Stop screen sharing
          </MenuItem>
        )}
        {tile.kind === "person" && (
          <>
            {stops && media.microphone && (
              <MenuItem icon={<MicOff aria-hidden="true" />} onSelect={() => stop("microphone")}>
                Mute
              </MenuItem>
            )}
            {stops && media.camera && (
              <MenuItem icon={<VideoOff aria-hidden="true" />} onSelect={() => stop("camera")}>
                Stop camera
              </MenuItem>
            )}
            {asks && !media.microphone && (
              <MenuItem icon={<MessageCircleQuestionMark aria-hidden="true" />} onSelect={() => ask("microphone")}>
                Ask to unmute
              </MenuItem>
            )}
            {asks && !media.camera && (
              <MenuItem icon={<MessageCircleQuestionMark aria-hidden="true" />} onSelect={() => ask("camera")}>
                Ask to turn the camera on
              </MenuItem>
            )}
            {lowers && person.hand_raised_at !== null && (
              <MenuItem
                icon={<Hand aria-hidden="true" />}
                onSelect={() => void run({ do: "lower_hand", participant_id })}
              >
                Lower hand
              </MenuItem>
            )}
            {person.may_remove && (
              <>
                <MenuSeparator />
                <MenuItem danger icon={<UserMinus aria-hidden="true" />} onSelect={() => setRemoving(true)}>
                  Remove
                </MenuItem>
              </>
            )}
          </>
        )}
      </Menu>
      {removing && (
        <Confirm
          title={`Remove ${person.name}?`}
          words="They leave at once and cannot come back: their link no longer works, and knocking is refused."
          confirm="Remove"
          command={{ do: "remove", participant_id }}
          done={`${person.name} was removed`}
          onClose={() => setRemoving(false)}
        />
      )}
    </span>
  );
}
