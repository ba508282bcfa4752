import type { Door } from "./Door";
import type { HistoryGrant } from "./HistoryGrant";
import type { Identity } from "./Identity";
import type { JoinRequestId } from "./JoinRequestId";
import type { JoinState } from "./JoinState";
import type { Role } from "./Role";
import type { Timestamp } from "./Timestamp";

export type JoinRequest = { id: JoinRequestId, identity: Identity, name: string, role: Role, door: Door, purpose: string, asks_history: HistoryGrant, requested_at: Timestamp, expires_at: Timestamp, state: JoinState };
