import type { ConversationId } from "./ConversationId";
import type { Draft } from "./Draft";
import type { FloorCard } from "./FloorCard";
import type { HandoffCard } from "./HandoffCard";
import type { InvitationCard } from "./InvitationCard";
import type { KnockCard } from "./KnockCard";
import type { Participant } from "./Participant";
import type { PersonaProfile } from "./PersonaProfile";
import type { Seq } from "./Seq";
import type { Settings } from "./Settings";
import type { You } from "./You";

export type View = { conversation_id: ConversationId, seq: Seq, open: boolean, persona: PersonaProfile, settings: Settings, you: You, participants: Array<Participant>, knocks: Array<KnockCard>, waiting: Array<KnockCard>, invitations: Array<InvitationCard>, handoff: HandoffCard | null, floor: FloorCard, drafts: Array<Draft> };
