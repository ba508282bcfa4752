import { cleanup, render, screen, within } from "@testing-library/react";
import { afterEach, expect, it } from "vitest";
import type { InvitationCard } from "../api/words";
import { ConversationStore } from "../core/conversation-store";
import { memoryKeep } from "../core/keep";
import { NOON, participant, view } from "../core/testing/people";
import { VirtualWorld } from "../core/testing/virtual-world";
import { PeopleDialog } from "./People";
import { RoomContext } from "./room-context";

afterEach(cleanup);

const invitation = (invitation_id: number, email: string, may_revoke: boolean): InvitationCard => ({
  invitation_id,
  email,
  state: "sent",
  expires_at: NOON,
  may_revoke,
});

it("removing, sharing and revoking are offered of those alone of whom the server says so", () => {
  const world = new VirtualWorld();
  const keep = memoryKeep();
  const store = new ConversationStore(world, keep, { conversationId: "c-1" }, "c-1");
  store.start();
  world.socket.onopen?.();
  world.socket.answers({
    type: "welcome",
    view: view({
      you: { ...view().you, allowed: ["remove_participant", "revoke_invitation", "share_history"] },
      participants: [
        participant(2, "Sam", "visitor"),
        participant(4, "Sue", "supervisor", { presence_mode: "monitor" }),
        participant(5, "Tom", "colleague", { may_remove: true, may_share_history: true, sees_from: 5 }),
        participant(8, "Lia", "guest", { sees_from: 8 }),
      ],
      invitations: [invitation(6, "own@example.org", true), invitation(7, "other@example.org", false)],
    }),
    events: [],
    complete_from: 0,
    heartbeat_ms: 20_000,
  });
  render(
    <RoomContext value={{ store, keep, conversationId: "c-1", token: undefined }}>
      <PeopleDialog onClose={() => undefined} />
    </RoomContext>,
  );
  const offers = (row: string) =>
    within(screen.getByText(row, { exact: false, selector: "strong, span" }).closest("li") as HTMLElement)
      .queryAllByRole("button")
      .map((button) => button.textContent);
  expect(offers("Sue")).toEqual([]);
  expect(offers("Tom")).toEqual(["Share earlier messages", "Remove"]);
  expect(offers("Lia")).toEqual([]);
  expect(offers("own@example.org")).toEqual(["Revoke"]);
  expect(offers("other@example.org")).toEqual([]);
});
