import type { Event, ParticipantId } from "../../api/words";

/** The call as far as the events before told of it. */
export interface CallPast {
  /** Its beginning was among them: without it nobody can be said to be new to it. */
  seen: boolean;
  joined: Set<ParticipantId>;
  sharing: Set<ParticipantId>;
}

export const noCall = (): CallPast => ({ seen: false, joined: new Set(), sharing: new Set() });

type Name = (id: ParticipantId) => string;
type Own<Type extends Event["type"]> = Extract<Event, { type: Type }>;

const STOPPED = {
  microphone: (whose: string) => `switched ${whose} microphone off`,
  camera: (whose: string) => `switched ${whose} camera off`,
  screen: (whose: string) => `stopped ${whose} screen sharing`,
} as const;

/** Who comes on and who shares a screen is worth a line; each press of a microphone's button is not. */
export function mediaSet(event: Own<"media_set">, name: Name, you: number | null, call: CallPast): string | null {
  const { participant_id: id } = event;
  // Whoever switches something on in a chat begins the call, which the next event tells.
  if (!call.seen) return null;
  const said: string[] = [];
  if ((event.camera || event.microphone) && !call.joined.has(id)) {
    call.joined.add(id);
    said.push("joined the video");
  }
  if (event.screen && !call.sharing.has(id)) said.push(`${id === you ? "share" : "shares"} a screen`);
  if (!event.screen && call.sharing.has(id)) said.push("stopped sharing a screen");
  if (event.screen) call.sharing.add(id);
  else call.sharing.delete(id);
  return said.length === 0 ? null : `${name(id)} ${said.join(" and ")}`;
}

export function callJoined({ participant_id: id }: Own<"call_joined">, name: Name, call: CallPast): string | null {
  if (call.joined.has(id)) return null;
  call.joined.add(id);
  return `${name(id)} joined the video`;
}

export function callLeft({ participant_id: id }: Own<"call_left">, name: Name, call: CallPast): string {
  outOfCall(id, call);
  return `${name(id)} left the video`;
}

export function muted(event: Own<"participant_muted">, name: Name, you: number | null, call: CallPast): string {
  if (event.source === "screen") call.sharing.delete(event.participant_id);
  const whose = event.participant_id === you ? "your" : `${name(event.participant_id)}’s`;
  return `${name(event.by)} ${STOPPED[event.source](whose)}`;
}

export function modeChosen(event: Own<"mode_chosen">, name: Name, call: CallPast): string | null {
  if (event.mode === "chat") {
    Object.assign(call, noCall());
  } else if (!call.seen) {
    call.seen = true;
    if (event.by !== null) call.joined.add(event.by);
  }
  if (event.cause === "video_disabled") return "The video has ended: it is disabled by the owner";
  if (event.by === null) return null;
  if (event.cause === "switched_on") return `${name(event.by)} began the video`;
  switch (event.mode) {
    case "chat":
      return `${name(event.by)} ended the video`;
    case "video":
      return `${name(event.by)} chose Video`;
    case "video_and_text":
      return `${name(event.by)} chose Video + Text`;
  }
}

/** Who leaves the conversation is out of its call; coming back, they join it anew. */
export function outOfCall(id: ParticipantId, call: CallPast): void {
  call.joined.delete(id);
  call.sharing.delete(id);
}
