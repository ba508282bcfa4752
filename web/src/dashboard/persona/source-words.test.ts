import { describe, expect, it } from "vitest";
import { MAX_SOURCE_BYTES, size, sortFiles } from "./source-words";

const file = (name: string, bytes: number) => {
  const made = new File(["x"], name);
  Object.defineProperty(made, "size", { value: bytes });
  return made;
};

describe("files to upload", () => {
  it("takes the formats that can be read, whatever the case of the ending", () => {
    const names = ["a.PDF", "b.html", "c.md", "d.txt", "e.csv"];
    const { good, refused } = sortFiles(names.map((name) => file(name, 9)));
    expect(good.map(({ name }) => name)).toEqual(names);
    expect(refused).toEqual([]);
  });

  it("says of every other file why not", () => {
    const { good, refused } = sortFiles([
      file("photo.png", 9),
      file("empty.txt", 0),
      file("huge.pdf", MAX_SOURCE_BYTES + 1),
      file("pdf", 9),
    ]);
    expect(good).toEqual([]);
    expect(refused.map(({ name }) => name)).toEqual(["photo.png", "empty.txt", "huge.pdf", "pdf"]);
    expect(refused[1]?.why).toBe("the file is empty");
  });

  it("words sizes for people", () => {
    expect([size(12), size(12_345), size(3_400_000)]).toEqual(["12 B", "12 kB", "3.4 MB"]);
  });
});
