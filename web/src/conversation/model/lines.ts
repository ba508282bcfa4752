import type { Event, HandoffReason, Recorded, View } from "../../api/words";
import { type CallPast, callJoined, callLeft, mediaSet, modeChosen, muted, noCall, outOfCall } from "./call-lines";
import { isStaff, personById } from "./people";

/** What a line of the timeline needs to know of what came before it. */
export interface Past {
  /** Names of those who knocked, by the seq of the knock. */
  knockers: Map<number, string>;
  /** Those who were announced as away and have not returned. */
  away: Set<number>;
  call: CallPast;
  /** As far as these events tell: the owner disabled video. */
  videoDisabled: boolean;
  /** A notice that says the same stands beside it; of somebody, where it names them. */
  hasNotice: (kind: string, name?: string) => boolean;
}

export function freshPast(events: readonly Recorded[]): Past {
  const notices = new Set<string>();
  for (const { event } of events) {
    if (event.type !== "message_posted" || !event.notice) continue;
    notices.add(event.notice.kind);
    if ("name" in event.notice) notices.add(`${event.notice.kind} ${event.notice.name}`);
  }
  return {
    knockers: new Map(),
    away: new Set(),
    call: noCall(),
    videoDisabled: false,
    hasNotice: (kind, name) => notices.has(name === undefined ? kind : `${kind} ${name}`),
  };
}

/** The sentence for an event that is worth a line, or nothing. */
export function lineOf({ event, seq }: Recorded, view: View, past: Past): string | null {
  const name = (id: number | null) =>
    id !== null && id === view.you.participant_id ? "You" : (personById(view, id)?.name ?? "Somebody");
  const whom = (id: number) => (id === view.you.participant_id ? "you" : name(id));
  const persona = view.persona.name;
  switch (event.type) {
    case "join_requested":
      past.knockers.set(seq, event.name);
      return null;
    case "join_admitted": {
      const knocker = past.knockers.get(event.request_id);
      return knocker && event.by !== null ? `${name(event.by)} let ${knocker} in` : null;
    }
    case "join_declined":
      return `${name(event.by)} declined ${past.knockers.get(event.request_id) ?? "somebody"}’s request to join`;
    case "join_expired":
      return past.knockers.has(event.request_id)
        ? `${past.knockers.get(event.request_id)}’s request to join expired`
        : null;
    case "invitation_sent":
      // The address is for those who invite alone.
      return `${name(event.invited_by)} invited ${event.email || "a guest"}`;
    case "participant_joined":
      return joined(event, view);
    case "participant_left":
      past.away.delete(event.participant_id);
      outOfCall(event.participant_id, past.call);
      if (event.presence_mode === "monitor") return `${name(event.participant_id)} watches no more`;
      // The notice says it too, and who answers now.
      return past.hasNotice("handback_left", name(event.participant_id)) ? null : `${name(event.participant_id)} left`;
    case "participant_removed":
      past.away.delete(event.participant_id);
      outOfCall(event.participant_id, past.call);
      return `${name(event.by)} removed ${name(event.participant_id)}`;
    case "participant_went_away":
      outOfCall(event.participant_id, past.call);
      // One's own absence is no news to oneself.
      if (event.participant_id === view.you.participant_id) return null;
      past.away.add(event.participant_id);
      // The notice says it too, and who answers now.
      return past.hasNotice("handback_dropped", name(event.participant_id))
        ? null
        : `${name(event.participant_id)} is away`;
    case "participant_returned":
      return past.away.delete(event.participant_id) ? `${name(event.participant_id)} is back` : null;
    case "participant_renamed":
      return `Somebody is now called ${event.name}`;
    case "conversation_started":
      past.videoDisabled = event.settings.disable_video;
      return null;
    case "settings_changed": {
      const disabledBefore = past.videoDisabled;
      past.videoDisabled = event.settings.disable_video;
      // While it is disabled the page says so above all that is said.
      return disabledBefore && !past.videoDisabled ? "The owner allowed video again" : null;
    }
    case "mode_chosen":
      past.videoDisabled ||= event.cause === "video_disabled";
      return modeChosen(event, name, past.call);
    case "call_joined":
      return callJoined(event, name, past.call);
    case "call_left":
      return callLeft(event, name, past.call);
    case "media_set":
      return mediaSet(event, name, view.you.participant_id, past.call);
    case "participant_muted":
      return muted(event, name, view.you.participant_id, past.call);
    case "hand_raised":
      return `${name(event.participant_id)} raised a hand`;
    case "history_shared":
      return `${name(event.by)} shared the earlier messages with ${whom(event.participant_id)}`;
    case "handed_back":
      return past.hasNotice(`handback_${event.cause}`) ? null : `${persona} answers again`;
    case "handoff_raised":
      return handoffRaised(event, view);
    case "handoff_taken":
      return `${userName(view, event.user_id)} takes the question`;
    case "handoff_passed_on":
      return `${event.to.name} is asked now`;
    case "handoff_released":
      return "The question is open again";
    case "handoff_expired":
      return past.hasNotice("handoff_expired") ? null : `Nobody could come. ${event.owed_by.name} owes an answer`;
    case "follow_up_email_given":
      return `The answer will be sent to ${event.email}`;
    case "handoff_resolved":
      return resolved(event, view);
    case "knowledge_kept":
      return isStaff(view.you.role) ? `${persona} will know this from now on: “${event.question}”` : null;
    case "conversation_ended":
      return event.cause === "nobody_spoke"
        ? "This conversation ended because nobody had spoken for long"
        : `${event.by === null ? "The owner" : name(event.by)} ended this conversation`;
    default:
      return null;
  }
}

