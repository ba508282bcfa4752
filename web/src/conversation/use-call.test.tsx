import { act, cleanup, renderHook } from "@testing-library/react";
import type { ReactNode } from "react";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { InteractionMode } from "../api/words";
import { ConversationStore } from "../core/conversation-store";
import { memoryKeep } from "../core/keep";
import { participant, view } from "../core/testing/people";
import { VirtualWorld } from "../core/testing/virtual-world";
import { ToastProvider } from "../ui";
import { enterCall, stayOutOfCall, watchCall } from "./model/call-entry";
import { RoomContext } from "./room-context";
import { useCall } from "./use-call";

const NOTHING = { camera: false, microphone: false };

beforeEach(() => sessionStorage.clear());
afterEach(cleanup);

/** This tab opens the conversation while it is held in this mode, and one's own camera is on elsewhere or not. */
function opens(mode: InteractionMode, { in_call = false } = {}) {
  const world = new VirtualWorld();
  const keep = memoryKeep();
  const store = new ConversationStore(world, keep, { conversationId: "c-1" }, "c-1");
  store.start();
  world.socket.onopen?.();
  const you = { ...view().you, allowed: ["watch_media" as const, "publish_media" as const] };
  const sam = participant(2, "Sam", "visitor", { in_call });
  const inMode = (now: InteractionMode) => view({ you, mode: now, participants: [sam] });
  world.socket.answers({
    type: "welcome",
    view: inMode(mode),
    events: [],
    complete_from: 0,
    heartbeat_ms: 20_000,
  });
  const wrapper = ({ children }: { children: ReactNode }) => (
    <ToastProvider>
      <RoomContext value={{ store, keep, conversationId: "c-1", token: undefined }}>{children}</RoomContext>
    </ToastProvider>
  );
  const { result, unmount } = renderHook(() => useCall(), { wrapper });
  return {
    now: () => ({ shown: result.current.shown, missed: result.current.missed, chat: result.current.chatShown }),
    turns: (to: InteractionMode) => act(() => world.socket.answers({ type: "events", events: [], view: inMode(to) })),
    chooses: (what: () => void) => act(what),
    closes: unmount,
  };
}

const INSIDE = { shown: true, missed: null };
const ASKED = { shown: false, missed: "asked", chat: true };

describe("a call that begins", () => {
  it.each(["video", "video_and_text"] as const)(
    "in %s asks whom it finds in the conversation, and leaves them the chat",
    (mode) => {
      const tab = opens("chat");
      tab.turns(mode);
      expect(tab.now()).toEqual(ASKED);
    },
  );

  it("is entered by whoever chose it", () => {
    const tab = opens("chat");
    tab.chooses(() => enterCall("c-1", NOTHING, "video"));
    tab.turns("video");
    expect(tab.now()).toMatchObject(INSIDE);
  });

  it("asks one, too, who once came in through the waiting room with nothing on", () => {
    enterCall("c-1", NOTHING, null);
    const tab = opens("chat");
    tab.turns("video");
    expect(tab.now()).toEqual(ASKED);
  });

  it("asks anew after an earlier one that was left", () => {
    const tab = opens("video_and_text");
    tab.chooses(() => stayOutOfCall("c-1"));
    expect(tab.now()).toMatchObject({ shown: false, missed: "out" });
    tab.turns("chat");
    expect(tab.now()).toMatchObject({ shown: false, missed: null });
    tab.turns("video");
    expect(tab.now()).toEqual(ASKED);
  });

  it("asks anew after an earlier one that one was in", () => {
    const tab = opens("video");
    tab.turns("chat");
    tab.turns("video");
    expect(tab.now()).toEqual(ASKED);
  });
});

describe("a call that runs", () => {
  it("is entered by whoever arrives", () => {
    expect(opens("video").now()).toMatchObject(INSIDE);
  });

  it("is not taken from one's other tab", () => {
    expect(opens("video", { in_call: true }).now()).toEqual(ASKED);
  });

  it("is entered by whoever comes with a camera on, whatever it was", () => {
    enterCall("c-1", { camera: true, microphone: false }, null);
    expect(opens("chat").now()).toMatchObject(INSIDE);
  });

  it("has one again who was in it, after a reload", () => {
    const tab = opens("video");
    tab.closes();
    expect(opens("video").now()).toMatchObject(INSIDE);
  });

  it("still asks whom it asked, after a reload", () => {
    const tab = opens("chat");
    tab.turns("video_and_text");
    tab.closes();
    expect(opens("video_and_text").now()).toEqual(ASKED);
  });

  it("is entered by whoever says so after being asked", () => {
    const tab = opens("chat");
    tab.turns("video_and_text");
    tab.chooses(() => watchCall("c-1"));
    expect(tab.now()).toMatchObject(INSIDE);
  });

  it("goes from Video to Video + Text without asking anybody", () => {
    const tab = opens("video");
    tab.turns("video_and_text");
    expect(tab.now()).toMatchObject(INSIDE);
  });
});
