import type { HistoryGrant } from "./HistoryGrant";
import type { JoinRequestId } from "./JoinRequestId";
import type { Timestamp } from "./Timestamp";
import type { WaitingState } from "./WaitingState";

export type WaitingView = { request_id: JoinRequestId, persona_name: string, persona_picture: string | null, state: WaitingState, asks_history: HistoryGrant, expires_at: Timestamp };
