export type PresenceMode = "participant" | "monitor";
