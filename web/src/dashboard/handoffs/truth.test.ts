import { describe, expect, it } from "vitest";
import type { HandoffRow } from "../../api/rest/handoffs";
import { clock, span } from "../time";
import { chainSteps, inOrderOfNeed, keyOf, needingSomebody, newlyRaised, offers, stateWord } from "./truth";

const MINUTE = 60_000;
const NOW = new Date("2026-03-04T14:10:00").getTime();
const TOLD = NOW - 8 * MINUTE;
const OPENED = NOW - 7 * MINUTE;

const row = (over: Partial<HandoffRow>): HandoffRow => ({
  conversation_id: "c",
  handoff_id: 7,
  persona: { id: "p", name: "Michael", picture: null },
  visitor_name: "Sam",
  question: "Who speaks?",
  further_questions: 0,
  reason: { kind: "cannot_answer" },
  state: { kind: "notified" },
  raised_at: TOLD,
  notified: [],
  ...over,
});

const told = (over: object) => ({
  user_id: "dana",
  name: "Dana",
  told_at: TOLD,
  opened_at: null,
  withdrawn: false,
  ...over,
});

const words = (over: Partial<HandoffRow>) => chainSteps(row(over), NOW).map((step) => step.words);

describe("the truth about a handoff", () => {
  it("says when somebody was told and that they have not looked", () => {
    expect(words({ notified: [told({})] })).toEqual([`told ${clock(TOLD, NOW)}, not opened yet`]);
  });

  it("says that somebody looked and did not come", () => {
    expect(words({ notified: [told({ opened_at: OPENED })] })).toEqual([
      `told ${clock(TOLD, NOW)}, opened ${clock(OPENED, NOW)}, not yet joined`,
    ]);
  });

  it("does not claim that anybody was told before they were", () => {
    expect(words({ state: { kind: "raised" }, notified: [told({ told_at: null })] })).toEqual(["not told yet"]);
  });

  it("tells who took it, and that the others need not come", () => {
    const chain = [told({ withdrawn: true }), told({ user_id: "eli", name: "Eli" })];
    expect(words({ state: { kind: "taken", by: "eli" }, notified: chain })).toEqual([
      `told ${clock(TOLD, NOW)}, notice withdrawn`,
      `told ${clock(TOLD, NOW)}, took it`,
    ]);
  });

  it("says passed on when time ran out, which is not the same as taken", () => {
    expect(words({ notified: [told({ withdrawn: true })] })).toEqual([`told ${clock(TOLD, NOW)}, passed on`]);
  });

  it("a follow-up is not called told", () => {
    expect(stateWord({ kind: "follow_up", owed_by: "dana", email: null }).word).toBe("Follow-up owed");
  });
});

describe("the inbox's order", () => {
  it("who waits now comes before an owed answer, the longest wait first", () => {
    const rows = [
      row({ handoff_id: 1, state: { kind: "taken", by: "x" }, raised_at: 1 }),
      row({ handoff_id: 2, state: { kind: "follow_up", owed_by: "x", email: null }, raised_at: 2 }),
      row({ handoff_id: 3, raised_at: 9 }),
      row({ handoff_id: 4, state: { kind: "raised" }, raised_at: 5 }),
    ];
    expect(inOrderOfNeed(rows).map((each) => each.handoff_id)).toEqual([4, 3, 2, 1]);
  });
});

describe("what is offered", () => {
  it("a taken handoff cannot be taken, nor dismissed by another", () => {
    expect(offers({ kind: "taken", by: "dana" }, "eli")).toMatchObject({ take: false, dismiss: false });
    expect(offers({ kind: "taken", by: "dana" }, "dana")).toMatchObject({ dismiss: true });
  });
  it("nothing for a closed one", () => {
    const state = { kind: "resolved", how: { kind: "answered_live" } } as const;
    expect(Object.values(offers(state, "dana"))).toEqual([false, false, false, false]);
  });
});

describe("the count beside Handoffs", () => {
  it("leaves out what somebody took, and keeps what is owed", () => {
    const owed = row({ state: { kind: "follow_up", owed_by: "x", email: null } });
    expect(needingSomebody([row({}), owed, row({ state: { kind: "taken", by: "x" } })])).toBe(2);
  });
});

describe("browser notifications", () => {
  it("none for what was there when the page opened", () => {
    expect(newlyRaised(undefined, [row({})])).toEqual([]);
  });
  it("one for what is new and waits, none for what changed", () => {
    const fresh = row({ handoff_id: 8 });
    const taken = row({ handoff_id: 9, state: { kind: "taken", by: "x" } });
    expect(newlyRaised(new Set([keyOf(row({}))]), [row({}), fresh, taken])).toEqual([fresh]);
  });
});

describe("lengths of time", () => {
  it("are worded, not counted in seconds", () => {
    expect([span(20_000), span(12 * MINUTE), span(65 * MINUTE), span(120 * MINUTE), span(50 * 60 * MINUTE)]).toEqual([
      "under a minute",
      "12 min",
      "1 h 5 min",
      "2 h",
      "2 days",
    ]);
  });
});
