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
