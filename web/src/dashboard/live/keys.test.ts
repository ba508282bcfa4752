import { describe, expect, it } from "vitest";
import { keysFor } from "./keys";

describe("what is asked again", () => {
  it("only what a change touches, each once", () => {
    expect(keysFor(["sources", "personas"])).toEqual([["sources"], ["personas"], ["questions"]]);
  });
  it("everything after the socket was away, or when the server says so", () => {
    expect(keysFor(null)).toEqual(keysFor(["everything"]));
    expect(keysFor(null)).toContainEqual(["handoffs"]);
  });
  it("everything for a list that a newer server knows", () => {
    expect(keysFor(["queues"])).toEqual(keysFor(null));
  });
});
