import { DisconnectReason, Room, RoomEvent, type RoomOptions } from "livekit-client";
import { Problem } from "../../api/rest/http";
import { backoff } from "../../core/backoff";
import type { World } from "../../core/world";
import type { DeviceChoice } from "../devices/choice";
import { problemOf, type Source } from "../devices/problem";
import { LOOK_AT, personOf } from "./media-person";
import type { MediaHost, MediaState, MediaStatus } from "./media-state";
import { Publishing } from "./publishing";
import { Sounds } from "./sounds";

const SPEAKERS_KEPT = 8;

/**
 * The media half of a conversation: connects, stays connected, has sent what its user switched on, and tells what the others
 * send. Views subscribe; they hold nothing of it themselves.
 */
export class MediaRoom {
  readonly #world: World;
  readonly #host: MediaHost;
  readonly #makeRoom: (options: RoomOptions) => Room;
  readonly #listeners = new Set<() => void>();
  readonly #sounds = new Sounds();
  readonly #publishing: Publishing;
  #room: Room | null = null;
  /** Counts starts and stops: what belongs to an earlier one is dropped. */
  #run = 0;
  #tries = 0;
  #cancelRetry: () => void = () => undefined;
  #cancelWake: () => void = () => undefined;
  #state: MediaState;

  constructor(
    world: World,
    host: MediaHost,
    choice: DeviceChoice,
    makeRoom = (options: RoomOptions) => new Room(options),
  ) {
    this.#world = world;
    this.#host = host;
    this.#makeRoom = makeRoom;
    const connection = {
      room: () => this.#room,
      state: () => this.#state,
      set: (change: Partial<MediaState>) => this.#set(change),
      look: () => this.#look(),
    };
    this.#publishing = new Publishing(world, host, connection, choice);
    const { cameraId, microphoneId, speakerId } = choice;
    this.#state = {
      status: { kind: "connecting" },
      people: [],
      speakers: [],
      switches: {
        camera: choice.camera ? "starting" : "off",
        microphone: choice.microphone ? "starting" : "off",
        screen: "off",
      },
      problem: null,
      muffled: false,
      devices: { cameraId, microphoneId, speakerId },
      announcing: false,
    };
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly snapshot = (): MediaState => this.#state;

  start(): void {
    this.#run += 1;
    this.#tries = 0;
    this.#cancelWake();
    this.#cancelWake = this.#world.onWake(() => this.#wake());
    void this.#connect(this.#run, { kind: "connecting" });
  }

