import type { Citation } from "./Citation";
import type { MessageAudience } from "./MessageAudience";
import type { MessageId } from "./MessageId";
import type { ParticipantId } from "./ParticipantId";
import type { Provenance } from "./Provenance";
import type { Timestamp } from "./Timestamp";
import type { TurnId } from "./TurnId";

export type Message = { id: MessageId, author: ParticipantId | null, text: string, at: Timestamp, provenance: Provenance, audience: MessageAudience, reply_to: MessageId | null, citations: Array<Citation>, turn_id: TurnId | null, retracted: boolean, interrupted: boolean };
