import type { Citation } from "./Citation";
import type { TurnId } from "./TurnId";

export type Draft = { turn_id: TurnId, text: string, citations: Array<Citation> };
