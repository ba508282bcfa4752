import { ConnectionState, type LocalTrack, type Room, RoomEvent, Track } from "livekit-client";
import { Problem } from "../../api/rest/http";
import type { World } from "../../core/world";
import { permissionFor, problemOf, type Source } from "../devices/problem";
import { mayShareScreen } from "./may-share-screen";
import { SOURCES, sourceOf } from "./media-person";
import type { Announced, MediaHost, MediaState, Sends, SwitchState } from "./media-state";

/** What sending needs of the connection, and of the state that views see. */
export interface Connection {
  /** The room that is connected to, or is being. */
  room(): Room | null;
  state(): MediaState;
  set(change: Partial<MediaState>): void;
  /** The people of the room may have changed. */
  look(): void;
}

/**
 * Sends what its user switched on and nothing else.
 *
 * The order of switching on is: open the device, have it announced, publish. The server stops what was not announced.
 */
export class Publishing {
  readonly #world: World;
  readonly #host: MediaHost;
  readonly #connection: Connection;
  /** What is wanted on now, whether or not it is already sent. */
  readonly #wanted: Sends;
  /** Open and not yet sent: the SDK does not close these when the room is left. */
  readonly #opened = new Set<LocalTrack>();
  /** Switching is one thing after the other: an answer that comes late must not undo what came after it. */
  #work: Promise<void> = Promise.resolve();

  constructor(
    world: World,
    host: MediaHost,
    connection: Connection,
    { camera, microphone }: Pick<Sends, "camera" | "microphone">,
  ) {
    this.#world = world;
    this.#host = host;
    this.#connection = connection;
    this.#wanted = { camera, microphone, screen: false };
  }

  /** Switches on or off as soon as there is a connection; off is silent at once. */
  want(source: Source, on: boolean): Promise<void> {
    if (this.#wanted[source] === on) return this.#work;
    this.#wanted[source] = on;
    this.#clearProblem();
    if (!on) this.#quiet(source);
    if (this.#connection.state().status.kind !== "connected") {
      this.#switched(source, on ? "starting" : "off");
      if (on) return this.#work;
    }
    if (on) this.#switched(source, "starting");
    return this.#queue(() => (this.#wanted[source] ? this.#on(source) : this.#off(source)));
  }

  /** To be called from a press of a button: browsers ask which screen only then. */
  async shareScreen(on: boolean): Promise<void> {
    const room = this.#connection.room();
    if (!on || !room) return this.want("screen", false);
    if (this.#wanted.screen) return;
    this.#clearProblem();
    let tracks: LocalTrack[];
    try {
      tracks = await room.localParticipant.createScreenTracks({ audio: true, selfBrowserSurface: "exclude" });
    } catch (error) {
      this.#connection.set({ problem: { source: "screen", problem: problemOf(error) } });
      return;
    }
    for (const track of tracks) this.#opened.add(track);
    this.#wanted.screen = true;
    this.#switched("screen", "starting");
    await this.#queue(() => this.#publishScreen(room, tracks));
  }

  /** The conversation forgot what is sent. Whatever it does not take is switched off. */
  announceAgain(): void {
    void this.#queue(async () => {
      const sends = this.#sends();
      try {
        await this.#announce(sends, "goes_on");
      } catch {
        for (const source of ["screen", "camera", "microphone"] as const) {
          if (sends[source]) await this.#off(source);
        }
      }
    });
  }

  /** There is a connection, or one again. */
  sendWhatIsWanted(): void {
    for (const source of ["microphone", "camera"] as const) {
      if (this.#wanted[source]) void this.#queue(() => this.#on(source));
    }
  }

  /** What happens to one's own tracks without this page's doing. */
  follow(room: Room): void {
    const isCurrent = () => room === this.#connection.room();
    room.on(RoomEvent.TrackMuted, (publication, participant) => {
      if (isCurrent() && participant.isLocal) this.#mutedFromOutside(publication.source);
    });
    room.on(RoomEvent.TrackUnmuted, (publication, participant) => {
      if (isCurrent() && participant.isLocal) this.#unmutedFromOutside(room, publication.source);
    });
    room.on(RoomEvent.LocalTrackUnpublished, ({ source }) => {
      // The SDK unpublishes all when it loses the room, and says so of the room only afterwards.
      queueMicrotask(() => {
        if (isCurrent() && room.state === ConnectionState.Connected) this.#unpublished(source);
      });
    });
  }

  /** No light stays on; a screen is not shared again without being asked anew. */
  roomIsLeft(): void {
    for (const track of this.#opened) track.stop();
    this.#opened.clear();
    this.#wanted.screen = false;
    this.#switched("screen", "off");
  }

  /** At once: what waits in the queue may be waiting for a lost connection. */
  #quiet(source: Source): void {
    const me = this.#connection.room()?.localParticipant;
    const sent = source === "screen" ? [SOURCES.screen, Track.Source.ScreenShareAudio] : [SOURCES[source]];
    for (const one of sent) {
      const track = me?.getTrackPublication(one)?.track as LocalTrack | undefined;
      void track?.mute().catch(() => undefined);
    }
  }

  #queue(work: () => Promise<void>): Promise<void> {
    this.#work = this.#work.then(work, work).catch(() => undefined);
    return this.#work;
  }

