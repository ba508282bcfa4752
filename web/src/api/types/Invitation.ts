import type { InvitationId } from "./InvitationId";
import type { InvitationState } from "./InvitationState";
import type { ParticipantId } from "./ParticipantId";
import type { Timestamp } from "./Timestamp";

export type Invitation = { id: InvitationId, email: string, invited_by: ParticipantId, note: string, sent_at: Timestamp, expires_at: Timestamp, state: InvitationState };
