import type { Brief } from "./Brief";
import type { HandoffId } from "./HandoffId";
import type { HandoffReason } from "./HandoffReason";
import type { HandoffState } from "./HandoffState";
import type { MessageId } from "./MessageId";
import type { Notified } from "./Notified";
import type { Timestamp } from "./Timestamp";

export type HandoffCard = { handoff_id: HandoffId, reason: HandoffReason, questions: Array<MessageId>, raised_at: Timestamp, state: HandoffState, chain: Array<Notified>, brief: Brief | null };
