import type { Event } from "./Event";
import type { Seq } from "./Seq";
import type { Timestamp } from "./Timestamp";

export type Recorded = { seq: Seq, at: Timestamp, v: number, event: Event };