  stop(): void {
    this.#run += 1;
    this.#cancelRetry();
    this.#cancelWake();
    // Whoever goes has nothing on any more, and gives the screen back; another tab's call is not this one's to leave.
    if (this.#state.status.kind !== "elsewhere") this.#host.left();
    this.#leave();
    this.#set({
      status: { kind: "stopped" },
      people: [],
      switches: { camera: "off", microphone: "off", screen: "off" },
    });
  }

  /** Connects again at once: after “elsewhere”, after a refusal, or when the network is back. */
  retry(): void {
    const { kind } = this.#state.status;
    if (kind === "connected" || kind === "stopped") return;
    this.start();
  }

  switchCamera(on: boolean): Promise<void> {
    return this.#publishing.want("camera", on);
  }

  switchMicrophone(on: boolean): Promise<void> {
    return this.#publishing.want("microphone", on);
  }

  /** To be called from a press of a button: browsers ask which screen only then. */
  shareScreen(on: boolean): Promise<void> {
    return this.#publishing.shareScreen(on);
  }

  /** Somebody who may do so stopped it: it stays off until its user switches it on again. */
  stoppedByOther(source: Source): void {
    void this.#publishing.want(source, false);
  }

  /** The conversation forgot what is sent, since its connection was lost for a while. */
  announceAgain(): void {
    this.#publishing.announceAgain();
  }

  /** Answers whether it works; where it does not, the one before stays chosen. */
  async chooseDevice(kind: "camera" | "microphone" | "speaker", id: string): Promise<boolean> {
    const kinds = { camera: "videoinput", microphone: "audioinput", speaker: "audiooutput" } as const;
    const choose = (chosen: string | null) => this.#set({ devices: { ...this.#state.devices, [`${kind}Id`]: chosen } });
    const before = this.#state.devices[`${kind}Id`];
    choose(id);
    try {
      await this.#room?.switchActiveDevice(kinds[kind], id);
      return true;
    } catch (error) {
      choose(before);
      if (kind !== "speaker") this.#set({ problem: { source: kind, problem: problemOf(error) } });
      return false;
    }
  }

  /** To be called from a press of a button. */
  async unmuffle(): Promise<void> {
    await this.#room?.startAudio();
  }

  dismissProblem(): void {
    if (this.#state.problem) this.#set({ problem: null });
  }

  async #connect(run: number, status: MediaStatus): Promise<void> {
    this.#cancelRetry();
    this.#leave();
    this.#set({ status, people: [] });
    try {
      const { url, token, ice_servers } = await this.#host.fetchToken();
      if (run !== this.#run) return;
      const room = this.#newRoom(run);
      this.#room = room;
      await room.connect(url, token, ice_servers?.length ? { rtcConfig: { iceServers: ice_servers } } : {});
      if (run !== this.#run) {
        await room.disconnect();
        return;
      }
      this.#tries = 0;
      this.#set({ status: { kind: "connected" }, muffled: !room.canPlaybackAudio });
      this.#look();
      this.#publishing.sendWhatIsWanted();
    } catch (error) {
      if (run === this.#run) this.#failed(run, error);
    }
  }

  #failed(run: number, error: unknown): void {
    if (error instanceof Problem && isFinal(error)) {
      this.#leave();
      this.#set({ status: { kind: "refused", problem: error }, people: [] });
      return;
    }
    this.#later(run, error instanceof Problem ? error : undefined);
  }

  #later(run: number, why?: Problem): void {
    const again: MediaStatus =
      this.#state.status.kind === "connecting" ? { kind: "connecting", ...(why && { why }) } : { kind: "reconnecting" };
    this.#leave();
    this.#set({ status: again, people: [] });
    const wait = backoff(this.#tries, this.#world.random());
    this.#tries += 1;
    this.#cancelRetry = this.#world.later(wait, () => void this.#connect(run, again));
  }

  /** The network may be back: no need to wait out a pause. A connection that the SDK looks after is left to it. */
  #wake(): void {
    const { kind } = this.#state.status;
    if (this.#room === null && (kind === "connecting" || kind === "reconnecting")) this.start();
  }

  #newRoom(run: number): Room {
    const { cameraId, microphoneId, speakerId } = this.#state.devices;
    const room = this.#makeRoom({
      adaptiveStream: true,
      dynacast: true,
      videoCaptureDefaults: { ...(cameraId !== null && { deviceId: cameraId }) },
      audioCaptureDefaults: { ...(microphoneId !== null && { deviceId: microphoneId }) },
      ...(speakerId !== null && { audioOutput: { deviceId: speakerId } }),
    });
    const look = () => {
      if (room === this.#room) this.#look();
    };
    for (const event of LOOK_AT) room.on(event, look);
    room.on(RoomEvent.TrackSubscribed, (track) => this.#sounds.play(track));
    room.on(RoomEvent.TrackUnsubscribed, (track) => this.#sounds.stop(track));
    room.on(RoomEvent.ActiveSpeakersChanged, (speakers) => {
      if (room === this.#room) this.#spoke(speakers.map(({ identity }) => Number(identity)));
    });
    room.on(RoomEvent.AudioPlaybackStatusChanged, () => {
      if (room === this.#room) this.#set({ muffled: !room.canPlaybackAudio });
    });
    room.on(RoomEvent.SignalReconnecting, () => this.#linked(room, "reconnecting"));
    room.on(RoomEvent.Reconnecting, () => this.#linked(room, "reconnecting"));
    room.on(RoomEvent.Reconnected, () => this.#linked(room, "connected"));
    room.on(RoomEvent.Disconnected, (reason) => {
      if (room === this.#room && run === this.#run) this.#disconnected(run, reason);
    });
    this.#publishing.follow(room);
    return room;
  }

  #linked(room: Room, kind: "reconnecting" | "connected"): void {
    if (room !== this.#room) return;
    this.#set({ status: { kind } });
    this.#look();
    if (kind === "connected") this.#publishing.sendWhatIsWanted();
  }

  /** Not by this page: what it leaves itself is no longer `#room`. The SDK leaves by itself when the browser freezes the page. */
  #disconnected(run: number, reason: DisconnectReason | undefined): void {
    if (reason === DisconnectReason.DUPLICATE_IDENTITY) {
      this.#leave();
      this.#set({ status: { kind: "elsewhere" }, people: [] });
      return;
    }
    this.#set({ status: { kind: "reconnecting" } });
    this.#later(run);
  }

  #leave(): void {
    const room = this.#room;
    this.#room = null;
    this.#sounds.stopAll();
    this.#publishing.roomIsLeft();
    void room?.disconnect();
  }

  #spoke(now: readonly number[]): void {
    const speakers = [...now, ...this.#state.speakers.filter((id) => !now.includes(id))].slice(0, SPEAKERS_KEPT);
    this.#set({ speakers });
    this.#look();
  }

  #look(): void {
    const room = this.#room;
    if (!room) return;
    const people = [room.localParticipant, ...room.remoteParticipants.values()].flatMap((one) => personOf(one) ?? []);
    this.#set({ people });
  }

  #set(change: Partial<MediaState>): void {
    this.#state = { ...this.#state, ...change };
    for (const listener of this.#listeners) listener();
  }
}

/** Trying again would be answered the same. */
function isFinal(problem: Problem): boolean {
  return problem.status >= 400 && problem.status < 500 && problem.status !== 408 && problem.status !== 429;
}
