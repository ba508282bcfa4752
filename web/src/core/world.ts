/** What the core needs of the outside: sockets, a clock, chance. The browser is one world, a test's timeline another. */

export interface Socket {
  send(text: string): void;
  close(): void;
  onopen: (() => void) | null;
  onmessage: ((frame: { data: unknown }) => void) | null;
  onclose: (() => void) | null;
}

export type Wake = "shown" | "online" | "offline";

export interface World {
  connect(): Socket;
  now(): number;
  /** Runs once after `ms`; the returned function calls it off. */
  later(ms: number, run: () => void): () => void;
  /** From 0 to 1. */
  random(): number;
  /** An id that nobody else makes, at most 64 bytes. */
  newId(): string;
  /** Called when the network may have changed: the page is shown again, or the browser says it went offline or online. */
  onWake(run: (why: Wake) => void): () => void;
}

/** Where this page's server listens for live sockets. */
function liveUrl(page: { protocol: string; host: string }): string {
  return `${page.protocol === "https:" ? "wss" : "ws"}://${page.host}/api/v1/live`;
}

export const browserWorld: World = {
  connect() {
    const socket = new WebSocket(liveUrl(location));
    const wrapped: Socket = {
      send: (text) => socket.send(text),
      close: () => socket.close(),
      onopen: null,
      onmessage: null,
      onclose: null,
    };
    socket.onopen = () => wrapped.onopen?.();
    socket.onmessage = (frame) => wrapped.onmessage?.(frame);
    socket.onclose = () => wrapped.onclose?.();
    return wrapped;
  },
  now: () => Date.now(),
  later(ms, run) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
  random: Math.random,
  newId,
  onWake(run) {
    const shown = () => {
      if (document.visibilityState === "visible") run("shown");
    };
    const online = () => run("online");
    const offline = () => run("offline");
    window.addEventListener("online", online);
    window.addEventListener("offline", offline);
    document.addEventListener("visibilitychange", shown);
    return () => {
      window.removeEventListener("online", online);
      window.removeEventListener("offline", offline);
      document.removeEventListener("visibilitychange", shown);
    };
  },
};

/** `crypto.randomUUID` exists only on secure origins; a server on a LAN by plain HTTP is not one. */
function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
