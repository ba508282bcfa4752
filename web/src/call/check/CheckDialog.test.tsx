import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";
import { NOTHING_ON } from "../devices/choice";
import { CheckDialog } from "./CheckDialog";

vi.mock("./run-check", () => ({
  runCheck: async () => Promise.reject(new TypeError("Failed to fetch dynamically imported module")),
}));

afterEach(cleanup);

it("a check that could not be done says so, and can be begun again", async () => {
  render(
    <CheckDialog place={{ conversation: "c-1", token: undefined }} choice={NOTHING_ON} onClose={() => undefined} />,
  );
  fireEvent.click(screen.getByRole("button", { name: "Check" }));
  expect(await screen.findByText(/^The check itself could not be done/)).toBeTruthy();
  expect(screen.getByRole("button", { name: "Check again" }).getAttribute("aria-busy")).toBeNull();
});
