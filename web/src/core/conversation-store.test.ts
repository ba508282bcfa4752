import { describe, expect, it } from "vitest";
import type { Problem } from "../api/rest/http";
import type { ClientFrame, PostMessage, Recorded, View } from "../api/words";
import { ConversationStore } from "./conversation-store";
import { type Keep, memoryKeep } from "./keep";
import { posted, recorded, view } from "./testing/people";
import { VirtualWorld } from "./testing/virtual-world";

const say = (text: string): PostMessage => ({
  text,
  reply_to: null,
  mentions: [],
  audience: "everyone",
  from_draft: null,
  client_id: null,
});

function begin(keep: Keep = memoryKeep(), more: { requestId?: number } = {}) {
  const world = new VirtualWorld();
  const store = new ConversationStore(world, keep, { conversationId: "c-1", token: "t", ...more }, "c-1");
  store.start();
  return { world, store, keep };
}

function welcome(world: VirtualWorld, events: Recorded[] = [], of: Partial<View> = {}, complete_from = 0) {
  world.socket.onopen?.();
  world.socket.answers({ type: "welcome", view: view(of), events, complete_from, heartbeat_ms: 20_000 });
}

const seqs = (store: ConversationStore) => store.snapshot().events.map(({ seq }) => seq);
const hello = (world: VirtualWorld) => world.socket.said[0] as Extract<ClientFrame, { type: "hello" }>;
const posts = (world: VirtualWorld) => world.socket.said.filter(({ type }) => type === "post");
const refusal: Problem = { type: "", title: "", status: 409, code: "ended", detail: "It has ended." } as never;

describe("connecting", () => {
  it("says hello first, without a seq", () => {
    const { world } = begin();
    world.socket.onopen?.();
    expect(world.socket.said).toEqual([{ type: "hello", conversation_id: "c-1", token: "t" }]);
  });

  it("resumes after the last seq it knows, once the wait has passed", () => {
    const { world, store } = begin();
    welcome(world, [posted(4, "a"), posted(7, "b")], { seq: 7 });
    world.socket.breaks();
    expect(store.snapshot().link).toEqual({ kind: "lost", retryAt: world.now() + 400 });
    world.pass(399);
    expect(world.sockets).toHaveLength(1);
    world.pass(1);
    world.socket.onopen?.();
    expect(hello(world).after).toBe(7);
  });

  it("waits longer after each failure, and not at all when the page is shown again", () => {
    const { world } = begin();
    const waits: number[] = [];
    for (let tries = 0; tries < 8; tries += 1) {
      const failedAt = world.now();
      const before = world.sockets.length;
      world.socket.breaks();
      while (world.sockets.length === before) world.pass(100);
      waits.push(world.now() - failedAt);
    }
    expect(waits).toEqual([400, 800, 1600, 3200, 6400, 12_800, 15_000, 15_000]);
    world.socket.breaks();
    const before = world.sockets.length;
    world.wake();
    expect(world.sockets.length).toBe(before + 1);
  });

  it("takes a connection that stops answering for lost", () => {
    const { world, store } = begin();
    welcome(world);
    world.pass(20_000);
    expect(world.socket.said.at(-1)).toEqual({ type: "ping" });
    world.pass(7_999);
    expect(store.snapshot().link.kind).toBe("open");
    world.pass(1);
    expect(store.snapshot().link.kind).toBe("lost");
    expect(world.sockets[0]?.closed).toBe(true);
  });

  it("stays with a connection that answers its pings", () => {
    const { world, store } = begin();
    welcome(world);
    for (let minute = 0; minute < 10; minute += 1) {
      world.pass(20_000);
      world.socket.answers({ type: "pong" });
    }
    expect(world.sockets).toHaveLength(1);
    expect(store.snapshot().link.kind).toBe("open");
  });

  it("gives up a socket that never says welcome", () => {
    const { world } = begin();
    world.socket.onopen?.();
    world.pass(10_000 + 400);
    expect(world.sockets).toHaveLength(2);
  });

  it("comes back by itself after too_slow, with the seq", () => {
    const { world } = begin();
    welcome(world, [posted(4, "a")], { seq: 4 });
    world.socket.answers({ type: "bye", code: "too_slow", detail: "" });
    world.pass(400);
    world.socket.onopen?.();
    expect(hello(world).after).toBe(4);
  });

  it("says within 1.5 s of the browser’s being offline that the connection is lost, unless the server answers", () => {
    const { world, store } = begin();
    welcome(world);
    world.wake("offline");
    world.pass(1_500);
    expect(store.snapshot().link.kind).not.toBe("open");

    const beside = begin();
    welcome(beside.world);
    beside.world.wake("offline");
    beside.world.socket.answers({ type: "pong" });
    beside.world.pass(1_500);
    expect(beside.store.snapshot().link.kind).toBe("open");
  });

  it("does not come back after being removed", () => {
    const { world, store } = begin();
    welcome(world);
    world.socket.answers({ type: "bye", code: "removed", detail: "You were removed." });
    world.pass(600_000);
    world.wake();
    expect(world.sockets).toHaveLength(1);
    expect(store.snapshot().link).toEqual({
      kind: "closed",
      why: { kind: "bye", code: "removed", detail: "You were removed." },
    });
  });

  it("does not ask again when the hello is refused for good, and does when the server is busy", () => {
    const gone = begin();
    gone.world.socket.answers({ type: "refused", problem: { ...refusal, status: 404 } as never });
    gone.world.pass(600_000);
    expect(gone.world.sockets).toHaveLength(1);

    const busy = begin();
    busy.world.socket.answers({ type: "refused", problem: { ...refusal, status: 503, retry_after: 5 } as never });
    busy.world.pass(4_999);
    expect(busy.world.sockets).toHaveLength(1);
    busy.world.pass(1);
    expect(busy.world.sockets).toHaveLength(2);
  });

  it("hears nothing from a socket it has left", () => {
    const { world, store } = begin();
    welcome(world, [posted(4, "a")]);
    const old = world.socket;
    old.breaks();
    world.pass(400);
    welcome(world, [posted(5, "b")]);
    old.answers({ type: "events", events: [posted(6, "ghost")] });
    expect(seqs(store)).toEqual([4, 5]);
  });
});

