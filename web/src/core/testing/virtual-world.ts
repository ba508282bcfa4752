import type { ClientFrame, ServerFrame } from "../../api/words";
import type { Socket, Wake, World } from "../world";

/** A socket whose other end is the test. */
export class FakeSocket implements Socket {
  onopen: (() => void) | null = null;
  onmessage: ((frame: { data: unknown }) => void) | null = null;
  onclose: (() => void) | null = null;
  readonly said: ClientFrame[] = [];
  closed = false;

  send(text: string): void {
    this.said.push(JSON.parse(text) as ClientFrame);
  }

  close(): void {
    this.closed = true;
  }

  /** The server's end. */
  answers(...frames: ServerFrame[]): void {
    for (const frame of frames) this.onmessage?.({ data: JSON.stringify(frame) });
  }

  breaks(): void {
    this.closed = true;
    this.onclose?.();
  }
}

/** A world in which time passes when the test says so. Chance always answers 0, so backoff takes its full length. */
export class VirtualWorld implements World {
  #now = 1_000_000;
  #nextId = 1;
  #timers = new Set<{ at: number; run: () => void }>();
  #wakers = new Set<(why: Wake) => void>();
  readonly sockets: FakeSocket[] = [];

  connect(): Socket {
    const socket = new FakeSocket();
    this.sockets.push(socket);
    return socket;
  }

  now(): number {
    return this.#now;
  }

  later(ms: number, run: () => void): () => void {
    const timer = { at: this.#now + ms, run };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  random(): number {
    return 0;
  }

  newId(): string {
    return `own-${this.#nextId++}`;
  }

  onWake(run: (why: Wake) => void): () => void {
    this.#wakers.add(run);
    return () => this.#wakers.delete(run);
  }

  wake(why: Wake = "online"): void {
    for (const run of [...this.#wakers]) run(why);
  }

  /** Lets `ms` pass, running what falls due in order. */
  pass(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const due = [...this.#timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (!due) break;
      this.#timers.delete(due);
      this.#now = Math.max(this.#now, due.at);
      due.run();
    }
    this.#now = end;
  }

  /** The newest socket. */
  get socket(): FakeSocket {
    const socket = this.sockets.at(-1);
    if (!socket) throw new Error("nothing connected yet");
    return socket;
  }
}
