import { expect, it } from "vitest";
import type { WaitingView } from "../api/words";
import { type Link, LiveClient } from "./live-client";
import { NOON } from "./testing/people";
import { VirtualWorld } from "./testing/virtual-world";

it("whoever wants another connection on being greeted has none until that one is greeted too", () => {
  const world = new VirtualWorld();
  const links: Link["kind"][] = [];
  let joined = false;
  const client = new LiveClient(world, () => ({ conversation_id: "c-1" }) as never, {
    onLink: (link) => links.push(link.kind),
    onWelcome: () => undefined,
    onWaiting: () => {
      if (!joined) client.restart();
      joined = true;
    },
    onEvents: () => undefined,
    onSignal: () => undefined,
    onAck: () => undefined,
    onRefused: () => undefined,
    unacknowledged: () => [{ type: "ping" }],
  });
  client.start();
  world.socket.onopen?.();
  const waiting: WaitingView = {
    request_id: 5,
    persona_name: "Michael",
    persona_picture: null,
    state: { kind: "joined" },
    video: true,
    asks_history: "all",
    expires_at: NOON,
  };
  world.socket.answers({ type: "waiting", waiting });
  expect(world.sockets).toHaveLength(2);
  expect(links.at(-1)).toBe("connecting");
  expect(world.socket.said).toEqual([]);
  world.socket.onopen?.();
  world.socket.answers({ type: "waiting", waiting });
  expect(links.at(-1)).toBe("open");
});
