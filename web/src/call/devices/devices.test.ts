import { describe, expect, it } from "vitest";
import { memoryKeep } from "../../core/keep";
import { keepChoice, NOTHING_ON, readChoice } from "./choice";
import { loudness } from "./LevelMeter";
import { problemOf, problemWords } from "./problem";

describe("what is remembered of devices", () => {
  it("is nothing for one who never chose: everything is off", () => {
    expect(readChoice(memoryKeep())).toEqual(NOTHING_ON);
    expect(NOTHING_ON).toMatchObject({ camera: false, microphone: false });
  });

  it("comes back as it was chosen", () => {
    const keep = memoryKeep();
    const choice = { camera: true, microphone: false, cameraId: "c1", microphoneId: null, speakerId: "s1" };
    keepChoice(keep, choice);
    expect(readChoice(keep)).toEqual(choice);
  });

  it("is what was on, whichever device was chosen since", () => {
    const keep = memoryKeep();
    keepChoice(keep, { camera: true, microphone: false });
    keepChoice(keep, { cameraId: "c1" });
    keepChoice(keep, { microphoneId: "m1" });
    expect(readChoice(keep)).toEqual({ ...NOTHING_ON, camera: true, cameraId: "c1", microphoneId: "m1" });
  });

  it.each(["null", "{}", '{"camera":"yes"}', "not json"])("is nothing where %s is kept", (kept) => {
    expect(readChoice(memoryKeep({ "trialogue.devices": kept }))).toEqual(NOTHING_ON);
  });
});

describe("why a device cannot be used", () => {
  const thrown = (name: string) => new DOMException("", name);

  it.each([
    ["NotAllowedError", "denied", "blocked"],
    ["NotAllowedError", "prompt", "dismissed"],
    ["NotFoundError", null, "none"],
    ["OverconstrainedError", null, "none"],
    ["NotReadableError", "granted", "in_use"],
    ["Whatever", null, "unknown"],
  ] as const)("%s with permission %s is “%s”", (name, permission, problem) => {
    expect(problemOf(thrown(name), permission)).toBe(problem);
  });

  it("is the page's address, where the browser has no devices for it at all", () => {
    expect(problemOf(new TypeError("mediaDevices is undefined"))).toBe("insecure");
  });

  it("is said for each device by its name, with what to do", () => {
    const { title, help } = problemWords("microphone", "blocked");
    expect(title).toBe("Your browser blocks the microphone");
    expect(help).toContain("allow the microphone");
  });
});

describe("the level meter", () => {
  const tone = (loud: number) => Float32Array.from({ length: 1_024 }, (_, index) => loud * Math.sin(index / 5));

  it("stands at nothing for silence and at its end for the loudest", () => {
    expect(loudness(new Float32Array(1_024))).toBe(0);
    expect(loudness(tone(1))).toBe(1);
  });

  it("rises with the voice", () => {
    const levels = [0.003, 0.01, 0.05, 0.2].map((loud) => loudness(tone(loud)));
    expect(levels).toEqual(levels.toSorted((a, b) => a - b));
    expect(new Set(levels).size).toBe(levels.length);
  });
});