  /** Device, announcement, publication; whatever fails leaves it off, and says why. */
  async #on(source: "camera" | "microphone" | "screen"): Promise<void> {
    const room = this.#connection.room();
    if (source === "screen" || !room || this.#connection.state().status.kind !== "connected" || !this.#wanted[source])
      return;
    const me = room.localParticipant;
    const published = me.getTrackPublication(SOURCES[source]);
    if (published && !published.isMuted) return this.#switched(source, "on");
    this.#switched(source, "starting");
    let fresh: LocalTrack | undefined;
    try {
      if (!published) {
        fresh = await openDevice(room, source);
        this.#opened.add(fresh);
      }
      // To announce it now would begin the call again that was left while the device opened.
      this.#stillIn(room);
      await this.#announce({ ...this.#sends(), [source]: true }, "begins");
      this.#stillIn(room);
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
      if (room !== this.#connection.room()) return;
      this.#wanted[source] = false;
      this.#switched(source, "off");
      // A refusal of the server's was said where the command was given.
      if (!(error instanceof Problem)) {
        this.#connection.set({ problem: { source, problem: problemOf(error, await permissionFor(source)) } });
        await this.#say();
      }
    } finally {
      if (fresh) this.#opened.delete(fresh);
    }
    this.#connection.look();
  }

  #stillIn(room: Room): void {
    if (room !== this.#connection.room()) throw new DOMException("left meanwhile", "AbortError");
  }

  async #off(source: Source): Promise<void> {
    const me = this.#connection.room()?.localParticipant;
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
    this.#connection.look();
    await this.#say();
  }

  async #publishScreen(room: Room, tracks: LocalTrack[]): Promise<void> {
    const stop = () => {
      for (const track of tracks) track.stop();
      this.#wanted.screen = false;
      this.#switched("screen", "off");
    };
    if (room !== this.#connection.room()) return stop();
    try {
      await this.#announce({ ...this.#sends(), screen: true }, "begins");
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
        this.#connection.set({ problem: { source: "screen", problem: "unknown" } });
        await this.#say();
      }
    } finally {
      for (const track of tracks) this.#opened.delete(track);
    }
    this.#connection.look();
  }

  async #announce(sends: Sends, call: Announced): Promise<void> {
    this.#connection.set({ announcing: true });
    try {
      await this.#host.announce(sends, call);
    } finally {
      this.#connection.set({ announcing: false });
    }
  }

  /** Says what is sent now; a refusal is of no matter where something was switched off. */
  async #say(): Promise<void> {
    try {
      await this.#announce(this.#sends(), "goes_on");
    } catch {
      // Not inside any more, or disconnected: what was sent is forgotten there by itself.
    }
  }

  #sends(): Sends {
    const { camera, microphone, screen } = this.#connection.state().switches;
    return { camera: camera === "on", microphone: microphone === "on", screen: screen === "on" };
  }

  /** The server muted it, or the device is gone. */
  #mutedFromOutside(mediaSource: Track.Source): void {
    const source = sourceOf(mediaSource);
    if (source && this.#wanted[source]) void this.want(source, false);
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
    const published = this.#connection.room()?.localParticipant.getTrackPublication(mediaSource);
    if (source && !published && this.#wanted[source] && this.#connection.state().switches[source] === "on") {
      void this.want(source, false);
    }
  }

  #switched(source: Source, to: SwitchState): void {
    if (this.#connection.state().switches[source] === to) return;
    this.#connection.set({ switches: { ...this.#connection.state().switches, [source]: to } });
  }

  #clearProblem(): void {
    if (this.#connection.state().problem) this.#connection.set({ problem: null });
  }
}

async function openDevice(room: Room, source: "camera" | "microphone"): Promise<LocalTrack> {
  const [track] = await room.localParticipant.createTracks(source === "camera" ? { video: true } : { audio: true });
  if (!track) throw new DOMException("no track", "NotFoundError");
  return track;
}
