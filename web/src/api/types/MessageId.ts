export type MessageId = number;
