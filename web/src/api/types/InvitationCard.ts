import type { InvitationId } from "./InvitationId";
import type { InvitationState } from "./InvitationState";
import type { Timestamp } from "./Timestamp";

export type InvitationCard = { invitation_id: InvitationId, email: string, state: InvitationState, expires_at: Timestamp };
