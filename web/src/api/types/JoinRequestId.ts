export type JoinRequestId = number;
