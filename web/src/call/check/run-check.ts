import { CheckStatus, ConnectionCheck, Room, RoomEvent, Track } from "livekit-client";
import { Problem, sentenceOf } from "../../api/rest/http";
import { type CheckPlace, createMediaCheck, type MediaToken } from "../../api/rest/media";
import { type DeviceChoice, wish } from "../devices/choice";
import { permissionFor, problemOf, problemWords } from "../devices/problem";
import { bandwidthFound, type PathFacts, pathOf, type Step, type StepName } from "./steps";

type Tell = (name: StepName, found: Pick<Step, "state" | "found">) => void;

interface CheckOptions {
  place: CheckPlace;
  choice: DeviceChoice;
  signal: AbortSignal;
  tell: Tell;
}

/** Browsers raise what they send step by step; after this long it no longer rises much. */
const SENDING_MS = 7_000;
/** A way that does not open within this time is closed. */
const OPEN_WITHIN_MS = 12_000;

/** Looks at the devices and at each way to the media server, one after the other, in a private room where nobody else is. */
export async function runCheck({ place, choice, signal, tell }: CheckOptions): Promise<void> {
  await checkDevice("camera", { video: wish(choice.cameraId) }, tell);
  if (signal.aborted) return;
  await checkDevice("microphone", { audio: wish(choice.microphoneId) }, tell);
  if (signal.aborted) return;
  const admit = () => createMediaCheck(place);
  if (!(await checkConnection(admit, signal, tell)) || signal.aborted) return;
  await checkTurn(admit, tell);
}

async function checkDevice(
  name: "camera" | "microphone",
  constraints: MediaStreamConstraints,
  tell: Tell,
): Promise<void> {
  tell(name, { state: "running", found: "" });
  try {
    const stream = await navigator.mediaDevices.getUserMedia(constraints);
    const [track] = stream.getTracks();
    tell(name, { state: "good", found: track?.label || "It works." });
    for (const one of stream.getTracks()) one.stop();
  } catch (error) {
    const { title } = problemWords(name, problemOf(error, await permissionFor(name)));
    tell(name, { state: "bad", found: `${title}.` });
  }
}

/** Server, UDP, TCP and bandwidth over one connection. Answers whether the media server was reached at all. */
async function checkConnection(admit: () => Promise<MediaToken>, signal: AbortSignal, tell: Tell): Promise<boolean> {
  tell("server", { state: "running", found: "" });
  const from = performance.now();
  const admitted = await admit().catch((error: unknown) => {
    notAdmitted(error, tell);
    return null;
  });
  if (!admitted) return false;
  const { url, token, ice_servers } = admitted;
  const room = new Room({ dynacast: false, adaptiveStream: false });
  const end = () => void room.disconnect();
  signal.addEventListener("abort", end);
  let reached = false;
  let connected = false;
  let moving: ReturnType<typeof movingPicture> | null = null;
  room.once(RoomEvent.SignalConnected, () => {
    reached = true;
    tell("server", { state: "good", found: `Reached in ${Math.round(performance.now() - from)} ms.` });
    tell("udp", { state: "running", found: "" });
  });
  try {
    await room.connect(url, token, ice_servers?.length ? { rtcConfig: { iceServers: ice_servers } } : {});
    connected = true;
    tell("bandwidth", { state: "running", found: "" });
    moving = movingPicture();
    const { track } = await room.localParticipant.publishTrack(moving.track, {
      source: Track.Source.Camera,
      simulcast: false,
      videoEncoding: { maxBitrate: 2_500_000, maxFramerate: 25 },
    });
    const look = async (): Promise<Sent> => sentOf(await track?.getRTCStatsReport());
    const { path, bps } = await sending(look, signal);
    tell("udp", udpFound(path));
    tell("bandwidth", bandwidthFound(bps, path.roundTripMs));
    if (!signal.aborted) await checkTcp(room, path, look, tell);
  } catch {
    if (!reached) {
      tell("server", { state: "bad", found: "It does not answer from here." });
      skip(["udp", "tcp", "turn", "bandwidth"], "Not tried.", tell);
    } else if (!connected) {
      // The server answers, but neither way to send pictures and sound opened.
      tell("udp", { state: "bad", found: "Closed here." });
      tell("tcp", { state: "bad", found: "Closed here, or not offered by the server." });
      skip(["bandwidth"], "Not tried.", tell);
    } else {
      skip(["udp", "tcp", "bandwidth"], "The connection broke while it was tried.", tell);
    }
  } finally {
    signal.removeEventListener("abort", end);
    moving?.stop();
    await room.disconnect();
  }
  return reached;
}

