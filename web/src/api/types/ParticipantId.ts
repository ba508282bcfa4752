export type ParticipantId = number;
