export type InvitationState = "sent" | "accepted" | "rejected" | "expired" | "revoked";
