import type { Door } from "./Door";
import type { HistoryGrant } from "./HistoryGrant";
import type { JoinRequestId } from "./JoinRequestId";
import type { Role } from "./Role";
import type { Timestamp } from "./Timestamp";

export type KnockCard = { request_id: JoinRequestId, name: string, role: Role, door: Door, text: string, admit_label: string, verified: string, invited_by: string | null, purpose: string, asks_history: HistoryGrant, requested_at: Timestamp, expires_at: Timestamp };
