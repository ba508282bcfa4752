import type { ParticipantCard, ParticipantId, Role, View } from "../../api/words";

const ROLE_LABELS: Record<Role, string> = {
  visitor: "Visitor",
  persona: "AI",
  owner: "Owner",
  colleague: "Colleague",
  guest: "Guest",
  agent: "Agent",
  supervisor: "Supervisor",
};

export const roleLabel = (role: Role): string => ROLE_LABELS[role];

/** Works for the workspace: sees whispers, reasons and briefs. */
export const isStaff = (role: Role): boolean =>
  role === "owner" || role === "colleague" || role === "agent" || role === "supervisor";

export const isInside = ({ presence }: ParticipantCard): boolean =>
  presence.kind !== "left" && presence.kind !== "removed";

export function personById(view: View, id: ParticipantId | null): ParticipantCard | undefined {
  return id === null ? undefined : view.participants.find((person) => person.id === id);
}

/** Those inside, the persona first, then as they came. */
export function peopleInside(view: View): ParticipantCard[] {
  const inside = view.participants.filter(isInside);
  return [...inside.filter(({ role }) => role === "persona"), ...inside.filter(({ role }) => role !== "persona")];
}

export type PresenceWord = "here" | "dropped" | "away";

export function presenceOf({ presence, role }: ParticipantCard): PresenceWord {
  if (role === "persona" || presence.kind === "here") return "here";
  return presence.kind === "dropped" ? "dropped" : "away";
}

/** In words, since a coloured dot alone tells nobody anything. */
export function presenceText(person: ParticipantCard): string {
  switch (presenceOf(person)) {
    case "here":
      return "here now";
    case "dropped":
      return "connection lost, place held";
    case "away":
      return "away";
  }
}

/** “Dana”, “Dana and Sam”, “Dana, Sam and 2 others”. */
export function listed(names: readonly string[]): string {
  const [first, second, ...rest] = names;
  if (first === undefined) return "";
  if (second === undefined) return first;
  if (rest.length === 0) return `${first} and ${second}`;
  if (rest.length === 1) return `${first}, ${second} and ${rest[0]}`;
  return `${first}, ${second} and ${rest.length} others`;
}
