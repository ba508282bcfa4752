export type HandoffResolution = { "kind": "answered_live" }
  | { "kind": "follow_up_answered", answer: string }
  | { "kind": "cancelled_by_visitor" }
  | { "kind": "dismissed", why: string };
