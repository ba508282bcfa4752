import { describe, expect, it } from "vitest";
import { keepLive, type LinkState, type LiveWorld, liveUrl, readChanged, retryDelay } from "./connection";

/** Sockets and timers that only move when the test says so. */
function world() {
  const sockets: FakeSocket[] = [];
  const timers: { ms: number; run: () => void; cancelled: boolean }[] = [];
  const made: LiveWorld = {
    open: () => {
      const socket = new FakeSocket();
      sockets.push(socket);
      return socket as unknown as WebSocket;
    },
    later: (ms, run) => {
      const timer = { ms, run, cancelled: false };
      timers.push(timer);
      return () => {
        timer.cancelled = true;
      };
    },
    random: () => 0,
  };
  return { made, sockets, timers };
}

class FakeSocket {
  onopen: (() => void) | null = null;
  onclose: (() => void) | null = null;
  onmessage: ((frame: { data: unknown }) => void) | null = null;
  closed = false;
  close() {
    this.closed = true;
    this.onclose?.();
  }
}

function start() {
  const { made, sockets, timers } = world();
  const changes: (readonly string[] | null)[] = [];
  const states: LinkState[] = [];
  const stop = keepLive(
    "ws://x",
    { onChanged: (what) => changes.push(what), onState: (state) => states.push(state) },
    made,
  );
  return { sockets, timers, changes, states, stop };
}

describe("the dashboard's socket", () => {
  it("passes on which lists changed", () => {
    const run = start();
    run.sockets[0]?.onopen?.();
    run.sockets[0]?.onmessage?.({ data: '{"type":"changed","what":["handoffs"],"conversation_id":"c"}' });
    expect(run.changes).toEqual([["handoffs"]]);
  });

  it("refreshes everything after a reconnection, and nothing at the first connection", () => {
    const run = start();
    run.sockets[0]?.onopen?.();
    expect(run.changes).toEqual([]);
    run.sockets[0]?.onclose?.();
    run.timers[0]?.run();
    run.sockets[1]?.onopen?.();
    expect(run.changes).toEqual([null]);
    expect(run.states).toEqual(["connecting", "open", "lost", "open"]);
  });

  it("waits longer with every failure and starts over once it was open", () => {
    const run = start();
    run.sockets[0]?.onclose?.();
    run.timers[0]?.run();
    run.sockets[1]?.onclose?.();
    run.timers[1]?.run();
    run.sockets[2]?.onopen?.();
    run.sockets[2]?.onclose?.();
    expect(run.timers.map((timer) => timer.ms)).toEqual([500, 1000, 500]);
  });

  it("does not come back once stopped", () => {
    const run = start();
    run.sockets[0]?.onopen?.();
    run.stop();
    expect(run.timers).toEqual([]);
    expect(run.sockets[0]?.closed).toBe(true);
  });

  it("takes a stop while waiting to retry", () => {
    const run = start();
    run.sockets[0]?.onclose?.();
    run.stop();
    expect(run.timers[0]?.cancelled).toBe(true);
  });

  it("never waits longer than a quarter of a minute", () => {
    expect(retryDelay(50, 0)).toBe(15_000);
    expect(retryDelay(50, 1)).toBe(7_500);
  });

  it.each(["", "[]", "null", '{"type":"pong"}', '{"type":"changed","what":"all"}', new ArrayBuffer(2)])(
    "ignores a frame it does not know (%s)",
    (data) => {
      expect(readChanged(data)).toBeNull();
    },
  );

  it("goes over TLS where the page does", () => {
    expect(liveUrl({ protocol: "https:", host: "a.test" })).toBe("wss://a.test/api/v1/live/dashboard");
    expect(liveUrl({ protocol: "http:", host: "a.test:8080" })).toBe("ws://a.test:8080/api/v1/live/dashboard");
  });
});
