import type { UserRole } from "../../api/rest/session";

export const ROLES: { role: UserRole; label: string; what: string }[] = [
  {
    role: "admin",
    label: "Admin",
    what: "Invites people, sees every persona and conversation, the mailbox, and this page.",
  },
  { role: "owner", label: "Owner", what: "Makes personas, teaches them, and is called in when they cannot answer." },
  { role: "agent", label: "Agent", what: "Answers visitors for a queue, and can be a backup of a persona." },
  { role: "supervisor", label: "Supervisor", what: "Reads every conversation and may watch or join it." },
];

export const roleName = (role: UserRole): string => ROLES.find((known) => known.role === role)?.label ?? role;
