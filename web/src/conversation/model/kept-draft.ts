import type { MessageAudience, TurnId } from "../../api/words";

/**
 * What stands in the composer, and how it is to be sent. One value: a whisper whose audience was forgotten would be sent to
 * everybody, and an AI's words whose origin was forgotten would pass for a person's.
 */
export interface Draft {
  text: string;
  audience: MessageAudience;
  /** The message that it answers. */
  reply: number | null;
  /** The AI's draft that it was made from. */
  from: TurnId | null;
}

export const NOTHING_WRITTEN: Draft = { text: "", audience: "everyone", reply: null, from: null };

const AUDIENCES: readonly unknown[] = ["everyone", "staff", "staff_and_persona"] satisfies MessageAudience[];

const isNumberOrNull = (value: unknown) => value === null || typeof value === "number";

function isDraft(value: unknown): value is Draft {
  if (typeof value !== "object" || value === null) return false;
  const { text, audience, reply, from } = value as Record<keyof Draft, unknown>;
  return typeof text === "string" && AUDIENCES.includes(audience) && isNumberOrNull(reply) && isNumberOrNull(from);
}

/** Before the rest was kept, the text stood there alone. */
export function readDraft(kept: string | null): Draft {
  if (kept === null) return NOTHING_WRITTEN;
  try {
    const value: unknown = JSON.parse(kept);
    if (isDraft(value)) return value;
  } catch {
    // Not JSON: words.
  }
  return { ...NOTHING_WRITTEN, text: kept };
}

export const writeDraft = ({ text, audience, reply, from }: Draft): string =>
  JSON.stringify({ text, audience, reply, from });

export const sameDraft = (a: Draft, b: Draft): boolean => writeDraft(a) === writeDraft(b);
