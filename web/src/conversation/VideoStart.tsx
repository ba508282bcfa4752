import { Video } from "lucide-react";
import { useState } from "react";
import type { InteractionMode } from "../api/words";
import { IconButton } from "../ui";
import { EndVideo, JoinVideo } from "./later";
import { ModeChoice } from "./ModeChoice";
import { enterCall } from "./model/call-entry";
import { othersInCall } from "./model/call-words";
import { can, useCommand, useRoom, useView } from "./room-context";
import type { CallPart } from "./use-call";

/** Chat, Video or Video + Text, for those who may choose; for the others a way to begin with their own camera. */
export function VideoStart({ call }: { call: CallPart }) {
  const view = useView();
  const { conversationId, token, keep } = useRoom();
  const { run } = useCommand();
  const [joining, setJoining] = useState<InteractionMode | "as_it_is" | null>(null);
  const [ending, setEnding] = useState(false);
  if (!view.open || !view.video.available || !can(view, "watch_media")) return null;

  const chooses = can(view, "choose_mode");
  const others = othersInCall(view).length > 0;
  const choose = (mode: InteractionMode) => {
    if (mode === "chat" && others) setEnding(true);
    else if (mode === "chat") void run({ do: "choose_mode", mode });
    // It is held like that already: this page alone differs.
    else if (call.shown && mode === view.mode) call.toggleChat();
    else if (call.shown) void run({ do: "choose_mode", mode });
    else setJoining(mode);
  };
  const shownMode = call.shown ? (call.chatShown ? "video_and_text" : "video") : call.missed ? "chat" : view.mode;
  return (
    <>
      {chooses && <ModeChoice mode={shownMode} onChoose={choose} />}
      {!chooses && !call.shown && !call.missed && can(view, "publish_media") && (
        <IconButton label="Join by video" onClick={() => setJoining("as_it_is")}>
          <Video aria-hidden="true" />
        </IconButton>
      )}
      {joining !== null && (
        <JoinVideo
          keep={keep}
          place={{ conversation: conversationId, token }}
          onClose={() => setJoining(null)}
          onJoin={(choice) => {
            setJoining(null);
            enterCall(conversationId, choice, joining === "as_it_is" || joining === view.mode ? null : joining);
          }}
        />
      )}
      {ending && <EndVideo onClose={() => setEnding(false)} />}
    </>
  );
}
