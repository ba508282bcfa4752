export type PersonaId = string;
