import type { ByeCode } from "./ByeCode";
import type { Problem } from "./Problem";
import type { Recorded } from "./Recorded";
import type { Seq } from "./Seq";
import type { Signal } from "./Signal";
import type { View } from "./View";
import type { WaitingView } from "./WaitingView";

export type ServerFrame = { "type": "welcome", view: View, events: Array<Recorded>, complete_from: Seq, heartbeat_ms: number } | { "type": "waiting", waiting: WaitingView } | { "type": "events", events: Array<Recorded>, view?: View } | { "type": "signal", signal: Signal } | { "type": "ack", id: string, seq: Seq } | { "type": "refused", id?: string, problem: Problem } | { "type": "pong" } | { "type": "bye", code: ByeCode, detail: string };
