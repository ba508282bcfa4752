import { describe, expect, it } from "vitest";
import type { WaitingState } from "../api/words";
import { mayKnockAgainAt, waitingWords } from "./words";

const words = (state: WaitingState) =>
  waitingWords({
    request_id: 1,
    persona_name: "Michael",
    persona_picture: null,
    state,
    video: true,
    asks_history: "all",
    expires_at: 0,
  });

describe("the one who waits", () => {
  it("never reads “declined” when it was not so, and always when it was", () => {
    const states: WaitingState[] = [
      { kind: "asked" },
      { kind: "nobody_there" },
      { kind: "admitted", history: "all" },
      { kind: "withdrawn" },
      { kind: "conversation_ended" },
    ];
    for (const state of states) expect(`${words(state).title} ${words(state).words}`).not.toMatch(/declined/i);
    expect(words({ kind: "expired" }).words).toMatch(/Nobody declined it/);
    expect(words({ kind: "declined", may_knock_again_at: null }).title).toMatch(/declined/);
  });

  it("is told how much they will see before joining", () => {
    expect(words({ kind: "admitted", history: "all" }).words).toMatch(/whole conversation/);
    expect(words({ kind: "admitted", history: "from_join" }).words).toMatch(/from then on/);
  });

  it.each<[WaitingState, number | null]>([
    [{ kind: "expired" }, 0],
    [{ kind: "withdrawn" }, 0],
    [{ kind: "declined", may_knock_again_at: 500 }, 500],
    [{ kind: "declined", may_knock_again_at: null }, null],
    [{ kind: "revoked" }, null],
    [{ kind: "conversation_ended" }, null],
    [{ kind: "asked" }, null],
  ])("%j may knock again from %j", (state, from) => {
    expect(mayKnockAgainAt(state)).toBe(from);
  });
});