function joined(event: Extract<Event, { type: "participant_joined" }>, view: View): string | null {
  // The two who are there from the start need no line.
  if (event.role === "visitor" || event.role === "persona") return null;
  if (event.presence_mode === "monitor") return `${event.name} is watching`;
  const as = event.role === "owner" ? `${view.persona.name}’s owner` : article(event.role);
  return `${event.name} joined as ${as}`;
}

const article = (role: string): string => (/^[aeiou]/.test(role) ? `an ${role}` : `a ${role}`);

function handoffRaised(event: Extract<Event, { type: "handoff_raised" }>, view: View): string {
  const asked = event.chain[0]?.name ?? view.persona.owner.name;
  const why = isStaff(view.you.role) ? ` (${reasonOfHandoff(event.reason)})` : "";
  return `${view.persona.name} is asking ${asked}${why}`;
}

function reasonOfHandoff(reason: HandoffReason): string {
  switch (reason.kind) {
    case "cannot_answer":
      return "not in the sources";
    case "low_confidence":
      return `confidence ${reason.confidence} % is below ${reason.threshold} %`;
    case "asked_for_person":
      return "the visitor asked for a person";
    case "topic":
      return `the topic “${reason.topic}” always goes to a person`;
  }
}

function resolved(event: Extract<Event, { type: "handoff_resolved" }>, view: View): string | null {
  switch (event.how.kind) {
    case "follow_up_answered":
      // The answer itself stands there.
      return null;
    case "answered_live":
      return "The question is settled";
    case "cancelled_by_visitor":
      return view.you.role === "visitor" ? "You cancelled the request" : "The visitor cancelled the request";
    case "dismissed":
      return isStaff(view.you.role) && event.how.why
        ? `The question was closed: ${event.how.why}`
        : "The question was closed";
  }
}

export function userName(view: View, userId: string): string {
  const inside = view.participants.find(({ identity }) => identity.kind === "user" && identity.user_id === userId);
  const told = view.handoff?.chain.find((notified) => notified.user_id === userId);
  const owner = view.persona.owner.user_id === userId ? view.persona.owner : undefined;
  return inside?.name ?? told?.name ?? owner?.name ?? "A colleague";
}
