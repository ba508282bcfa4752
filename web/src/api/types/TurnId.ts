export type TurnId = number;
