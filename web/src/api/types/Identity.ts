import type { InvitationId } from "./InvitationId";
import type { PersonaId } from "./PersonaId";
import type { UserId } from "./UserId";
import type { VisitorId } from "./VisitorId";

export type Identity = { "kind": "visitor", visitor_id: VisitorId }
  | { "kind": "persona", persona_id: PersonaId }
  | { "kind": "user", user_id: UserId }
  | { "kind": "guest", invitation_id: InvitationId, email: string };
