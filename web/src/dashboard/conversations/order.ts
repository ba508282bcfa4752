import type { Summary } from "../../api/rest/conversations";

/** Why a conversation needs a person, or nothing. */
export function attention(row: Summary): "knock" | "handoff" | "follow_up" | null {
  if (row.open && row.knocks > 0) return "knock";
  switch (row.handoff?.kind) {
    case "raised":
    case "notified":
      return "handoff";
    case "follow_up":
      return "follow_up";
    default:
      return null;
  }
}

/** Those that need a person first, then the latest. */
export function attentionFirst(rows: readonly Summary[]): Summary[] {
  return [...rows].sort(
    (a, b) => Number(attention(b) !== null) - Number(attention(a) !== null) || b.last_at - a.last_at,
  );
}

/** Who can be reached just now, the persona left out: “Sam and Dana are here”. */
export function peopleHere(row: Summary): string {
  if (!row.open) return "";
  const names = row.here.filter((person) => person.here && person.role !== "persona").map((person) => person.name);
  const last = names.pop();
  if (last === undefined) return "Nobody is here now";
  if (names.length === 0) return `${last} is here`;
  if (names.length > 3) return `${names.slice(0, 2).join(", ")} and ${names.length - 1} more are here`;
  return `${names.join(", ")} and ${last} are here`;
}
