import { describe, expect, it } from "vitest";
import { bandwidthFound, freshSteps, pathOf, type Step, type StepName, verdict } from "./steps";

const found = (states: Partial<Record<StepName, Step["state"]>>) =>
  freshSteps().map((step) => ({ ...step, state: states[step.name] ?? "good" }));

describe("the verdict of a check", () => {
  it("is not given before all is known", () => {
    expect(verdict(freshSteps())).toBeNull();
    expect(verdict(found({ bandwidth: "running" }))).toBeNull();
  });

  it.each([
    [{}, /^Everything works/],
    [{ turn: "skipped" }, /^Everything works/],
    [{ udp: "bad" }, /by UDP, is closed/],
    [{ bandwidth: "poor" }, /smaller picture/],
    [{ camera: "bad" }, /join without/],
    [{ server: "skipped", udp: "skipped", tcp: "skipped" }, /could not be checked just now/],
    [{ server: "bad" }, /cannot be reached/],
    [{ udp: "bad", tcp: "bad", turn: "skipped" }, /no way to the media server/],
  ] as const)("%o", (states, words) => {
    expect(verdict(found(states))).toMatch(words);
  });
});

describe("the way that media takes", () => {
  const pair = { type: "candidate-pair", localCandidateId: "L", nominated: true, state: "succeeded" };
  const stats = (local: Record<string, unknown>, more: Record<string, unknown> = {}) =>
    Object.entries({
      T: { type: "transport", selectedCandidatePairId: "P" },
      other: { ...pair, localCandidateId: "none" },
      P: { ...pair, ...more },
      L: { type: "local-candidate", ...local },
    }) as [string, Record<string, unknown> & { type: string }][];

  it("is that of the selected pair", () => {
    expect(pathOf(stats({ candidateType: "host", protocol: "udp" }, { currentRoundTripTime: 0.0123 }))).toEqual({
      protocol: "udp",
      relayed: false,
      roundTripMs: 12,
      availableBps: null,
    });
  });

  it("is told where no transport names it, as in Firefox", () => {
    const [, , ...rest] = stats({ candidateType: "host", protocol: "tcp" });
    expect(pathOf(rest).protocol).toBe("tcp");
  });

  it("is how the relay is reached, where there is one", () => {
    const relayed = pathOf(stats({ candidateType: "relay", protocol: "udp", relayProtocol: "tls" }));
    expect(relayed).toMatchObject({ protocol: "tcp", relayed: true });
  });

  it("is unknown before there is one", () => {
    expect(pathOf([])).toEqual({ protocol: null, relayed: false, roundTripMs: null, availableBps: null });
  });
});

it("a thin line is said to be thin", () => {
  expect(bandwidthFound(2_000_000, 20).state).toBe("good");
  expect(bandwidthFound(400_000, null)).toEqual({
    state: "poor",
    found: "0.4 Mbit/s upwards: enough for a small picture.",
  });
  expect(bandwidthFound(90_000, 80).found).toContain("hardly for a picture");
});
