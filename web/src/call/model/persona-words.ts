import type { ConversationState } from "../../core/conversation-store";

export type PersonaState = "listening" | "thinking" | "speaking";

type Facts = Pick<ConversationState, "turn" | "view" | "events">;

export function stateOfPersona({ turn, view }: Facts): PersonaState {
  if (turn?.text) return "speaking";
  return turn || view?.floor.turn ? "thinking" : "listening";
}

/** A calm reader's pace for captions, in characters a second. */
const READ_PER_SECOND = 15;

/** For how long a caption is left to be noticed and read, in milliseconds. */
export const readingMs = (words: string): number => 4_000 + (words.length / READ_PER_SECOND) * 1_000;

/** What it says just now, or said last as long as nobody has said anything since. */
export function personaWords({ turn, view, events }: Facts): string | null {
  if (turn?.text) return turn.text;
  if (turn || view?.floor.turn) return null;
  const persona = view?.participants.find(({ role }) => role === "persona");
  for (let index = events.length - 1; index >= 0; index -= 1) {
    const event = events[index]?.event;
    if (event?.type !== "message_posted") continue;
    return persona && event.author === persona.id ? event.text : null;
  }
  return null;
}
