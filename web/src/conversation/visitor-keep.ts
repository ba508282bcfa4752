import type { ConversationId, PersonaId } from "../api/words";
import { type Keep, readKept } from "../core/keep";

/** What a visitor's browser keeps for one persona. */
export interface KeptVisitor {
  token: string;
  /** The conversation under way, once something was said. */
  conversationId: ConversationId | null;
}

const PREFIX = "trialogue.visitor.";

const isKept = (value: unknown): value is KeptVisitor =>
  typeof value === "object" && value !== null && "token" in value && typeof value.token === "string";

export const readVisitor = (keep: Keep, persona: PersonaId): KeptVisitor | null =>
  readKept(keep, PREFIX + persona, isKept);

export const keepVisitor = (keep: Keep, persona: PersonaId, visitor: KeptVisitor): void =>
  keep.set(PREFIX + persona, JSON.stringify(visitor));

export const forgetVisitor = (keep: Keep, persona: PersonaId): void => keep.remove(PREFIX + persona);

/** The token with which this browser's visitor is in the conversation, if it is theirs: so that its URL opens the room. */
export function visitorTokenFor(keep: Keep, conversation: ConversationId): string | null {
  for (const key of keep.keys(PREFIX)) {
    const kept = readKept(keep, key, isKept);
    if (kept?.conversationId === conversation) return kept.token;
  }
  return null;
}
