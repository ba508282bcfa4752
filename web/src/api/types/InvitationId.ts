export type InvitationId = number;
