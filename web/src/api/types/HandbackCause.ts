export type HandbackCause = "left" | "dropped" | "idle";
