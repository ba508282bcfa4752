import { describe, expect, it } from "vitest";
import { actionFor, type Pressed, SHORTCUTS, takesLetters, WRITES_ON_MS, WritingOn } from "./shortcuts";

const press = (key: string, more: Partial<Pressed> = {}) =>
  actionFor({ key, ctrlKey: false, metaKey: false, altKey: false, repeat: false, takesLetters: false, ...more });

describe("the keys of a call", () => {
  it("each do one thing", () => {
    expect(new Set(SHORTCUTS.map(({ key }) => key)).size).toBe(SHORTCUTS.length);
    for (const { key, action } of SHORTCUTS) expect(press(key)).toBe(action);
  });

  it("act with caps lock too", () => {
    expect(press("M")).toBe("microphone");
  });

  it("leave the browser's own combinations alone", () => {
    expect([press("c", { ctrlKey: true }), press("v", { metaKey: true }), press("s", { altKey: true })]).toEqual([
      null,
      null,
      null,
    ]);
  });

  it("do nothing while held down, nor where letters are text", () => {
    expect(press("m", { repeat: true })).toBeNull();
    expect(press("m", { takesLetters: true })).toBeNull();
  });

  it("do nothing for keys that mean nothing", () => {
    expect(["Enter", "Escape", " ", "x"].map((key) => press(key))).toEqual([null, null, null, null]);
  });
});

describe("what takes letters itself", () => {
  const element = (html: string) => {
    document.body.innerHTML = html;
    return document.body.querySelector("[data-it]");
  };

  it.each([
    ['<textarea data-it=""></textarea>', true],
    ['<input data-it="">', true],
    ['<div role="menu"><button data-it=""></button></div>', true],
    ['<div role="dialog"><button data-it=""></button></div>', true],
    ['<button data-it=""></button>', false],
    ['<section tabindex="0" data-it=""></section>', false],
  ])("%s: %s", (html, expected) => {
    expect(takesLetters(element(html))).toBe(expected);
  });
});

describe("who was writing when the call came", () => {
  it("writes on, letter after letter, without switching anything", () => {
    const writing = new WritingOn(0);
    expect([100, 2_000, 4_500, 7_000].map((at) => writing.goesOn(at))).toEqual([true, true, true, true]);
  });

  it("uses the keys of the call after a pause, or at once after pointing at something", () => {
    expect(new WritingOn(0).goesOn(WRITES_ON_MS)).toBe(false);
    const writing = new WritingOn(0);
    writing.ends();
    expect(writing.goesOn(100)).toBe(false);
  });

  it("takes what follows a letter in a text for text, should the field be gone", () => {
    const writing = new WritingOn(0);
    writing.ends();
    writing.wrote(10_000);
    expect(writing.goesOn(10_500)).toBe(true);
    expect(writing.goesOn(10_500 + WRITES_ON_MS)).toBe(false);
  });
});
