import type { Identity } from "./Identity";
import type { JoinRequestId } from "./JoinRequestId";
import type { ParticipantId } from "./ParticipantId";
import type { Presence } from "./Presence";
import type { PresenceMode } from "./PresenceMode";
import type { Role } from "./Role";
import type { Seq } from "./Seq";
import type { Timestamp } from "./Timestamp";

export type Participant = { id: ParticipantId, identity: Identity, name: string, role: Role, presence_mode: PresenceMode, presence: Presence, sees_from: Seq, joined_at: Timestamp, request_id: JoinRequestId | null, spoke_at: Timestamp | null };
