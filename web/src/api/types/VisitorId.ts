export type VisitorId = string;
