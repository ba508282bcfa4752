import type { Problem } from "../../api/rest/http";
import type { MediaToken } from "../../api/rest/media";
import type { DeviceChoice } from "../devices/choice";
import type { DeviceProblem, Source } from "../devices/problem";
import type { MediaPerson } from "./media-person";

/** The connection to the media room, as its user may know it. */
export type MediaStatus =
  /** `why`: what kept the last try, in the server's words. Trying goes on. */
  | { kind: "connecting"; why?: Problem }
  | { kind: "connected" }
  /** Was connected; the SDK or we try to be again. */
  | { kind: "reconnecting" }
  /** The same person connected from another tab or device: two would push each other out for ever. */
  | { kind: "elsewhere" }
  /** The server says no, in this sentence. */
  | { kind: "refused"; problem: Problem }
  | { kind: "stopped" };

export type SwitchState = "off" | "starting" | "on";

export interface MediaState {
  status: MediaStatus;
  people: readonly MediaPerson[];
  /** Who speaks or spoke last, newest first. */
  speakers: readonly number[];
  switches: Record<Source, SwitchState>;
  /** The last thing that could not be switched on. */
  problem: { source: Source; problem: DeviceProblem } | null;
  /** The browser plays no sound before the page is touched. */
  muffled: boolean;
  devices: Pick<DeviceChoice, "cameraId" | "microphoneId" | "speakerId">;
  /** Something is on its way to the conversation: what it says meanwhile may be old. */
  announcing: boolean;
}

/** What one sends, in the words of the conversation. */
export type Sends = Record<Source, boolean>;

/** Switching on may begin a call; what is merely still on must not begin anew a call that was just ended. */
export type Announced = "begins" | "goes_on";

/** What the media room needs of the conversation and its page. */
export interface MediaHost {
  fetchToken(): Promise<MediaToken>;
  /** Says what will be sent, or is not sent any more; rejects when that is not allowed. */
  announce(sends: Sends, call: Announced): Promise<void>;
  /** Goes on without the call, and sends nothing any more. */
  left(): void;
}
