import type { ParticipantId } from "./ParticipantId";

export type Provenance = { "kind": "human" }
  | { "kind": "ai" }
  | { "kind": "ai_on_whisper", by: ParticipantId }
  | { "kind": "ai_edited", by: ParticipantId }
  | { "kind": "system" };
