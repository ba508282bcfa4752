/** What is looked at before a call, in this order. */
const STEPS = ["camera", "microphone", "server", "udp", "tcp", "turn", "bandwidth"] as const;

export type StepName = (typeof STEPS)[number];

export type StepState = "waiting" | "running" | "good" | "poor" | "bad" | "skipped";

export interface Step {
  name: StepName;
  state: StepState;
  /** What was found, in a sentence. */
  found: string;
}

export const STEP_LABELS: Record<StepName, string> = {
  camera: "Camera",
  microphone: "Microphone",
  server: "Media server",
  udp: "Fast way (UDP)",
  tcp: "Fallback (TCP)",
  turn: "Relay (TURN)",
  bandwidth: "Bandwidth",
};

export const freshSteps = (): Step[] => STEPS.map((name) => ({ name, state: "waiting", found: "" }));

/** Whether a call will work, in one sentence; nothing before all is known. */
export function verdict(steps: readonly Step[]): string | null {
  if (steps.some(({ state }) => state === "waiting" || state === "running")) return null;
  const of = (name: StepName) => steps.find((step) => step.name === name)?.state;
  const server = steps.find(({ name }) => name === "server");
  if (server?.state === "skipped") return `The connection could not be checked just now. ${server.found}`;
  if (of("server") === "bad") return "Video will not work from here: the media server cannot be reached. Chat works.";
  if (!(["udp", "tcp", "turn"] as const).some((path) => of(path) === "good")) {
    return "Video will not work from here: no way to the media server is open. Ask whoever runs your network.";
  }
  if (of("udp") !== "good") return "Video will work, but not at its best: the fast way, by UDP, is closed.";
  if (of("bandwidth") !== "good") return "Video will work, in a smaller picture.";
  if (of("camera") !== "good" || of("microphone") !== "good") {
    return "The connection is good. See above for the devices; you can join without them.";
  }
  return "Everything works.";
}

/** How media travels just now, as the statistics of a connection tell. */
export interface PathFacts {
  protocol: "udp" | "tcp" | null;
  relayed: boolean;
  /** Milliseconds there and back. */
  roundTripMs: number | null;
  /** What the browser believes it could send, in bit/s. */
  availableBps: number | null;
}

type Stats = Iterable<[string, Record<string, unknown> & { type: string }]>;

export function pathOf(stats: Stats): PathFacts {
  const all = new Map(stats);
  const transport = [...all.values()].find(({ type }) => type === "transport");
  const named = transport && all.get(String(transport.selectedCandidatePairId));
  // Firefox names no transport, and marks the pair instead.
  const pair =
    named ??
    [...all.values()].find(({ type, nominated, state }) => {
      return type === "candidate-pair" && nominated === true && state === "succeeded";
    });
  const local = pair && all.get(String(pair.localCandidateId));
  const relayed = local?.candidateType === "relay";
  const protocol = relayed ? (local?.relayProtocol ?? local?.protocol) : local?.protocol;
  return {
    protocol: protocol === "udp" ? "udp" : protocol === "tcp" || protocol === "tls" ? "tcp" : null,
    relayed,
    roundTripMs: milliseconds(pair?.currentRoundTripTime),
    availableBps: typeof pair?.availableOutgoingBitrate === "number" ? pair.availableOutgoingBitrate : null,
  };
}

const milliseconds = (seconds: unknown): number | null =>
  typeof seconds === "number" ? Math.round(seconds * 1_000) : null;

/** Enough for a good picture, and for any picture at all; in bit/s upwards. */
const GOOD_BPS = 1_200_000;
const PICTURE_BPS = 250_000;

export function bandwidthFound(bps: number, roundTripMs: number | null): Pick<Step, "state" | "found"> {
  const speed = `${(bps / 1_000_000).toFixed(1)} Mbit/s upwards${roundTripMs === null ? "" : `, ${roundTripMs} ms there and back`}`;
  if (bps >= GOOD_BPS) return { state: "good", found: `At least ${speed}.` };
  if (bps >= PICTURE_BPS) return { state: "poor", found: `${speed}: enough for a small picture.` };
  return { state: "poor", found: `${speed}: enough for sound, hardly for a picture.` };
}
