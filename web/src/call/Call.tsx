import { type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { sentenceOf } from "../api/rest/http";
import { createMediaToken } from "../api/rest/media";
import { readEntry } from "../conversation/model/call-entry";
import { isInCall } from "../conversation/model/call-words";
import { can, useConversation, useRoom, useView } from "../conversation/room-context";
import { browserWorld } from "../core/world";
import { ToastPlace, useToast } from "../ui";
import styles from "./Call.module.css";
import { CallDialogs, type OpenDialog } from "./CallDialogs";
import { Controls } from "./Controls";
import { readChoice } from "./devices/choice";
import { MediaContext, useMedia, useMediaRoom } from "./media-context";
import { MediaRoom } from "./model/media-room";
import { stateOfPersona } from "./model/persona-words";
import type { CallAction } from "./model/shortcuts";
import { isAlone, stageOf, tilesOf } from "./model/tiles";
import { Notices } from "./Notices";
import { PictureInPicture } from "./PictureInPicture";
import { SaidAloud } from "./SaidAloud";
import { Stage } from "./Stage";
import { CaptionContext, useCaption } from "./use-caption";
import { useEntryKept } from "./use-entry-kept";
import { useFollowConversation } from "./use-follow-conversation";
import { useHand } from "./use-hand";
import { useLayout } from "./use-layout";
import { usePictureInPicture } from "./use-picture-in-picture";
import { useShortcuts } from "./use-shortcuts";

const OF_TAKING_PART: readonly CallAction[] = ["microphone", "camera", "screen", "hand"];

export interface CallProps {
  chatShown: boolean;
  onChat: () => void;
  /** How many messages came while the chat was hidden. */
  unread: number;
  /** Goes on by text alone, for this tab; `alone`: nobody else is in the call. */
  onLeave: (alone: boolean) => void;
  /** Stands between the pictures and the controls. */
  children: ReactNode;
}

/** The video half of a conversation, for one who is inside. */
export function Call(props: CallProps) {
  const { store, keep, conversationId, token } = useRoom();
  const say = useToast();
  const acts = useView().you.presence_mode === "participant";
  const media = useMemo(() => {
    const entry = readEntry(conversationId);
    return new MediaRoom(
      browserWorld,
      {
        fetchToken: () => createMediaToken(conversationId, token),
        announce: async (sends, call) => {
          if (call === "goes_on" && store.snapshot().view?.mode === "chat") return;
          try {
            await store.command({ do: "set_media", ...sends, goes_on: call === "goes_on" });
          } catch (problem) {
            // Who switched something on is told why it is off; what merely goes on was refused to one who is gone.
            if (call === "begins") say(sentenceOf(problem), "problem");
            throw problem;
          }
        },
        left: () => {
          const { view } = store.snapshot();
          if (!view || !isInCall(view)) return;
          // Refused to who is not inside any more: they are out of the call by that.
          void store.command({ do: "leave_call" }).catch(() => undefined);
        },
      },
      {
        ...readChoice(keep),
        camera: acts && entry?.camera === true,
        microphone: acts && entry?.microphone === true,
      },
    );
  }, [store, keep, conversationId, token, acts, say]);
  useEffect(() => {
    media.start();
    return () => media.stop();
  }, [media]);
  return (
    <MediaContext value={media}>
      <OpenCall {...props} />
    </MediaContext>
  );
}

function OpenCall({ chatShown, onChat, unread, onLeave, children }: CallProps) {
  const view = useView();
  const conversation = useConversation();
  const room = useMediaRoom();
  const media = useMedia();
  const area = useRef<HTMLElement>(null);
  const [pinned, setPinned] = useState<string | null>(null);
  const [dialog, setDialog] = useState<OpenDialog>(null);
  const [layout, setLayout] = useLayout();
  const hand = useHand();
  const picture = usePictureInPicture(area);
  useFollowConversation();
  useEntryKept();

  const tiles = tilesOf(view, media);
  const caption = useCaption();
  const stage = stageOf(tiles, {
    pinned,
    personaSpeaks: stateOfPersona(conversation) !== "listening",
    personaSteppedBack: view.floor.persona_stepped_back,
    speakers: media.speakers,
  });

  const { camera, microphone, screen } = media.switches;
  const elsewhere = media.status.kind === "elsewhere";
  const acts = view.you.presence_mode === "participant" && !elsewhere;
  const mayShare = can(view, "share_screen");
  const act = useCallback(
    (action: CallAction) => {
      // By key, too, one who only watches, or is on video elsewhere, does nothing that others would see.
      if (!acts && OF_TAKING_PART.includes(action)) return;
      const actions: Record<CallAction, () => void> = {
        microphone: () => void room.switchMicrophone(microphone === "off"),
        camera: () => void room.switchCamera(camera === "off"),
        screen: () => {
          if (screen !== "off" || mayShare) void room.shareScreen(screen === "off");
        },
        hand: hand.toggle,
        layout: () => setLayout(layout === "grid" ? "speaker" : "grid"),
        picture: picture.toggle,
        chat: onChat,
        help: () => setDialog("shortcuts"),
      };
      actions[action]();
    },
    [acts, room, microphone, camera, screen, mayShare, hand.toggle, layout, setLayout, picture.toggle, onChat],
  );
  useShortcuts(act);

  return (
    <section ref={area} className={styles.call} aria-label="Video" data-layout={layout} data-media={media.status.kind}>
      <ToastPlace />
      <div className={styles.pictures}>
        <Notices />
        <CaptionContext value={caption}>
          <Stage tiles={tiles} stage={stage} layout={layout} pinned={pinned} onPin={setPinned} />
        </CaptionContext>
      </div>
      {children}
      {!chatShown && <SaidAloud />}
      <Controls
        layout={layout}
        handRaised={hand.raised}
        chatShown={chatShown}
        unread={unread}
        pictureSupported={picture.supported}
        onAct={act}
        onDialog={setDialog}
        onLeave={() => onLeave(isAlone(tiles, media))}
      />
      <CallDialogs open={dialog} onClose={() => setDialog(null)} />
      {picture.window && stage && (
        <CaptionContext value={caption}>
          <PictureInPicture into={picture.window} tile={stage} onAct={act} />
        </CaptionContext>
      )}
    </section>
  );
}
