import { act, renderHook } from "@testing-library/react";
import type { ReactNode } from "react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { InteractionMode, PresenceMode } from "../api/words";
import { RoomContext } from "../conversation/room-context";
import { ConversationStore } from "../core/conversation-store";
import { memoryKeep } from "../core/keep";
import { participant, view } from "../core/testing/people";
import { VirtualWorld } from "../core/testing/virtual-world";
import { ToastProvider } from "../ui";
import { MediaContext } from "./media-context";
import type { MediaRoom } from "./model/media-room";
import { useFollowConversation } from "./use-follow-conversation";

const NOTHING_ON = { camera: "off", microphone: "off", screen: "off" };

interface Here {
  mode?: InteractionMode;
  presence_mode?: PresenceMode;
}

/** Sam's page, connected to the media server with nothing on. */
function connected({ mode = "video", presence_mode = "participant" }: Here = {}) {
  const world = new VirtualWorld();
  const keep = memoryKeep();
  const store = new ConversationStore(world, keep, { conversationId: "c-1" }, "c-1");
  store.start();
  world.socket.onopen?.();
  const own = view().you;
  const now = (in_call: boolean, to: InteractionMode = mode) =>
    view({ you: { ...own, presence_mode }, mode: to, participants: [participant(2, "Sam", "visitor", { in_call })] });
  world.socket.answers({ type: "welcome", view: now(false), events: [], complete_from: 0, heartbeat_ms: 20_000 });
  const state = { status: { kind: "connected" }, switches: NOTHING_ON, announcing: false };
  const media = { subscribe: () => () => undefined, snapshot: () => state } as unknown as MediaRoom;
  const wrapper = ({ children }: { children: ReactNode }) => (
    <ToastProvider>
      <RoomContext value={{ store, keep, conversationId: "c-1", token: undefined }}>
        <MediaContext value={media}>{children}</MediaContext>
      </RoomContext>
    </ToastProvider>
  );
  const { unmount } = renderHook(() => useFollowConversation(), { wrapper });
  const joins = () =>
    world.socket.said.flatMap((frame) => (frame.type === "command" && frame.command.do === "join_call" ? [frame] : []));
  return {
    joins,
    becomes: (in_call: boolean, to?: InteractionMode) =>
      act(() => world.socket.answers({ type: "events", events: [], view: now(in_call, to) })),
    refuses: () =>
      act(async () => {
        const id = joins().at(-1)?.id ?? "";
        const problem = { type: "about:blank", title: "Too many", status: 429, code: "rate_limited", detail: "Wait." };
        world.socket.answers({ type: "refused", id, problem });
        await vi.advanceTimersByTimeAsync(0);
      }),
    closes: unmount,
  };
}

describe("who is connected with nothing on", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("joins the call, once, and again when the conversation lost sight of them", () => {
    const page = connected();
    expect(page.joins()).toHaveLength(1);
    page.becomes(true);
    expect(page.joins()).toHaveLength(1);
    page.becomes(false);
    expect(page.joins()).toHaveLength(2);
  });

  it("waits in a chat until there is a call", () => {
    const page = connected({ mode: "chat" });
    expect(page.joins()).toHaveLength(0);
    page.becomes(false, "video");
    expect(page.joins()).toHaveLength(1);
  });

  it("joins nothing as a monitor", () => {
    expect(connected({ presence_mode: "monitor" }).joins()).toHaveLength(0);
  });

  it("tries again after a refusal, and no more once the page is closed", async () => {
    const page = connected();
    await page.refuses();
    expect(page.joins()).toHaveLength(1);
    await act(() => vi.advanceTimersByTimeAsync(1_000));
    expect(page.joins()).toHaveLength(2);
    page.closes();
    await page.refuses();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(page.joins()).toHaveLength(2);
  });
});
