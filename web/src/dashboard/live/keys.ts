import type { Changed } from "./connection";

/** The first words of the query keys that each list touches. */
const TOUCHED: Record<Changed, string[]> = {
  conversations: ["conversations", "personas"],
  handoffs: ["handoffs", "conversations"],
  personas: ["personas"],
  sources: ["sources", "personas", "questions"],
  mails: ["mails"],
  users: ["users", "session"],
  everything: ["conversations", "handoffs", "personas", "sources", "questions", "mails", "users", "session"],
};

/** What to ask again; everything for `null` and for a list this page does not know. */
export function keysFor(what: readonly string[] | null): string[][] {
  const names = (what ?? ["everything"]).flatMap((list) => TOUCHED[list as Changed] ?? TOUCHED.everything);
  return [...new Set(names)].map((name) => [name]);
}
