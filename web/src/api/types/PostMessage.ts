import type { MessageAudience } from "./MessageAudience";
import type { MessageId } from "./MessageId";
import type { ParticipantId } from "./ParticipantId";
import type { TurnId } from "./TurnId";

export type PostMessage = { text: string, reply_to: MessageId | null, mentions: Array<ParticipantId>, audience: MessageAudience, from_draft: TurnId | null, client_id: string | null };