/** Nothing was learnt of the media server: our own server gave no way in, or there is no way to it either. */
function notAdmitted(error: unknown, tell: Tell): void {
  const unreachable = error instanceof Problem && error.unreachable;
  tell("server", { state: unreachable ? "bad" : "skipped", found: sentenceOf(error) });
  skip(["udp", "tcp", "turn", "bandwidth"], "Not tried.", tell);
}

function skip(names: readonly StepName[], found: string, tell: Tell): void {
  for (const name of names) tell(name, { state: "skipped", found });
}

function udpFound({ protocol, relayed }: PathFacts): Pick<Step, "state" | "found"> {
  if (protocol === "udp") return { state: "good", found: relayed ? "Open, through a TURN server." : "Open." };
  return { state: "bad", found: "Closed here; the connection goes another way." };
}

async function checkTcp(room: Room, path: PathFacts, look: () => Promise<Sent>, tell: Tell): Promise<void> {
  if (path.protocol === "tcp") return tell("tcp", { state: "good", found: "Open, and in use." });
  tell("tcp", { state: "running", found: "" });
  try {
    const back = new Promise<void>((resolve) => room.once(RoomEvent.Reconnected, () => resolve()));
    await room.simulateScenario("force-tcp");
    await within(OPEN_WITHIN_MS, back);
    const after = (await look()).path;
    tell(
      "tcp",
      after.protocol === "tcp" ? { state: "good", found: "Open." } : { state: "skipped", found: "Could not be tried." },
    );
  } catch {
    tell("tcp", { state: "bad", found: "Closed here, or not offered by the server." });
  }
}

async function checkTurn(admit: () => Promise<MediaToken>, tell: Tell): Promise<void> {
  tell("turn", { state: "running", found: "" });
  try {
    const { url, token, ice_servers } = await admit();
    const known = ice_servers?.some(({ urls }) => [urls].flat().some((one) => /^turns?:/.test(one)));
    if (known) {
      const room = new Room();
      try {
        const rtcConfig: RTCConfiguration = { iceServers: ice_servers ?? [], iceTransportPolicy: "relay" };
        await within(OPEN_WITHIN_MS, room.connect(url, token, { rtcConfig }));
        tell("turn", { state: "good", found: "Open." });
      } finally {
        await room.disconnect();
      }
      return;
    }
    const { status } = await within(2 * OPEN_WITHIN_MS, new ConnectionCheck(url, token).checkTURN());
    tell(
      "turn",
      status === CheckStatus.SUCCESS
        ? { state: "good", found: "Open." }
        : status === CheckStatus.SKIPPED
          ? { state: "skipped", found: "This server has no TURN server." }
          : { state: "bad", found: "Closed here." },
    );
  } catch (error) {
    if (error instanceof Problem) tell("turn", { state: "skipped", found: error.message });
    else tell("turn", { state: "bad", found: "Closed here." });
  }
}

interface Sent {
  path: PathFacts;
  bytes: number;
}

function sentOf(report: RTCStatsReport | undefined): Sent {
  const stats = new Map<string, Record<string, unknown> & { type: string }>();
  report?.forEach((one, id) => void stats.set(id, one));
  const bytes = [...stats.values()]
    .filter(({ type }) => type === "outbound-rtp")
    .reduce((sum, one) => sum + Number(one.bytesSent ?? 0), 0);
  return { path: pathOf(stats), bytes };
}

/** Sends for a while. The bandwidth is what was really sent in the best second. */
async function sending(look: () => Promise<Sent>, signal: AbortSignal): Promise<{ path: PathFacts; bps: number }> {
  let before = await look();
  let at = performance.now();
  let bps = 0;
  const until = at + SENDING_MS;
  while (at < until && !signal.aborted) {
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    const now = await look();
    const passed = performance.now() - at;
    bps = Math.max(bps, ((now.bytes - before.bytes) * 8_000) / passed);
    before = now;
    at += passed;
  }
  return { path: before.path, bps };
}

/** A picture that is hard to compress, so that sending it needs what the line gives. */
function movingPicture(): { track: MediaStreamTrack; stop: () => void } {
  const canvas = document.createElement("canvas");
  canvas.width = 1_280;
  canvas.height = 720;
  const pen = canvas.getContext("2d");
  const draw = () => {
    if (!pen) return;
    for (let spot = 0; spot < 300; spot += 1) {
      pen.fillStyle = `hsl(${Math.random() * 360} 80% ${20 + Math.random() * 60}%)`;
      pen.fillRect(Math.random() * 1_280, Math.random() * 720, 48, 48);
    }
  };
  draw();
  const timer = setInterval(draw, 40);
  const [track] = canvas.captureStream(25).getVideoTracks();
  if (!track) throw new Error("this browser takes no picture of a canvas");
  return {
    track,
    stop() {
      clearInterval(timer);
      track.stop();
    },
  };
}

function within<T>(ms: number, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("took too long")), ms);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
