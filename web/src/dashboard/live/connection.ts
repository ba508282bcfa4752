/**
 * The dashboard's own socket: it says only which lists changed, and they are asked for again. It carries no content,
 * so a frame that is lost costs nothing but the refresh that follows every reconnection.
 */

export type Changed = "conversations" | "handoffs" | "personas" | "sources" | "mails" | "users" | "everything";

export type LinkState = "connecting" | "open" | "lost";

export interface LiveHandlers {
  /** `null`: anything may have changed, because the socket was away. */
  onChanged(what: readonly string[] | null): void;
  onState(state: LinkState): void;
}

/** What the connection needs of the world; the tests bring their own. */
export interface LiveWorld {
  open(url: string): WebSocket;
  later(ms: number, run: () => void): () => void;
  random(): number;
}

const browser: LiveWorld = {
  open: (url) => new WebSocket(url),
  later: (ms, run) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
  random: Math.random,
};

const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 15_000;

/** Doubles with every try, with up to half of it taken off so that a restarted server isn't stormed at once. */
export function retryDelay(tries: number, random: number): number {
  const full = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(tries, 10));
  return full - (full / 2) * random;
}

export function liveUrl(page: { protocol: string; host: string }): string {
  return `${page.protocol === "https:" ? "wss" : "ws"}://${page.host}/api/v1/live/dashboard`;
}

/** Keeps a socket open until the returned function is called. */
export function keepLive(url: string, handlers: LiveHandlers, world: LiveWorld = browser): () => void {
  let socket: WebSocket | undefined;
  let cancelRetry: (() => void) | undefined;
  let tries = 0;
  let everOpen = false;
  let stopped = false;

  function connect() {
    const opened = world.open(url);
    socket = opened;
    opened.onopen = () => {
      tries = 0;
      handlers.onState("open");
      if (everOpen) handlers.onChanged(null);
      everOpen = true;
    };
    opened.onmessage = (frame) => {
      const what = readChanged(frame.data);
      if (what) handlers.onChanged(what);
    };
    opened.onclose = () => {
      if (stopped || socket !== opened) return;
      handlers.onState("lost");
      cancelRetry = world.later(retryDelay(tries, world.random()), connect);
      tries += 1;
    };
  }

  handlers.onState("connecting");
  connect();
  return () => {
    stopped = true;
    cancelRetry?.();
    socket?.close();
  };
}

/** The lists a frame names, or nothing for a frame of another kind. */
export function readChanged(data: unknown): string[] | null {
  if (typeof data !== "string") return null;
  try {
    const frame = JSON.parse(data) as { type?: unknown; what?: unknown };
    if (frame.type !== "changed" || !Array.isArray(frame.what)) return null;
    return frame.what.filter((name): name is string => typeof name === "string");
  } catch {
    return null;
  }
}
