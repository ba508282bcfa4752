import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { useState } from "react";
import { afterEach, describe, expect, it } from "vitest";
import type { KnockCard, View } from "../api/words";
import { ConversationStore } from "../core/conversation-store";
import { memoryKeep } from "../core/keep";
import { NOON, view } from "../core/testing/people";
import { VirtualWorld } from "../core/testing/virtual-world";
import { KnockCards, useGrants } from "./KnockCards";
import { RoomContext } from "./room-context";

afterEach(cleanup);

const knock = (request_id: number, name: string, more: Partial<KnockCard> = {}): KnockCard => ({
  request_id,
  name,
  role: "colleague",
  door: { kind: "conversation_url" },
  text: `${name} would like to join this conversation. You can allow them to join by clicking the button below.`,
  admit_label: "Let the user in",
  verified: "signed in to this workspace",
  invited_by: null,
  invitation_note: null,
  purpose: "",
  asks_history: "all",
  may_grant_less: true,
  requested_at: NOON,
  expires_at: NOON,
  decided_by: null,
  ...more,
});

function show(knocks: KnockCard[], allowed: View["you"]["allowed"] = ["decide_knock"]) {
  const world = new VirtualWorld();
  const keep = memoryKeep();
  const store = new ConversationStore(world, keep, { conversationId: "c-1" }, "c-1");
  store.start();
  world.socket.onopen?.();
  world.socket.answers({
    type: "welcome",
    view: view({ knocks, you: { ...view().you, allowed } }),
    events: [],
    complete_from: 0,
    heartbeat_ms: 20_000,
  });
  render(
    <RoomContext value={{ store, keep, conversationId: "c-1", token: undefined }}>
      <Cards />
    </RoomContext>,
  );
  return world;
}

/** As in the room: the cards stand in the chat, or over the pictures while the chat is hidden. */
function Cards() {
  const grants = useGrants();
  const [chat, setChat] = useState(true);
  return (
    <>
      {chat ? (
        <section>
          <KnockCards grants={grants} />
        </section>
      ) : (
        <KnockCards grants={grants} />
      )}
      <input type="checkbox" aria-label="Show the chat" checked={chat} onChange={() => setChat(!chat)} />
    </>
  );
}

const commands = (world: VirtualWorld) =>
  world.socket.said.flatMap((frame) => (frame.type === "command" ? [frame.command] : []));

describe("a knock", () => {
  it("is shown with its exact sentence and both answers", () => {
    show([knock(7, "Priya")]);
    expect(screen.getAllByText(/^Priya would like to join this conversation\./)).not.toHaveLength(0);
    expect(screen.getByRole("button", { name: "Let the user in" })).toBeTruthy();
    expect(screen.getByRole("button", { name: "No thanks" })).toBeTruthy();
  });

  it("can be granted less of the history than it asks for", () => {
    const world = show([knock(7, "Priya")]);
    fireEvent.change(screen.getByLabelText("Will see"), { target: { value: "from_join" } });
    fireEvent.click(screen.getByRole("button", { name: "Let the user in" }));
    expect(commands(world)).toEqual([{ do: "admit", request_id: 7, history: "from_join" }]);
  });

  it("keeps the narrower choice while the chat is hidden and shown", () => {
    const world = show([knock(7, "Priya")]);
    fireEvent.change(screen.getByLabelText("Will see"), { target: { value: "from_join" } });
    for (const _ of ["hidden", "shown"]) {
      fireEvent.click(screen.getByLabelText("Show the chat"));
      expect(screen.getByLabelText<HTMLSelectElement>("Will see").value).toBe("from_join");
    }
    fireEvent.click(screen.getByRole("button", { name: "Let the user in" }));
    expect(commands(world)).toEqual([{ do: "admit", request_id: 7, history: "from_join" }]);
  });

  it("cannot be granted more than it asks for", () => {
    show([knock(7, "Gus", { asks_history: "from_join", may_grant_less: false })]);
    expect(screen.queryByRole("combobox")).toBeNull();
  });

  it("of an invited guest can be declined for good, of a user only for now", () => {
    const world = show([knock(7, "Gus", { door: { kind: "guest_invitation", invitation_id: 3 } })]);
    fireEvent.click(screen.getByRole("button", { name: "No thanks, for good" }));
    expect(commands(world)).toEqual([{ do: "decline", request_id: 7, for_good: true }]);
    cleanup();
    show([knock(8, "Priya")]);
    expect(screen.queryByRole("button", { name: "No thanks, for good" })).toBeNull();
  });

  it("has no buttons for those who may not decide", () => {
    show([knock(7, "Priya")], []);
    expect(screen.queryByRole("button")).toBeNull();
  });
});

describe("many knocks", () => {
  it("are one card and one announcement", () => {
    show([knock(7, "Priya"), knock(8, "Tom"), knock(9, "Gus")]);
    expect(screen.getAllByRole("alert")).toHaveLength(1);
    expect(screen.getByRole("alert").textContent).toBe("3 people would like to join.");
    expect(screen.getByRole("region", { name: "3 requests to join" })).toBeTruthy();
  });
});
