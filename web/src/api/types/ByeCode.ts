export type ByeCode = "removed" | "left" | "too_slow" | "going_down";
