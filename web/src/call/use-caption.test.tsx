import { act, cleanup, renderHook } from "@testing-library/react";
import type { ReactNode } from "react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { RoomContext } from "../conversation/room-context";
import { ConversationStore } from "../core/conversation-store";
import { memoryKeep } from "../core/keep";
import { posted, view } from "../core/testing/people";
import { VirtualWorld } from "../core/testing/virtual-world";
import { readingMs } from "./model/persona-words";
import { useCaption } from "./use-caption";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

const ANSWER = "The light rail takes 45 minutes.";
const said = (seq: number) => posted(seq, ANSWER, { author: 3, provenance: { kind: "ai" } });

function watches() {
  const world = new VirtualWorld();
  const keep = memoryKeep();
  const store = new ConversationStore(world, keep, { conversationId: "c-1" }, "c-1");
  store.start();
  world.socket.onopen?.();
  world.socket.answers({ type: "welcome", view: view(), events: [said(3)], complete_from: 0, heartbeat_ms: 20_000 });
  const wrapper = ({ children }: { children: ReactNode }) => (
    <RoomContext value={{ store, keep, conversationId: "c-1", token: undefined }}>{children}</RoomContext>
  );
  const { result } = renderHook(() => useCaption(), { wrapper });
  return {
    caption: () => result.current,
    hears: (...frames: Parameters<typeof world.socket.answers>) => act(() => world.socket.answers(...frames)),
    waits: (ms: number) => act(() => vi.advanceTimersByTime(ms)),
  };
}

describe("the caption of what the persona said", () => {
  it("stays as long as it takes to read, and no longer", () => {
    const { caption, waits } = watches();
    expect(caption()).toEqual({ words: ANSWER, old: false });
    waits(readingMs(ANSWER) - 1);
    expect(caption().old).toBe(false);
    waits(1);
    expect(caption().old).toBe(true);
  });

  it("stays longer the longer it is", () => {
    expect(readingMs(ANSWER.repeat(10))).toBeGreaterThan(2 * readingMs(ANSWER));
  });

  it("does not grow old while it is still being said", () => {
    const { caption, hears, waits } = watches();
    hears({ type: "signal", signal: { kind: "turn_text", turn_id: 9, text: "The light" } });
    waits(10 * readingMs(ANSWER));
    expect(caption()).toEqual({ words: "The light", old: false });
  });

  it("is fresh again when the same is said once more", () => {
    const { caption, hears, waits } = watches();
    waits(readingMs(ANSWER));
    hears({ type: "events", events: [posted(5, "Again, please?")] });
    expect(caption()).toEqual({ words: null, old: false });
    hears({ type: "events", events: [said(7)] });
    expect(caption()).toEqual({ words: ANSWER, old: false });
  });
});
