import { type RemoteTrack, Track } from "livekit-client";

/** Plays what is heard by elements of the page's own body: it goes on whatever is drawn, in picture in picture too. */
export class Sounds {
  readonly #playing = new Map<string, HTMLMediaElement>();

  play(track: RemoteTrack): void {
    if (track.kind !== Track.Kind.Audio || !track.sid) return;
    const sound = track.attach();
    sound.hidden = true;
    document.body.append(sound);
    this.#playing.set(track.sid, sound);
  }

  stop(track: RemoteTrack): void {
    if (track.kind !== Track.Kind.Audio) return;
    for (const element of track.detach()) element.remove();
    if (track.sid) this.#playing.delete(track.sid);
  }

  stopAll(): void {
    for (const sound of this.#playing.values()) sound.remove();
    this.#playing.clear();
  }
}
