export type Reason = { "kind": string };
