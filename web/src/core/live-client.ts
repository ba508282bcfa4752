import { Problem } from "../api/rest/http";
import type { ByeCode, ClientFrame, Hello, Recorded, Seq, ServerFrame, Signal, View, WaitingView } from "../api/words";
import { backoff } from "./backoff";
import type { Socket, Wake, World } from "./world";

/** `lost`: was open or could not be opened; the next try is under way or due at `retryAt`. */
export type Link =
  | { kind: "connecting" }
  | { kind: "open" }
  | { kind: "lost"; retryAt: number }
  | { kind: "closed"; why: Farewell };

/** Why no further connection is tried. */
export type Farewell =
  | { kind: "bye"; code: ByeCode; detail: string }
  | { kind: "refused"; problem: Problem }
  | { kind: "stopped" };

export interface LiveHandlers {
  onLink(link: Link): void;
  onWelcome(welcome: { view: View; events: Recorded[]; complete_from: Seq }): void;
  onWaiting(waiting: WaitingView): void;
  onEvents(events: Recorded[], view: View | undefined): void;
  onSignal(signal: Signal): void;
  onAck(id: string, seq: Seq): void;
  onRefused(id: string, problem: Problem): void;
  /** Everything not yet acknowledged, to be said again with the same ids. Asked after each `welcome` or `waiting`. */
  unacknowledged(): ClientFrame[];
}

/** Where the conversation is and as whom; `after` and `request_id` are asked anew for each connection. */
export type HelloSource = () => Hello;

/** A connection that says nothing for this long after a ping is dead, whatever the browser thinks of it. */
const ANSWER_WITHIN_MS = 8_000;
/** Where the browser itself says that it is offline: what it says is wrong only beside a server on the same machine, which answers at once. */
const OFFLINE_ANSWER_WITHIN_MS = 1_000;
const DEFAULT_HEARTBEAT_MS = 20_000;
const OPEN_WITHIN_MS = 10_000;

/**
 * One viewer's live connection: says hello, resumes with the last seq, repeats what was not acknowledged, notices silence, and
 * tries again until it is told to stop or the server says that there is nothing to return to.
 */
export class LiveClient {
  readonly #world: World;
  readonly #hello: HelloSource;
  readonly #handlers: LiveHandlers;
  #socket: Socket | null = null;
  #link: Link = { kind: "connecting" };
  #tries = 0;
  #heartbeatMs = DEFAULT_HEARTBEAT_MS;
  #greeted = false;
  #cancelTimer: () => void = () => undefined;
  #cancelWake: () => void = () => undefined;

  constructor(world: World, hello: HelloSource, handlers: LiveHandlers) {
    this.#world = world;
    this.#hello = hello;
    this.#handlers = handlers;
  }

  start(): void {
    this.#cancelWake = this.#world.onWake((why) => this.#wake(why));
    this.#connect();
  }

  stop(): void {
    this.#close({ kind: "stopped" });
  }

