import type { InvitationId } from "./InvitationId";

export type Door = { "kind": "conversation_url" }
  | { "kind": "owner_link" }
  | { "kind": "guest_invitation", invitation_id: InvitationId };
