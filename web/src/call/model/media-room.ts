import {
  ConnectionState,
  DisconnectReason,
  type LocalTrack,
  type RemoteTrack,
  Room,
  RoomEvent,
  type RoomOptions,
  Track,
} from "livekit-client";
import { Problem } from "../../api/rest/http";
import type { MediaToken } from "../../api/rest/media";
import { backoff } from "../../core/backoff";
import type { World } from "../../core/world";
import type { DeviceChoice } from "../devices/choice";
import { type DeviceProblem, permissionFor, problemOf, type Source } from "../devices/problem";
import { mayShareScreen } from "./may-share-screen";
import { LOOK_AT, type MediaPerson, personOf, SOURCES, sourceOf } from "./media-person";

/** The connection to the media room, as its user may know it. */
export type MediaStatus =
  | { kind: "connecting" }
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

/** What the media room needs of the conversation and its page. */
export interface MediaHost {
  fetchToken(): Promise<MediaToken>;
  /** Says what will be sent, or is not sent any more; rejects when that is not allowed. */
  announce(sends: Sends): Promise<void>;
}

const NOTHING: Sends = { camera: false, microphone: false, screen: false };

const SPEAKERS_KEPT = 8;

/**
 * The media half of a conversation: connects, stays connected, sends what its user switched on and nothing else, and tells what
 * the others send. Views subscribe; they hold nothing of it themselves.
 *
 * The order of switching on is: open the device, have it announced, publish. The server stops what was not announced.
 */
export class MediaRoom {
  readonly #world: World;
  readonly #host: MediaHost;
  readonly #makeRoom: (options: RoomOptions) => Room;
  readonly #listeners = new Set<() => void>();
  readonly #sounds = new Map<string, HTMLMediaElement>();
  #room: Room | null = null;
  #wanted: Sends = { ...NOTHING };
  /** Switching is one thing after the other: an answer that comes late must not undo what came after it. */
  #work: Promise<void> = Promise.resolve();
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
    this.#wanted = { camera: choice.camera, microphone: choice.microphone, screen: false };
    const { cameraId, microphoneId, speakerId } = choice;
    this.#state = {
      status: { kind: "connecting" },
      people: [],
      speakers: [],
      switches: { camera: "off", microphone: "off", screen: "off" },
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

