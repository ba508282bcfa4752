export type Role = "visitor" | "persona" | "owner" | "colleague" | "guest" | "agent" | "supervisor";
