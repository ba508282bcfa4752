import { describe, expect, it } from "vitest";
import { type Draft, NOTHING_WRITTEN, readDraft, sameDraft, writeDraft } from "./kept-draft";

describe("what stands in the composer", () => {
  it("comes back with whom it is for, what it answers and what it was made from", () => {
    const whisper: Draft = { text: "she is wrong", audience: "staff", reply: 12, from: 9 };
    expect(readDraft(writeDraft(whisper))).toEqual(whisper);
  });

  it.each(["Is there parking?", "12", '"quoted"', '{"text":"half"}', "null"])(
    "is words for everybody where only words were kept: %s",
    (text) => {
      expect(readDraft(text)).toEqual({ ...NOTHING_WRITTEN, text });
    },
  );

  it("is nothing where nothing was kept", () => {
    expect(readDraft(null)).toEqual(NOTHING_WRITTEN);
    expect(sameDraft({ ...NOTHING_WRITTEN, audience: "staff" }, NOTHING_WRITTEN)).toBe(false);
  });
});
