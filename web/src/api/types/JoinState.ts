import type { HistoryGrant } from "./HistoryGrant";
import type { ParticipantId } from "./ParticipantId";
import type { Timestamp } from "./Timestamp";

export type JoinState = { "kind": "requested" }
  | { "kind": "admitted", by: ParticipantId | null, history: HistoryGrant }
  | { "kind": "joined", participant_id: ParticipantId }
  | { "kind": "declined", by: ParticipantId, at: Timestamp, for_good: boolean }
  | { "kind": "withdrawn" }
  | { "kind": "expired" }
  | { "kind": "revoked" };
