import type { HandoffResolution } from "./HandoffResolution";
import type { UserId } from "./UserId";

export type HandoffState = { "kind": "raised" }
  | { "kind": "notified" }
  | { "kind": "taken", by: UserId }
  | { "kind": "follow_up", owed_by: UserId, email: string | null }
  | { "kind": "resolved", how: HandoffResolution };
