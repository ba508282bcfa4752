import { describe, expect, it } from "vitest";
import { safeNext, signInPath } from "./next";

describe("where sign-in leads", () => {
  it("a conversation link with its handoff token survives", () => {
    expect(safeNext("/c/42?handoff=abc")).toBe("/c/42?handoff=abc");
  });

  it("a path survives being put into the sign-in address and taken out again", () => {
    const address = new URL(signInPath("/c/42?handoff=a&b=c#d"), "https://x.test");
    expect(safeNext(address.searchParams.get("next"))).toBe("/c/42?handoff=a&b=c#d");
  });

  it.each([
    "https://evil.test/",
    "//evil.test",
    "/\\evil.test",
    "/\t/evil.test",
    "javascript:alert(1)",
    "",
    null,
    undefined,
  ])("a foreign or missing target (%s) falls back to the dashboard", (next) => {
    expect(safeNext(next)).toBe("/dashboard");
  });

  it("never leads back to the sign-in page", () => {
    expect(safeNext("/sign-in?next=/c/1")).toBe("/dashboard");
  });
});
