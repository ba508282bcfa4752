import { describe, expect, it } from "vitest";
import { addTags } from "./tags";

const limits = { most: 4, longest: 10 };

describe("adding tags", () => {
  it("takes a pasted list apart", () => {
    expect(addTags([], "Michael, Mike;  Dr.  M \n Mick", limits)).toEqual(["Michael", "Mike", "Dr. M", "Mick"]);
  });
  it("does not add what is there already, in whatever case", () => {
    expect(addTags(["Mike"], "mike, MIKE", limits)).toEqual(["Mike"]);
  });
  it("ignores empty parts", () => {
    expect(addTags(["a"], " , ,\n", limits)).toEqual(["a"]);
  });
  it("stops at the most and cuts the longest between characters", () => {
    expect(addTags(["a", "b", "c"], "d,e", limits)).toEqual(["a", "b", "c", "d"]);
    expect(addTags([], "😀😀😀😀😀😀😀😀😀😀😀😀", limits)).toEqual(["😀".repeat(10)]);
  });
});
