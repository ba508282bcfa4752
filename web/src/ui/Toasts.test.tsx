import { act, cleanup, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { ToastPlace, ToastProvider, useToast } from "./Toasts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

let say: (text: string) => void = () => undefined;
function Speaker() {
  say = useToast();
  return null;
}

const page = (inCall: boolean, dialog = false) => (
  <ToastProvider>
    <Speaker />
    {inCall && (
      <section aria-label="Video">
        <ToastPlace />
      </section>
    )}
    {dialog && <div role="dialog" />}
  </ToastProvider>
);
const inPlace = () => screen.getByRole("region", { name: "Video" }).textContent;

it("what is said stands in its place, and over the page where there is none", () => {
  const { rerender } = render(page(true));
  act(() => say("Dana was asked"));
  expect(inPlace()).toBe("Dana was asked");
  rerender(page(false));
  expect(screen.getByText("Dana was asked")).toBeTruthy();
});

it("what is said while a dialog lies over that place stands above it", () => {
  render(page(true, true));
  act(() => say("Uma sees the earlier messages now"));
  expect(inPlace()).toBe("");
  expect(screen.getByText("Uma sees the earlier messages now")).toBeTruthy();
});
