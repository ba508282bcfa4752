import type { FloorVersion } from "./FloorVersion";
import type { MessageId } from "./MessageId";
import type { TurnCard } from "./TurnCard";

export type FloorCard = { version: FloorVersion, persona_stepped_back: boolean, persona_answers_to: Array<string>, turn: TurnCard | null, waiting: Array<MessageId> };
