import type { Action } from "./Action";
import type { ParticipantId } from "./ParticipantId";
import type { PresenceMode } from "./PresenceMode";
import type { Role } from "./Role";
import type { Seq } from "./Seq";

export type You = { participant_id: ParticipantId | null, role: Role, presence_mode: PresenceMode, sees_from: Seq, allowed: Array<Action> };
