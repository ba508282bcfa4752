import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";
import { NOTHING_ON } from "../call/devices/choice";
import { memoryKeep } from "../core/keep";
import { StartPage } from "./StartPage";

vi.mock("./later", () => ({
  JoinVideo: ({ onJoin }: { onJoin: (devices: typeof NOTHING_ON) => void }) => (
    <button type="button" onClick={() => onJoin(NOTHING_ON)}>
      Join
    </button>
  ),
}));

afterEach(cleanup);

it("one conversation begins, though video is chosen again while it is on its way", () => {
  const begins = vi.fn(() => new Promise<void>(() => undefined));
  render(
    <StartPage
      persona={{ id: "p-1", name: "Michael", greeting: "", picture: null, video_available: true }}
      keep={memoryKeep()}
      named
      onBegin={begins}
      onBeginByVideo={begins}
      onClose={undefined}
    />,
  );
  fireEvent.click(screen.getByRole("button", { name: "Video" }));
  fireEvent.click(screen.getByRole("button", { name: "Join" }));
  fireEvent.click(screen.getByRole("button", { name: "Video + Text" }));
  const again = screen.queryByRole("button", { name: "Join" });
  if (again) fireEvent.click(again);
  expect(begins).toHaveBeenCalledOnce();
});
