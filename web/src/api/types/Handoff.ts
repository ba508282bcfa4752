import type { HandoffId } from "./HandoffId";
import type { HandoffReason } from "./HandoffReason";
import type { HandoffState } from "./HandoffState";
import type { MessageId } from "./MessageId";
import type { Notified } from "./Notified";
import type { ParticipantId } from "./ParticipantId";
import type { Timestamp } from "./Timestamp";

export type Handoff = { id: HandoffId, reason: HandoffReason, questions: Array<MessageId>, raised_at: Timestamp, step_ends_at: Timestamp, chain: Array<Notified>, state: HandoffState, taken_by: ParticipantId | null };