describe("the timeline", () => {
  it("shows each event once and in order, whatever a resume repeats", () => {
    const { world, store } = begin();
    welcome(world, [posted(4, "a"), posted(6, "b")], { seq: 6 });
    world.socket.breaks();
    world.pass(400);
    welcome(world, [posted(6, "b"), posted(9, "c")], { seq: 9 });
    world.socket.answers({ type: "events", events: [posted(9, "c"), posted(12, "d")] });
    expect(seqs(store)).toEqual([4, 6, 9, 12]);
  });

  it("starts anew after a gap, and fills it from what is fetched", () => {
    const { world, store } = begin();
    welcome(world, [posted(4, "a")], { seq: 4 });
    world.socket.breaks();
    world.pass(400);
    welcome(world, [posted(150, "z")], { seq: 150 }, 140);
    expect(seqs(store)).toEqual([150]);
    expect(store.snapshot().completeFrom).toBe(140);
    store.addOlder([posted(4, "a"), posted(100, "m")], false);
    expect(seqs(store)).toEqual([4, 100, 150]);
    expect(store.snapshot().completeFrom).toBe(0);
  });

  it("knows that there is more to fetch once earlier messages are shared", () => {
    const { world, store } = begin();
    const you = view().you;
    welcome(world, [posted(60, "a")], { seq: 60, you: { ...you, sees_from: 57 } }, 0);
    world.socket.answers({ type: "events", events: [], view: view({ seq: 61, you: { ...you, sees_from: 1 } }) });
    expect(store.snapshot().completeFrom).toBe(56);
  });

  it("replaces the view by the one that comes along", () => {
    const { world, store } = begin();
    welcome(world);
    world.socket.answers({ type: "events", events: [], view: view({ open: false }) });
    expect(store.snapshot().view?.open).toBe(false);
  });
});

