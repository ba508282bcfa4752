import type { HistoryGrant } from "./HistoryGrant";
import type { Timestamp } from "./Timestamp";

export type WaitingState = { "kind": "asked" }
  | { "kind": "nobody_there" }
  | { "kind": "admitted", history: HistoryGrant }
  | { "kind": "joined" }
  | { "kind": "declined", may_knock_again_at: Timestamp | null }
  | { "kind": "withdrawn" }
  | { "kind": "expired" }
  | { "kind": "revoked" }
  | { "kind": "conversation_ended" };
