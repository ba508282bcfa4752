export type FloorVersion = number;
