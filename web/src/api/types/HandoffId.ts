export type HandoffId = number;