describe("what is typed", () => {
  it("is said once, and goes from the outbox when its event arrives", () => {
    const { world, store } = begin();
    welcome(world);
    store.post(say("hello"));
    expect(posts(world)).toHaveLength(1);
    world.socket.answers({ type: "ack", id: "own-1", seq: 8 });
    expect(store.snapshot().unsent).toHaveLength(1);
    world.socket.answers({ type: "events", events: [posted(8, "hello")] });
    expect(store.snapshot().unsent).toEqual([]);
  });

  it("is repeated with the same id until it is acknowledged", () => {
    const { world, store } = begin();
    welcome(world);
    store.post(say("one"));
    world.socket.breaks();
    store.post(say("two"));
    world.pass(400);
    welcome(world);
    expect(posts(world)).toMatchObject([
      { id: "own-1", text: "one" },
      { id: "own-2", text: "two" },
    ]);
  });

  it("is not repeated when the welcome already holds it", () => {
    const { world, store } = begin();
    welcome(world);
    store.post(say("one"));
    world.socket.breaks();
    world.pass(400);
    welcome(world, [posted(4, "one", { client_id: "own-1" })]);
    expect(posts(world)).toEqual([]);
    expect(store.snapshot().unsent).toEqual([]);
  });

  it("survives a reload before it was sent", () => {
    const { store, keep } = begin();
    store.post(say("typed on a train"));
    const later = begin(keep);
    expect(later.store.snapshot().unsent).toMatchObject([{ message: { text: "typed on a train" } }]);
    welcome(later.world);
    expect(posts(later.world)).toMatchObject([{ id: "own-1", text: "typed on a train" }]);
  });

  it("stays when it is refused, is not repeated by itself, and goes again under a new id", () => {
    const { world, store } = begin();
    welcome(world);
    store.post(say("one"));
    world.socket.answers({ type: "refused", id: "own-1", problem: refusal as never });
    expect(store.snapshot().unsent).toMatchObject([{ refused: "It has ended." }]);
    world.socket.breaks();
    world.pass(400);
    welcome(world);
    expect(posts(world)).toEqual([]);
    store.repost("own-1");
    expect(posts(world)).toMatchObject([{ id: "own-2", text: "one" }]);
  });

  it("is given back to the composer when its author discards it", () => {
    const { world, store, keep } = begin();
    welcome(world);
    store.post(say("one"));
    expect(store.discard("own-1")).toBe("one");
    expect(keep.keys("trialogue.unsent.")).toEqual([]);
  });

  it("is not taken when fifty messages wait", () => {
    const { store } = begin();
    for (let index = 0; index < 50; index += 1) expect(store.post(say("x"))).toBe(true);
    expect(store.post(say("one too many"))).toBe(false);
    expect(store.snapshot().unsent).toHaveLength(50);
  });

  it("is announced at the first key and then every 3.5 s, and called off when sent", () => {
    const { world, store } = begin();
    welcome(world);
    for (let key = 0; key < 8; key += 1) {
      store.typing(true);
      world.pass(500);
    }
    store.post(say("done"));
    const typing = world.socket.said.filter(({ type }) => type === "typing");
    expect(typing).toEqual([
      { type: "typing", on: true },
      { type: "typing", on: true },
      { type: "typing", on: false },
    ]);
  });
});

describe("commands", () => {
  it("resolve with the seq, and are repeated over a reconnection", async () => {
    const { world, store } = begin();
    welcome(world);
    const done = store.command({ do: "admit", request_id: 5, history: "all" });
    world.socket.breaks();
    world.pass(400);
    welcome(world);
    expect(world.socket.said.at(-1)).toMatchObject({ type: "command", id: "own-1" });
    world.socket.answers({ type: "ack", id: "own-1", seq: 9 });
    await expect(done).resolves.toBe(9);
    expect(store.snapshot().pending).toEqual([]);
  });

  it("reject with the server's sentence", async () => {
    const { world, store } = begin();
    welcome(world);
    const done = store.command({ do: "leave" });
    world.socket.answers({ type: "refused", id: "own-1", problem: refusal as never });
    await expect(done).rejects.toThrow("It has ended.");
  });
});

