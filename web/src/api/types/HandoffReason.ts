export type HandoffReason = { "kind": "cannot_answer" }
  | { "kind": "low_confidence", confidence: number, threshold: number }
  | { "kind": "asked_for_person" }
  | { "kind": "topic", topic: string };
