import type { UserRole } from "../../api/rest/session";

export const ROLES: { role: UserRole; label: string; what: string }[] = [
  {
    role: "admin",
    label: "Admin",
    what: "Invites people, sees every persona and conversation, the mailbox, and this page.",
  },
  { role: "owner", label: "Owner", what: "Makes personas, teaches them, and is called in when they cannot answer." },
  { role: "agent", label: "Agent", what: "Can be a backup of personas and joins conversations." },
  { role: "supervisor", label: "Supervisor", what: "Reads every conversation and handoff." },
];

export const roleName = (role: UserRole): string => ROLES.find((known) => known.role === role)?.label ?? role;
