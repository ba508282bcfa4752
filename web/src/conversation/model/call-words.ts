import type { ParticipantId, Recorded, View } from "../../api/words";
import { listed, personById } from "./people";

/**
 * Who began the call that runs, as far as these events tell; `complete` where none are older. It may have been carried from Video
 * to Video + Text since: that began nothing.
 */
export function begunBy(events: readonly Recorded[], complete: boolean): ParticipantId | null {
  let by: ParticipantId | null = null;
  for (const { event } of events.toReversed()) {
    if (event.type !== "mode_chosen") continue;
    if (event.mode === "chat") return by;
    by = event.by;
  }
  return complete ? by : null;
}

/** How an invitation to a running call begins. */
export function invitationTitle(view: View, by: ParticipantId | null): string {
  // Of a page that was left just now the conversation keeps it for a while, too.
  if (isInCall(view)) return "You are on video in another tab, or were on the page before this one";
  if (by !== null && by === view.you.participant_id)
    return "You began a video call in another tab or on another device";
  const name = personById(view, by)?.name;
  return name === undefined ? "A video call has begun" : `${name} began a video call`;
}

/** Whether this viewer takes part in the call, on whichever page. */
export const isInCall = ({ participants, you }: View): boolean =>
  participants.some(({ id, in_call }) => in_call && id === you.participant_id);

/** Who of the others takes part in the call, with something switched on or nothing. */
export const othersInCall = ({ participants, you }: View): View["participants"] =>
  participants.filter(({ id, in_call }) => in_call && id !== you.participant_id);

export function whoIsOnVideo(view: View): string {
  const names = othersInCall(view).map(({ name }) => name);
  if (names.length === 0) return "The video is open; nobody else is in it just now.";
  return `${listed(names)} ${names.length === 1 ? "is" : "are"} on video.`;
}