  /** What is wanted on now, whether or not it is already sent. */
  get wanted(): Readonly<Sends> {
    return this.#wanted;
  }

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
    const { status, switches } = this.#state;
    // Whoever goes has nothing on any more, and gives the screen back.
    if (status.kind === "connected" && Object.values(switches).some((one) => one !== "off"))
      void this.#host.announce({ camera: false, microphone: false, screen: false }).catch(() => undefined);
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
    return this.#want("camera", on);
  }

  switchMicrophone(on: boolean): Promise<void> {
    return this.#want("microphone", on);
  }

  /** To be called from a press of a button: browsers ask which screen only then. */
  async shareScreen(on: boolean): Promise<void> {
    const room = this.#room;
    if (!on || !room) return this.#want("screen", false);
    if (this.#wanted.screen) return;
    this.#clearProblem();
    let tracks: LocalTrack[];
    try {
      tracks = await room.localParticipant.createScreenTracks({ audio: true, selfBrowserSurface: "exclude" });
    } catch (error) {
      this.#set({ problem: { source: "screen", problem: problemOf(error) } });
      return;
    }
    this.#wanted.screen = true;
    this.#switched("screen", "starting");
    await this.#queue(() => this.#publishScreen(room, tracks));
  }

  /** Somebody who may do so stopped it: it stays off until its user switches it on again. */
  stoppedByOther(source: Source): void {
    void this.#want(source, false);
  }

  /** The conversation forgot what is sent, since its connection was lost for a while. */
  announceAgain(): void {
    void this.#queue(async () => {
      const sends = this.#sends();
      try {
        await this.#announce(sends);
      } catch {
        for (const source of ["screen", "camera", "microphone"] as const) {
          if (sends[source]) await this.#off(source);
        }
      }
    });
  }

  async chooseDevice(kind: "camera" | "microphone" | "speaker", id: string): Promise<void> {
    const kinds = { camera: "videoinput", microphone: "audioinput", speaker: "audiooutput" } as const;
    this.#set({ devices: { ...this.#state.devices, [`${kind}Id`]: id } });
    try {
      await this.#room?.switchActiveDevice(kinds[kind], id);
    } catch (error) {
      if (kind !== "speaker") this.#set({ problem: { source: kind, problem: problemOf(error) } });
    }
  }

  /** To be called from a press of a button. */
  async unmuffle(): Promise<void> {
    await this.#room?.startAudio();
  }

  dismissProblem(): void {
    this.#clearProblem();
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
      this.#sendWhatIsWanted();
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
    this.#later(run);
  }

  #later(run: number): void {
    const again: MediaStatus =
      this.#state.status.kind === "connecting" ? { kind: "connecting" } : { kind: "reconnecting" };
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
    room.on(RoomEvent.TrackSubscribed, (track: RemoteTrack) => this.#heard(track));
    room.on(RoomEvent.TrackUnsubscribed, (track: RemoteTrack) => this.#silenced(track));
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
    room.on(RoomEvent.TrackMuted, (publication, participant) => {
      if (room === this.#room && participant.isLocal) this.#mutedFromOutside(publication.source);
    });
    room.on(RoomEvent.TrackUnmuted, (publication, participant) => {
      if (room === this.#room && participant.isLocal) this.#unmutedFromOutside(room, publication.source);
    });
    room.on(RoomEvent.LocalTrackUnpublished, ({ source }) => {
      // The SDK unpublishes all when it loses the room, and says so of the room only afterwards.
      queueMicrotask(() => {
        if (room === this.#room && room.state === ConnectionState.Connected) this.#unpublished(source);
      });
    });
    return room;
  }

  #linked(room: Room, kind: "reconnecting" | "connected"): void {
    if (room !== this.#room) return;
    this.#set({ status: { kind } });
    this.#look();
    if (kind === "connected") this.#sendWhatIsWanted();
  }

  #disconnected(run: number, reason: DisconnectReason | undefined): void {
    if (reason === DisconnectReason.CLIENT_INITIATED) return;
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
    for (const sound of this.#sounds.values()) sound.remove();
    this.#sounds.clear();
    // A screen is not shared again without being asked anew.
    this.#wanted.screen = false;
    this.#switched("screen", "off");
    void room?.disconnect();
  }

  /** Sound is played by elements of the page's own body: it goes on whatever is drawn, in picture in picture too. */
  #heard(track: RemoteTrack): void {
    if (track.kind !== Track.Kind.Audio || !track.sid) return;
    const sound = track.attach();
    sound.hidden = true;
    document.body.append(sound);
    this.#sounds.set(track.sid, sound);
  }

  #silenced(track: RemoteTrack): void {
    if (track.kind !== Track.Kind.Audio) return;
    for (const element of track.detach()) element.remove();
    if (track.sid) this.#sounds.delete(track.sid);
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

  #want(source: Source, on: boolean): Promise<void> {
    if (this.#wanted[source] === on) return this.#work;
    this.#wanted[source] = on;
    this.#clearProblem();
    if (!on) this.#quiet(source);
    if (this.#state.status.kind !== "connected") {
      this.#switched(source, on ? "starting" : "off");
      if (on) return this.#work;
    }
    if (on) this.#switched(source, "starting");
    return this.#queue(() => (this.#wanted[source] ? this.#on(source) : this.#off(source)));
  }

  /** At once: what waits in the queue may be waiting for a lost connection. */
  #quiet(source: Source): void {
    const me = this.#room?.localParticipant;
    const sent = source === "screen" ? [SOURCES.screen, Track.Source.ScreenShareAudio] : [SOURCES[source]];
    for (const one of sent) {
      const track = me?.getTrackPublication(one)?.track as LocalTrack | undefined;
      void track?.mute().catch(() => undefined);
    }
  }

  #sendWhatIsWanted(): void {
    for (const source of ["microphone", "camera"] as const) {
      if (this.#wanted[source]) void this.#queue(() => this.#on(source));
    }
  }

  #queue(work: () => Promise<void>): Promise<void> {
    this.#work = this.#work.then(work, work).catch(() => undefined);
    return this.#work;
  }

  /** Device, announcement, publication; whatever fails leaves it off, and says why. */
  async #on(source: "camera" | "microphone" | "screen"): Promise<void> {
    const room = this.#room;
    if (source === "screen" || !room || this.#state.status.kind !== "connected" || !this.#wanted[source]) return;
    const me = room.localParticipant;
    const published = me.getTrackPublication(SOURCES[source]);
    if (published && !published.isMuted) return this.#switched(source, "on");
    this.#switched(source, "starting");
    let fresh: LocalTrack | undefined;
    try {
      if (!published) fresh = await openDevice(room, source);
      await this.#announce({ ...this.#sends(), [source]: true });
      if (room !== this.#room) throw new DOMException("left meanwhile", "AbortError");
      if (!this.#wanted[source]) {
        fresh?.stop();
        return await this.#off(source);
      }
      if (fresh) await me.publishTrack(fresh);
      else await published?.unmute();
      this.#switched(source, "on");
    } catch (error) {
      fresh?.stop();
      // The room was left or lost meanwhile: the next one is sent what is wanted then.
      if (room !== this.#room) return;
      this.#wanted[source] = false;
      this.#switched(source, "off");
      // A refusal of the server's was said where the command was given.
      if (!(error instanceof Problem)) {
        this.#set({ problem: { source, problem: problemOf(error, await permissionFor(source)) } });
        await this.#say();
      }
    }
    this.#look();
  }

  async #off(source: Source): Promise<void> {
    const me = this.#room?.localParticipant;
    const published = me?.getTrackPublication(SOURCES[source]);
    this.#wanted[source] = false;
    if (source === "screen") {
      const sound = me?.getTrackPublication(Track.Source.ScreenShareAudio);
      for (const track of [published?.track, sound?.track])
        if (track && me) await me.unpublishTrack(track as LocalTrack, true);
    } else if (published && !published.isMuted) {
      await (published.track as LocalTrack | undefined)?.mute();
    }
    this.#switched(source, "off");
    this.#look();
    await this.#say();
  }

  async #publishScreen(room: Room, tracks: LocalTrack[]): Promise<void> {
    const stop = () => {
      for (const track of tracks) track.stop();
      this.#wanted.screen = false;
      this.#switched("screen", "off");
    };
    if (room !== this.#room) return stop();
    try {
      await this.#announce({ ...this.#sends(), screen: true });
      await mayShareScreen(room, this.#world);
      const [picture, sound] = [
        tracks.find(({ kind }) => kind === "video"),
        tracks.find(({ kind }) => kind === "audio"),
      ];
      if (picture) await room.localParticipant.publishTrack(picture);
      this.#switched("screen", "on");
      // A screen without its sound is still a screen.
      if (sound) await room.localParticipant.publishTrack(sound).catch(() => sound.stop());
    } catch (error) {
      stop();
      if (!(error instanceof Problem)) {
        this.#set({ problem: { source: "screen", problem: "unknown" } });
        await this.#say();
      }
    }
    this.#look();
  }

  async #announce(sends: Sends): Promise<void> {
    this.#set({ announcing: true });
    try {
      await this.#host.announce(sends);
    } finally {
      this.#set({ announcing: false });
    }
  }

  /** Says what is sent now; a refusal is of no matter where something was switched off. */
  async #say(): Promise<void> {
    try {
      await this.#announce(this.#sends());
    } catch {
      // Not inside any more, or disconnected: what was sent is forgotten there by itself.
    }
  }

  #sends(): Sends {
    const { camera, microphone, screen } = this.#state.switches;
    return { camera: camera === "on", microphone: microphone === "on", screen: screen === "on" };
  }

  /** The server muted it, or the device is gone. */
  #mutedFromOutside(mediaSource: Track.Source): void {
    const source = sourceOf(mediaSource);
    if (source && this.#wanted[source]) void this.#want(source, false);
  }

  /** Nobody switches on for another. */
  #unmutedFromOutside(room: Room, mediaSource: Track.Source): void {
    const source = sourceOf(mediaSource);
    if (!source || this.#wanted[source]) return;
    void (room.localParticipant.getTrackPublication(mediaSource)?.track as LocalTrack | undefined)?.mute();
  }

  /** The browser's own “Stop sharing”, or a right that was taken. */
  #unpublished(mediaSource: Track.Source): void {
    const source = sourceOf(mediaSource);
    const published = this.#room?.localParticipant.getTrackPublication(mediaSource);
    if (source && !published && this.#wanted[source] && this.#state.switches[source] === "on") {
      void this.#want(source, false);
    }
  }

  #switched(source: Source, to: SwitchState): void {
    if (this.#state.switches[source] === to) return;
    this.#set({ switches: { ...this.#state.switches, [source]: to } });
  }

  #clearProblem(): void {
    if (this.#state.problem) this.#set({ problem: null });
  }

  #set(change: Partial<MediaState>): void {
    this.#state = { ...this.#state, ...change };
    for (const listener of this.#listeners) listener();
  }
}

async function openDevice(room: Room, source: "camera" | "microphone"): Promise<LocalTrack> {
  const [track] = await room.localParticipant.createTracks(source === "camera" ? { video: true } : { audio: true });
  if (!track) throw new DOMException("no track", "NotFoundError");
  return track;
}

/** Trying again would be answered the same. */
function isFinal(problem: Problem): boolean {
  return problem.status >= 400 && problem.status < 500 && problem.status !== 408 && problem.status !== 429;
}
