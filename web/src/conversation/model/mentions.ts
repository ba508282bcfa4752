import type { ParticipantCard, ParticipantId } from "../../api/words";

/** What stands between an “@” and the caret, when a name may be being typed there. */
export function mentionQuery(text: string, caret: number): { start: number; query: string } | null {
  const start = text.lastIndexOf("@", caret - 1);
  if (start < 0) return null;
  const before = start === 0 ? " " : text.charAt(start - 1);
  const query = text.slice(start + 1, caret);
  if (!/[\s([{“"'’]/.test(before) || query.length > 40 || query.includes("\n") || query.startsWith(" ")) return null;
  return { start, query };
}

/** Those whose name has a word that begins with what was typed; the order they are in stays. */
export function mentionable(people: readonly ParticipantCard[], query: string): ParticipantCard[] {
  const wanted = fold(query);
  return people.filter(({ name }) => {
    const folded = fold(name);
    return folded.startsWith(wanted) || folded.split(/\s+/).some((word) => word.startsWith(wanted));
  });
}

/** The chosen ones whose “@Name” is still in the text when it is sent. */
export function mentionsIn(text: string, chosen: ReadonlyMap<ParticipantId, string>): ParticipantId[] {
  return [...chosen].filter(([, name]) => text.includes(`@${name}`)).map(([id]) => id);
}

const fold = (text: string): string => text.normalize("NFD").replace(/\p{M}/gu, "").toLocaleLowerCase();
