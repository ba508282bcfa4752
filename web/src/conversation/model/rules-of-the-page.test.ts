import { describe, expect, it } from "vitest";
import type { HandoffCard } from "../../api/words";
import { NOON, participant } from "../../core/testing/people";
import { truthOf, truthSentence } from "./handoff-truth";
import { KnockBell } from "./knock-bell";
import { mentionable, mentionQuery, mentionsIn } from "./mentions";
import { listed } from "./people";
import { clockTime } from "./time";

describe("the bell", () => {
  it("rings once for a flood, and not for those who join it", () => {
    const bell = new KnockBell();
    bell.changed([], 0);
    const rings = [[1], [1, 2], [1, 2, 3], [2, 3, 4, 5]].map((open, index) => bell.changed(open, 1_000 + index));
    expect(rings).toEqual([true, false, false, false]);
    // However long the group stands.
    expect(bell.changed([2, 3, 4, 5, 6], 600_000)).toBe(false);
  });

  it("rings again for a new group, but not within a minute of the last", () => {
    const bell = new KnockBell();
    bell.changed([], 0);
    expect(bell.changed([1], 0)).toBe(true);
    bell.changed([], 10_000);
    expect(bell.changed([2], 20_000)).toBe(false);
    bell.changed([], 30_000);
    expect(bell.changed([3], 60_000)).toBe(true);
  });

  it("does not ring for what was there before the page was opened", () => {
    const bell = new KnockBell();
    expect(bell.changed([7], 0)).toBe(false);
    expect(bell.changed([7, 8], 1)).toBe(false);
  });
});

describe("the truth of a handoff", () => {
  const card = (more: Partial<HandoffCard>): HandoffCard => ({
    handoff_id: 5,
    reason: { kind: "cannot_answer" },
    questions: [4],
    raised_at: NOON,
    state: { kind: "notified" },
    chain: [],
    brief: null,
    ...more,
  });
  const dana = { user_id: "u-9", name: "Dana", told_at: NOON, opened_at: null, withdrawn: false };
  const eve = { user_id: "u-8", name: "Eve", told_at: null, opened_at: null, withdrawn: false };

  it("says what is known, with times, and what is not", () => {
    const { title, steps } = truthOf(card({ chain: [{ ...dana, opened_at: NOON + 60_000 }] }));
    expect(title).toBe("Dana has been asked to help");
    expect(truthSentence(steps)).toBe(`told ${clockTime(NOON)}, opened ${clockTime(NOON + 60_000)}, not yet joined`);
  });

  it("does not say that somebody was told before they were", () => {
    const { steps } = truthOf(card({ state: { kind: "raised" }, chain: [{ ...dana, told_at: null }] }));
    expect(steps.filter(({ done }) => done)).toEqual([]);
    expect(truthSentence(steps)).toBe("being told now, not yet opened, not yet joined");
  });

  it("speaks of the one who is asked now, once it was passed on", () => {
    const chain = [
      { ...dana, withdrawn: true },
      { ...eve, told_at: NOON + 300_000 },
    ];
    expect(truthOf(card({ chain })).title).toBe("Eve has been asked to help");
  });

  it("names who owes the answer when nobody came", () => {
    const state = { kind: "follow_up", owed_by: "u-9", email: null } as const;
    expect(truthOf(card({ state, chain: [dana] })).title).toBe("Dana owes you an answer");
  });
});

describe("mentions", () => {
  it.each([
    ["hey @mi", 7, { start: 4, query: "mi" }],
    ["@", 1, { start: 0, query: "" }],
    ["@Dana F", 7, { start: 0, query: "Dana F" }],
    ["write to sam@example.com", 24, null],
    ["no name here", 5, null],
    ["@ then a space", 14, null],
    ["line one @mi\nline two", 21, null],
  ])("in %j at %i: %j", (text, caret, expected) => {
    expect(mentionQuery(text, caret)).toEqual(expected);
  });

  it("find people by any word of their name, whatever its accents", () => {
    const people = [
      participant(1, "Zoë Martín", "guest"),
      participant(2, "Martin", "visitor"),
      participant(3, "Sam", "guest"),
    ];
    expect(mentionable(people, "mart").map(({ id }) => id)).toEqual([1, 2]);
    expect(mentionable(people, "zoe").map(({ id }) => id)).toEqual([1]);
  });

  it("count only while they are still in the text", () => {
    const chosen = new Map([
      [3, "Michael"],
      [9, "Dana"],
    ]);
    expect(mentionsIn("@Michael what do you think?", chosen)).toEqual([3]);
  });
});

it.each([
  [["Dana"], "Dana"],
  [["Dana", "Sam"], "Dana and Sam"],
  [["Dana", "Sam", "Gus"], "Dana, Sam and Gus"],
  [["Dana", "Sam", "Gus", "Eve"], "Dana, Sam and 2 others"],
])("%j reads as %s", (names, sentence) => {
  expect(listed(names)).toBe(sentence);
});