  /** Connects again at once, as somebody else may be said hello for now: after a knock became a participant. */
  restart(): void {
    if (this.#link.kind === "closed") this.#cancelWake = this.#world.onWake((why) => this.#wake(why));
    this.#drop();
    this.#tries = 0;
    this.#connect();
  }

  /** Sends now, or not at all: what must arrive is in `unacknowledged`. */
  send(frame: ClientFrame): void {
    if (this.#greeted) this.#socket?.send(JSON.stringify(frame));
  }

  #connect(): void {
    this.#cancelTimer();
    this.#setLink({ kind: "connecting" });
    const socket = this.#world.connect();
    this.#socket = socket;
    this.#greeted = false;
    this.#cancelTimer = this.#world.later(OPEN_WITHIN_MS, () => this.#lost());
    socket.onopen = () => {
      if (socket === this.#socket)
        socket.send(JSON.stringify({ type: "hello", ...this.#hello() } satisfies ClientFrame));
    };
    socket.onmessage = (frame) => {
      if (socket === this.#socket) this.#heard(frame.data);
    };
    socket.onclose = () => {
      if (socket === this.#socket) this.#lost();
    };
  }

  #heard(data: unknown): void {
    const frame = parse(data);
    if (!frame) return;
    switch (frame.type) {
      case "welcome":
        this.#heartbeatMs = frame.heartbeat_ms || DEFAULT_HEARTBEAT_MS;
        if (this.#goesOn(() => this.#handlers.onWelcome(frame))) this.#opened();
        break;
      case "waiting":
        if (this.#goesOn(() => this.#handlers.onWaiting(frame.waiting)) && !this.#greeted) this.#opened();
        break;
      case "events":
        this.#handlers.onEvents(frame.events, frame.view);
        break;
      case "signal":
        this.#handlers.onSignal(frame.signal);
        break;
      case "ack":
        this.#handlers.onAck(frame.id, frame.seq);
        break;
      case "refused":
        this.#refused(frame.id, new Problem(frame.problem.status, frame.problem));
        break;
      case "bye":
        // These two are the server's trouble, not the end.
        if (frame.code === "too_slow" || frame.code === "going_down") this.#lost();
        else this.#close({ kind: "bye", code: frame.code, detail: frame.detail });
        break;
      case "pong":
        break;
    }
    if (this.#link.kind === "open") this.#listen();
  }

  /** Whoever is told may want another connection: then that one, still connecting, must not be taken for open. */
  #goesOn(tell: () => void): boolean {
    const socket = this.#socket;
    tell();
    return socket === this.#socket;
  }

  #opened(): void {
    this.#greeted = true;
    this.#tries = 0;
    this.#setLink({ kind: "open" });
    for (const frame of this.#handlers.unacknowledged()) this.send(frame);
  }

  #refused(id: string | undefined, problem: Problem): void {
    if (id !== undefined) this.#handlers.onRefused(id, problem);
    else if (!this.#greeted && isFinal(problem)) this.#close({ kind: "refused", problem });
    else if (!this.#greeted) this.#lost(problem.retryAfter);
  }

  /** After `heartbeatMs` of silence asks, and takes no answer for the end of the connection. */
  #listen(): void {
    this.#cancelTimer();
    this.#cancelTimer = this.#world.later(this.#heartbeatMs, () => this.#ask());
  }

  #ask(within = ANSWER_WITHIN_MS): void {
    this.send({ type: "ping" });
    this.#cancelTimer();
    this.#cancelTimer = this.#world.later(within, () => this.#lost());
  }

  #wake(why: Wake): void {
    if (this.#link.kind === "open") this.#ask(why === "offline" ? OFFLINE_ANSWER_WITHIN_MS : ANSWER_WITHIN_MS);
    else if (this.#link.kind === "lost") this.#connect();
  }

  /** `retryAfterS`: the server's own wish, in seconds. */
  #lost(retryAfterS?: number): void {
    this.#drop();
    const wait = Math.max(backoff(this.#tries, this.#world.random()), (retryAfterS ?? 0) * 1_000);
    this.#tries += 1;
    this.#setLink({ kind: "lost", retryAt: this.#world.now() + wait });
    this.#cancelTimer = this.#world.later(wait, () => this.#connect());
  }

  #close(why: Farewell): void {
    this.#drop();
    this.#cancelWake();
    this.#setLink({ kind: "closed", why });
  }

  #drop(): void {
    this.#cancelTimer();
    const socket = this.#socket;
    this.#socket = null;
    this.#greeted = false;
    socket?.close();
  }

  #setLink(link: Link): void {
    this.#link = link;
    this.#handlers.onLink(link);
  }
}

/** Trying again would be answered the same: not signed in, not inside, gone. */
function isFinal(problem: Problem): boolean {
  return problem.status >= 400 && problem.status < 500 && problem.status !== 408 && problem.status !== 429;
}

function parse(data: unknown): ServerFrame | null {
  if (typeof data !== "string") return null;
  try {
    const frame: unknown = JSON.parse(data);
    return typeof frame === "object" && frame !== null && "type" in frame ? (frame as ServerFrame) : null;
  } catch {
    return null;
  }
}