describe("signals", () => {
  it("a typing hint fades by itself, and at once when the message comes", () => {
    const { world, store } = begin();
    welcome(world);
    world.socket.answers({ type: "signal", signal: { kind: "typing", participant_id: 5, on: true } });
    world.socket.answers({ type: "signal", signal: { kind: "typing", participant_id: 6, on: true } });
    expect(store.snapshot().typing).toEqual([5, 6]);
    world.socket.answers({ type: "events", events: [posted(9, "a", { author: 5 })] });
    expect(store.snapshot().typing).toEqual([6]);
    world.pass(7_000);
    expect(store.snapshot().typing).toEqual([]);
  });

  it("a turn's text is shown until its message comes, and a late signal does not bring it back", () => {
    const { world, store } = begin();
    welcome(world);
    const text = (words: string) =>
      world.socket.answers({ type: "signal", signal: { kind: "turn_text", turn_id: 20, text: words } });
    world.socket.answers({ type: "signal", signal: { kind: "turn_thinking", turn_id: 20 } });
    expect(store.snapshot().turn).toEqual({ turnId: 20, text: "" });
    text("Up to");
    text("Up to 30 days");
    expect(store.snapshot().turn).toEqual({ turnId: 20, text: "Up to 30 days" });
    world.socket.answers({ type: "events", events: [posted(21, "Up to 30 days.", { author: 3, turn_id: 20 })] });
    expect(store.snapshot().turn).toBeNull();
    text("Up to 30 days.");
    expect(store.snapshot().turn).toBeNull();
  });

  it("nothing of an outdated turn stays on the page", () => {
    const { world, store } = begin();
    welcome(world);
    world.socket.answers({ type: "signal", signal: { kind: "turn_text", turn_id: 20, text: "Well," } });
    const outdated = recorded(22, {
      type: "turn_outdated",
      turn_id: 20,
      by: "owner_joined",
      kept_as_draft: true,
      whispered: false,
    });
    world.socket.answers({ type: "events", events: [outdated] });
    expect(store.snapshot().turn).toBeNull();
  });

  it("a turn that ended while the connection was lost is gone after the resume", () => {
    const { world, store } = begin();
    welcome(world);
    world.socket.answers({ type: "signal", signal: { kind: "turn_text", turn_id: 20, text: "Well," } });
    world.socket.breaks();
    world.pass(400);
    welcome(world, [], { seq: 23 });
    expect(store.snapshot().turn).toBeNull();
  });
});

describe("waiting for a knock", () => {
  it("says which knock it waits for, and comes as a participant once joined", () => {
    const { world, store } = begin(memoryKeep(), { requestId: 12 });
    world.socket.onopen?.();
    expect(hello(world)).toMatchObject({ request_id: 12 });
    const waiting = {
      request_id: 12,
      persona_name: "Michael",
      persona_picture: null,
      video: true,
      asks_history: "all",
      expires_at: 0,
    } as const;
    world.socket.answers({ type: "waiting", waiting: { ...waiting, state: { kind: "admitted", history: "all" } } });
    expect(store.snapshot().waiting?.state.kind).toBe("admitted");
    void store.command({ do: "join", request_id: 12 });
    expect(world.socket.said.at(-1)).toMatchObject({ type: "command", command: { do: "join" } });
    world.socket.answers({ type: "ack", id: "own-1", seq: 14 });
    world.socket.answers({ type: "waiting", waiting: { ...waiting, state: { kind: "joined" } } });
    expect(world.sockets).toHaveLength(2);
    world.socket.onopen?.();
    expect(hello(world)).not.toHaveProperty("request_id");
    welcome(world);
    expect(store.snapshot().waiting).toBeNull();
  });
});
