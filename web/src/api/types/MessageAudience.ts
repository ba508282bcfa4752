export type MessageAudience = "everyone" | "staff" | "staff_and_persona";
