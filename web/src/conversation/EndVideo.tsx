import { Confirm } from "./Confirm";

/** Before everybody's video is ended. */
export function EndVideo({ onClose }: { onClose: () => void }) {
  return (
    <Confirm
      title="Go on by chat alone?"
      words="The video ends for everybody: cameras, microphones and screens are switched off. To leave it alone, use “Leave the video”."
      confirm="End the video"
      command={{ do: "choose_mode", mode: "chat" }}
      onClose={onClose}
    />
  );
}
