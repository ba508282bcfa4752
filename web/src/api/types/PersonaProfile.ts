import type { PersonaId } from "./PersonaId";
import type { UserRef } from "./UserRef";

export type PersonaProfile = { persona_id: PersonaId, name: string, call_names: Array<string>, greeting: string, owner: UserRef, backups: Array<UserRef>, picture: string | null };
