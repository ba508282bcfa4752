import type { Event, ParticipantCard, Recorded, Role, View } from "../../api/words";

/** Noon of a day in 2026, UTC. */
export const NOON = Date.UTC(2026, 10, 21, 12);

export function participant(
  id: number,
  name: string,
  role: Role,
  more: Partial<ParticipantCard> = {},
): ParticipantCard {
  return {
    id,
    identity:
      role === "visitor"
        ? { kind: "visitor", visitor_id: "v-1" }
        : role === "persona"
          ? { kind: "persona", persona_id: "p-1" }
          : { kind: "user", user_id: `u-${id}` },
    name,
    role,
    presence_mode: "participant",
    presence: { kind: "here" },
    sees_from: 1,
    joined_at: NOON,
    request_id: null,
    spoke_at: null,
    media: { camera: false, microphone: false, screen: false },
    in_call: false,
    hand_raised_at: null,
    may_remove: false,
    may_share_history: false,
    ...more,
  };
}

/** Sam asks Michael, Dana's persona; seen by Sam. */
export function view(more: Partial<View> = {}): View {
  return {
    conversation_id: "c-1",
    seq: 3,
    open: true,
    persona: {
      persona_id: "p-1",
      name: "Michael",
      call_names: ["Michael AI"],
      greeting: "",
      owner: { user_id: "u-9", name: "Dana Fox" },
      backups: [],
      picture: null,
    },
    settings: {
      in_call_users: true,
      disable_video: false,
      many_screens: false,
      media_available: true,
      show_monitors: false,
      confidence_threshold: 50,
      handoff_topics: [],
    },
    you: { participant_id: 2, role: "visitor", presence_mode: "participant", sees_from: 1, allowed: [] },
    participants: [participant(2, "Sam", "visitor"), participant(3, "Michael", "persona")],
    knocks: [],
    waiting: [],
    invitations: [],
    handoff: null,
    floor: {
      version: 1,
      persona_stepped_back: false,
      persona_answers_to: ["Michael"],
      turn: null,
      waiting: [],
    },
    mode: "chat",
    video: { available: true, why_not: null },
    asks: [],
    drafts: [],
    ...more,
  };
}

type Posted = Extract<Event, { type: "message_posted" }>;

export function posted(seq: number, text: string, more: Partial<Posted> = {}): Recorded {
  return recorded(seq, {
    type: "message_posted",
    author: 2,
    text,
    provenance: { kind: "human" },
    audience: "everyone",
    reply_to: null,
    citations: [],
    turn_id: null,
    interrupted: false,
    confidence: null,
    notice: null,
    client_id: null,
    ...more,
  });
}

export function recorded(seq: number, event: Event, at = NOON + seq * 1_000): Recorded {
  return { seq, at, v: 1, event };
}
