import { afterEach, describe, expect, it, vi } from "vitest";
import { Problem, query, request } from "./http";

afterEach(() => vi.unstubAllGlobals());

const answer = (body: BodyInit | null, init: ResponseInit) =>
  vi.stubGlobal(
    "fetch",
    vi.fn(() => Promise.resolve(new Response(body, init))),
  );

async function refusal(): Promise<Problem> {
  try {
    await request("GET", "/x");
  } catch (error) {
    if (error instanceof Problem) return error;
  }
  throw new Error("was not refused");
}

describe("an answer", () => {
  it("without a body is undefined, not an error", async () => {
    answer(null, { status: 204 });
    await expect(request("DELETE", "/session")).resolves.toBeUndefined();
  });

  it("carries the server's sentence, code and field when it is a problem", async () => {
    answer('{"status":422,"code":"bad_email","detail":"This is not an e-mail address.","field":"email"}', {
      status: 422,
      headers: { "content-type": "application/problem+json" },
    });
    expect(await refusal()).toMatchObject({
      status: 422,
      code: "bad_email",
      field: "email",
      message: "This is not an e-mail address.",
    });
  });

  it("from a proxy in HTML still becomes a sentence", async () => {
    answer("<h1>Bad gateway</h1>", { status: 502, headers: { "content-type": "text/html" } });
    expect((await refusal()).message).toBe("The server could not do this just now. Please try again.");
  });

  it("that says it is JSON and is not does not break the page", async () => {
    answer("{", { status: 500, headers: { "content-type": "application/problem+json" } });
    expect(await refusal()).toMatchObject({ code: "http_500" });
  });

  it("tells how long to wait, from the body or else the header", async () => {
    answer("{}", { status: 429, headers: { "content-type": "application/problem+json", "retry-after": "7" } });
    expect((await refusal()).retryAfter).toBe(7);
  });

  it("that never comes is told apart from a refusal", async () => {
    vi.stubGlobal(
      "fetch",
      vi.fn(() => Promise.reject(new TypeError("network"))),
    );
    expect((await refusal()).unreachable).toBe(true);
  });
});

describe("a query string", () => {
  it("leaves out what is not set and escapes the rest", () => {
    expect(query({ state: "open", persona_id: undefined, before: "a&b", empty: "" })).toBe("?state=open&before=a%26b");
    expect(query({ state: undefined })).toBe("");
  });
});
