import type { ClientCommand } from "./ClientCommand";
import type { Hello } from "./Hello";
import type { PostMessage } from "./PostMessage";

export type ClientFrame = { "type": "hello" } & Hello | { "type": "post", id: string } & PostMessage | { "type": "command", id: string, command: ClientCommand } | { "type": "typing", on: boolean } | { "type": "ping" };
