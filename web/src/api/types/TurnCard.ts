import type { ParticipantId } from "./ParticipantId";
import type { TurnId } from "./TurnId";

export type TurnCard = { turn_id: TurnId, asker: ParticipantId, speaking: boolean };
