import { describe, expect, it } from "vitest";
import { squareOf } from "./picture-file";

describe("the square of a picture", () => {
  it("is the middle of a wide one", () => {
    expect(squareOf(400, 200)).toEqual({ x: 100, y: 0, edge: 200 });
  });
  it("is above the middle of a tall one, and inside of it", () => {
    const { y, edge } = squareOf(200, 400);
    expect(y).toBeLessThan(100);
    expect(y).toBeGreaterThanOrEqual(0);
    expect(y + edge).toBeLessThanOrEqual(400);
  });
});
