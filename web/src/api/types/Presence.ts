import type { Timestamp } from "./Timestamp";

export type Presence = { "kind": "here" }
  | { "kind": "dropped", since: Timestamp }
  | { "kind": "away", since: Timestamp }
  | { "kind": "left", at: Timestamp }
  | { "kind": "removed", at: Timestamp };
