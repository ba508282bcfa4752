import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { findHost } from "./host";

/** The page around the panel. */
const outside = { postMessage: vi.fn() };

const hear = (data: unknown, from: { source?: unknown; origin?: string } = {}) =>
  window.dispatchEvent(
    Object.assign(new Event("message"), {
      data,
      source: from.source ?? outside,
      origin: from.origin ?? "https://shop.example",
    }),
  );

beforeEach(() => {
  vi.useFakeTimers();
  outside.postMessage.mockClear();
  vi.spyOn(window, "parent", "get").mockReturnValue(outside as never);
});

afterEach(() => vi.useRealTimers());

describe("the page around the panel", () => {
  it("is asked with nothing secret, and told the rest only at the origin that answered", async () => {
    const host = findHost();
    expect(outside.postMessage).toHaveBeenCalledWith({ trialogue: "ready" }, "*");
    hear({ trialogue: "kept", values: { a: "1" } });
    const keep = (await host)?.keep;
    expect(keep?.get("a")).toBe("1");
    keep?.set("token", "secret");
    expect(outside.postMessage).toHaveBeenLastCalledWith(
      { trialogue: "keep", key: "token", value: "secret" },
      "https://shop.example",
    );
  });

  it("is the only one that is heard", async () => {
    const host = findHost();
    hear({ trialogue: "kept", values: { planted: "1" } }, { source: { postMessage: vi.fn() } });
    hear("nonsense");
    hear({ trialogue: "kept", values: null });
    vi.advanceTimersByTime(1_500);
    expect(await host).toBeNull();
  });

  it("is told of a call, and tells when the panel is shown and hidden", async () => {
    const asked = findHost();
    hear({ trialogue: "kept", values: {} });
    const host = await asked;
    const changed = vi.fn();
    host?.onShowing(changed);
    expect(host?.showing()).toBe("never");
    hear({ trialogue: "shown" }, { source: { postMessage: vi.fn() } });
    expect(host?.showing()).toBe("never");
    hear({ trialogue: "shown" });
    expect(host?.showing()).toBe("shown");
    hear({ trialogue: "hidden" });
    expect(host?.showing()).toBe("hidden");
    expect(changed).toHaveBeenCalledTimes(2);
    host?.call(true);
    expect(outside.postMessage).toHaveBeenLastCalledWith({ trialogue: "call", on: true }, "https://shop.example");
  });
});

it("a page of its own has no host", async () => {
  vi.spyOn(window, "parent", "get").mockReturnValue(window);
  await expect(findHost()).resolves.toBeNull();
});
