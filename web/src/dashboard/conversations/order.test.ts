import { describe, expect, it } from "vitest";
import type { Summary } from "../../api/rest/conversations";
import { attention, attentionFirst, peopleHere } from "./order";

const row = (over: Partial<Summary>): Summary => ({
  conversation_id: "c",
  persona: { id: "p", name: "Michael", picture: null },
  visitor_name: "Sam",
  open: true,
  mode: "chat",
  started_at: 0,
  last_at: 0,
  last_message: null,
  here: [],
  handoff: null,
  knocks: 0,
  ...over,
});

const person = (name: string, here = true) => ({ name, role: "colleague" as const, here });

describe("the order of conversations", () => {
  it("puts what needs a person above what is newer", () => {
    const rows = [
      row({ conversation_id: "new", last_at: 9 }),
      row({
        conversation_id: "owed",
        last_at: 1,
        open: false,
        handoff: { kind: "follow_up", owed_by: "u", email: null },
      }),
      row({ conversation_id: "knock", last_at: 2, knocks: 1 }),
    ];
    expect(attentionFirst(rows).map((each) => each.conversation_id)).toEqual(["knock", "owed", "new"]);
  });

  it("a handoff that somebody took needs nobody else", () => {
    expect(attention(row({ handoff: { kind: "taken", by: "u" } }))).toBeNull();
  });

  it("a knock on an ended conversation is no reason to come", () => {
    expect(attention(row({ open: false, knocks: 2 }))).toBeNull();
  });

  it("a follow-up outlives its conversation", () => {
    expect(attention(row({ open: false, handoff: { kind: "follow_up", owed_by: "u", email: null } }))).toBe(
      "follow_up",
    );
  });
});

describe("who is here", () => {
  it("counts neither the persona nor those whose connection is gone", () => {
    const here = [person("Sam"), person("Dana", false), { name: "Michael", role: "persona" as const, here: true }];
    expect(peopleHere(row({ here }))).toBe("Sam is here");
  });
  it("names a few and counts many", () => {
    expect(peopleHere(row({ here: ["A", "B", "C"].map((name) => person(name)) }))).toBe("A, B and C are here");
    expect(peopleHere(row({ here: ["A", "B", "C", "D", "E", "F"].map((name) => person(name)) }))).toBe(
      "A, B and 4 more are here",
    );
  });
  it("says so when nobody is", () => {
    expect(peopleHere(row({}))).toBe("Nobody is here now");
    expect(peopleHere(row({ open: false }))).toBe("");
  });
});
