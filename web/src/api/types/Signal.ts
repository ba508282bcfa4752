import type { ParticipantId } from "./ParticipantId";
import type { TurnId } from "./TurnId";

export type Signal = { "kind": "typing", participant_id: ParticipantId, on: boolean } | { "kind": "turn_thinking", turn_id: TurnId } | { "kind": "turn_text", turn_id: TurnId, text: string };
