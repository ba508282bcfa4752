import { describe, expect, it, vi } from "vitest";
import { Problem } from "../api/rest/http";
import { fieldOf, showProblem } from "./forms";

describe("a refused form", () => {
  it("shows the sentence at the field that the code names", () => {
    expect(fieldOf(new Problem(422, { code: "email_taken" }), ["name", "email"])).toBe("email");
    expect(fieldOf(new Problem(422, { code: "password_too_short" }), ["name", "password"])).toBe("password");
  });

  it("prefers the field that the problem names outright", () => {
    expect(fieldOf(new Problem(422, { code: "invalid_name", field: "email" }), ["name", "email"])).toBe("email");
  });

  it("does not mistake a part of a word for a field", () => {
    expect(fieldOf(new Problem(422, { code: "filename_bad" }), ["name"])).toBeUndefined();
  });

  it("shows everything else above the button", () => {
    const setError = vi.fn();
    showProblem(new Problem(401, { code: "wrong_credentials", detail: "No match." }), ["email", "password"], setError);
    expect(setError).toHaveBeenCalledWith("root", { message: "No match." });
  });
});
