import { beforeEach, describe, expect, it, vi } from "vitest";
import { Problem } from "../../api/rest/http";
import { createMediaCheck } from "../../api/rest/media";
import { NOTHING_ON } from "../devices/choice";
import { runCheck } from "./run-check";
import { freshSteps, type StepName, type StepState, verdict } from "./steps";

/** How far a connection gets on this network: not to the server, to its signalling alone, or all the way once relayed. */
type Network = "nothing" | "signalling" | "relay";

const { network } = vi.hoisted(() => ({ network: { is: "nothing" as Network } }));

vi.mock("../../api/rest/media");

vi.mock("livekit-client", async (real) => {
  const sdk = await real<typeof import("livekit-client")>();
  class Room {
    #signalled = () => undefined;
    once(event: string, run: () => undefined) {
      if (event === sdk.RoomEvent.SignalConnected) this.#signalled = run;
    }
    async connect(_url: string, _token: string, options: { rtcConfig?: RTCConfiguration } = {}) {
      if (network.is === "nothing") throw new Error("could not establish signal connection");
      this.#signalled();
      const relayed = options.rtcConfig?.iceTransportPolicy === "relay";
      if (!(relayed && network.is === "relay")) throw new Error("could not establish pc connection");
    }
    async disconnect() {}
  }
  return { ...sdk, Room };
});

const turn = { urls: "turns:turn.example:443" };
const admitted = { url: "wss://media", token: "t", expires_at: 0, ice_servers: [turn] };

beforeEach(() => {
  vi.mocked(createMediaCheck).mockResolvedValue(admitted);
  const getUserMedia = async () => ({ getTracks: () => [{ label: "Fake", stop: () => undefined }] });
  vi.stubGlobal("navigator", { mediaDevices: { getUserMedia } });
});

async function checks(on: Network) {
  network.is = on;
  let steps = freshSteps();
  await runCheck({
    place: { conversation: "c-1", token: undefined },
    choice: NOTHING_ON,
    signal: new AbortController().signal,
    tell: (name, found) => {
      steps = steps.map((step) => (step.name === name ? { ...step, ...found } : step));
    },
  });
  const states = Object.fromEntries(steps.map(({ name, state }) => [name, state])) as Record<StepName, StepState>;
  return { states, says: verdict(steps) };
}

describe("a check of the connection", () => {
  it("blames the network, not the server, where only the ways of media are closed", async () => {
    const { states, says } = await checks("signalling");
    expect(states).toMatchObject({ server: "good", udp: "bad", tcp: "bad", turn: "bad", bandwidth: "skipped" });
    expect(says).toContain("no way to the media server is open");
  });

  it("still tries the relay there, and says that video will work through it", async () => {
    const { states, says } = await checks("relay");
    expect(states).toMatchObject({ server: "good", udp: "bad", tcp: "bad", turn: "good" });
    expect(says).toContain("Video will work, but not at its best");
  });

  it("says that the server cannot be reached only where it cannot", async () => {
    const { states, says } = await checks("nothing");
    expect(states).toMatchObject({ server: "bad", udp: "skipped", tcp: "skipped", turn: "skipped" });
    expect(says).toContain("cannot be reached");
  });

  it("says of a refusal what the refusal says", async () => {
    const words = "Too many checks. Please wait a minute.";
    vi.mocked(createMediaCheck).mockRejectedValue(new Problem(429, { code: "too_many", detail: words }));
    const { states, says } = await checks("relay");
    expect(states).toMatchObject({ server: "skipped", udp: "skipped", turn: "skipped" });
    expect(says).toBe(`The connection could not be checked just now. ${words}`);
  });
});
