import { useEffect, useRef, useState } from "react";
import type { Event } from "../api/words";
import { personById } from "../conversation/model/people";
import { useConversation, useRoom } from "../conversation/room-context";
import { backoff } from "../core/backoff";
import { browserWorld } from "../core/world";
import { useToast } from "../ui";
import { keepChoice } from "./devices/choice";
import { useMedia, useMediaRoom } from "./media-context";
import type { MediaState } from "./model/media-state";

const STOPPED = {
  microphone: "muted you",
  camera: "stopped your camera",
  screen: "stopped your screen sharing",
} as const;

/**
 * Keeps what is sent and what the conversation says of it the same: what others stopped is switched off here, and what the
 * conversation forgot while its connection was lost is said again.
 */
export function useFollowConversation(): void {
  const { events, view, link } = useConversation();
  const { keep, store } = useRoom();
  const room = useMediaRoom();
  const media = useMedia();
  const say = useToast();
  const seen = useRef<number>(null);
  seen.current ??= view?.seq ?? 0;
  const refusedWhileAway = useRef(false);

  useEffect(() => {
    if (!view) return;
    const you = view.you.participant_id;
    const from = seen.current ?? 0;
    const nameOf = (id: number) => personById(view, id)?.name ?? "Somebody";
    for (const { seq, event } of events) {
      if (seq <= from) continue;
      seen.current = seq;
      if (event.type === "participant_muted" && event.participant_id === you) {
        room.stoppedByOther(event.source);
        if (event.by !== you) {
          say(`${nameOf(event.by)} ${STOPPED[event.source]}`);
          // What another stopped is off the next time, too, until one chooses it oneself.
          if (event.source !== "screen") keepChoice(keep, { [event.source]: false });
        }
      } else if (event.type === "hand_raised" && event.participant_id !== you) {
        say(`${nameOf(event.participant_id)} raised a hand`);
      } else if (event.type === "turn_on_answered" && !event.accepted) {
        const asked = events.find((one) => one.seq === event.asked)?.event;
        if (asked && isAskBy(asked, you)) say(`${nameOf(asked.participant_id)} does not want to just now`);
      }
    }
  }, [events, view, room, say, keep]);

  const acts = view?.you.presence_mode === "participant";
  const open = link.kind === "open";
  const refused = media.status.kind === "refused";
  useEffect(() => {
    // It was refused to one who was not there; now they are.
    if (open && refusedWhileAway.current) room.retry();
    refusedWhileAway.current = !open && refused;
  }, [open, refused, room]);

  // In a chat nothing is sent: who chose it has ended the call, and to say again what was on would begin it anew.
  const called = view?.mode !== "chat";
  const own = view?.participants.find(({ id }) => id === view.you.participant_id);
  const sends = own?.media;
  useEffect(() => {
    if (sends && open && called && differs(sends, media)) room.announceAgain();
  }, [sends, open, called, media, room]);

  // Who comes with nothing on is in the call all the same, and again when the conversation lost sight of them.
  const joins = own?.in_call === false && acts && open && called && media.status.kind === "connected";
  const [refusals, setRefusals] = useState(0);
  useEffect(() => {
    if (!joins) return;
    let over = false;
    let cancel = () => {};
    // Who is seen must be known to be there. What refused it passes, as too many commands at once.
    store.command({ do: "join_call" }).catch(() => {
      if (!over) cancel = browserWorld.later(backoff(refusals, browserWorld.random()), () => setRefusals(refusals + 1));
    });
    return () => {
      over = true;
      cancel();
    };
  }, [joins, refusals, store]);
}

function isAskBy(event: Event, you: number | null): event is Extract<Event, { type: "turn_on_asked" }> {
  return event.type === "turn_on_asked" && event.by === you;
}

/** Settled, and not what the conversation says. */
function differs(said: { camera: boolean; microphone: boolean; screen: boolean }, media: MediaState): boolean {
  if (media.status.kind !== "connected" || media.announcing) return false;
  const { camera, microphone, screen } = media.switches;
  if ([camera, microphone, screen].includes("starting")) return false;
  return (
    said.camera !== (camera === "on") || said.microphone !== (microphone === "on") || said.screen !== (screen === "on")
  );
}
