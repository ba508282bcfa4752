import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { later } from "./later";

// React tells the console of every error that a boundary catches.
beforeEach(() => void vi.spyOn(console, "error").mockImplementation(() => undefined));
afterEach(cleanup);

const Menu = ({ name }: { name: string }) => <p>the menu of {name}</p>;

/** Does not come as often as told; an upgraded server answers 404 for an old file. */
function missing(times: number) {
  let left = times;
  return async () => {
    if (left > 0) {
      left -= 1;
      throw new TypeError("Failed to fetch dynamically imported module");
    }
    return Menu;
  };
}

describe("a part that does not load", () => {
  it("leaves the rest of the page as it is, says so, and comes when it is asked for again", async () => {
    const Part = later(missing(1));
    render(
      <>
        <textarea defaultValue="half a sentence" />
        <Part name="Sam" />
      </>,
    );
    expect((await screen.findByRole("alert")).textContent).toContain("This part could not be loaded.");
    expect(screen.getByRole<HTMLTextAreaElement>("textbox").value).toBe("half a sentence");
    expect(screen.getByRole("button", { name: "Reload the page" })).toBeTruthy();
    fireEvent.click(screen.getByRole("button", { name: "Try again" }));
    expect(await screen.findByText("the menu of Sam")).toBeTruthy();
    expect(screen.queryByRole("alert")).toBeNull();
  });

  it("is said again when it fails again", async () => {
    const Part = later(missing(2));
    render(<Part name="Sam" />);
    fireEvent.click(await screen.findByRole("button", { name: "Try again" }));
    fireEvent.click(await screen.findByRole("button", { name: "Try again" }));
    expect(await screen.findByText("the menu of Sam")).toBeTruthy();
  });

  it("stands in a row as one small button each, and all of them come together", async () => {
    const Part = later(missing(1), { place: "row" });
    render(
      <>
        <Part name="Sam" />
        <Part name="Tom" />
      </>,
    );
    const marks = await screen.findAllByRole("button", { name: "This part could not be loaded." });
    expect(marks).toHaveLength(2);
    expect(screen.queryByRole("alert")).toBeNull();
    fireEvent.click(marks[0] as HTMLElement);
    fireEvent.click(screen.getByRole("button", { name: "Try again" }));
    expect(await screen.findByText("the menu of Sam")).toBeTruthy();
    expect(await screen.findByText("the menu of Tom")).toBeTruthy();
  });

  it("can be let be, where it would have opened over the page", async () => {
    const onClose = vi.fn();
    const Part = later(async (): Promise<typeof Dialog> => Promise.reject(new Error("404")), { place: "over" });
    render(<Part onClose={onClose} />);
    fireEvent.click(await screen.findByRole("button", { name: "Not now" }));
    expect(onClose).toHaveBeenCalledOnce();
  });
});

const Dialog = (_: { onClose: () => void }) => <p>a dialog</p>;

it("a part that stops working is not said to be missing", async () => {
  const Broken = later(async () => (): never => {
    throw new Error("a fault of its own");
  });
  render(<Broken />);
  expect((await screen.findByRole("alert")).textContent).toContain("This part stopped working.");
});
