import type { HandoffId } from "./HandoffId";

export type Notice = { "kind": "handback_left", name: string }
  | { "kind": "handback_dropped", name: string }
  | { "kind": "handback_idle", name: string, minutes: number }
  | { "kind": "owner_entered_alone", name: string }
  | { "kind": "handoff_expired", handoff_id: HandoffId };
