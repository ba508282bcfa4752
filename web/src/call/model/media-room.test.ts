import { ConnectionState, DisconnectReason, type Room, RoomEvent, Track } from "livekit-client";
import { describe, expect, it } from "vitest";
import { Problem } from "../../api/rest/http";
import { VirtualWorld } from "../../core/testing/virtual-world";
import { NOTHING_ON } from "../devices/choice";
import { MediaRoom } from "./media-room";
import type { Sends } from "./media-state";

/** As much of the SDK's room as the call uses, with what happened to it. */
class FakeRoom {
  state = ConnectionState.Disconnected;
  canPlaybackAudio = true;
  readonly remoteParticipants = new Map();
  readonly published = new Map<Track.Source, FakePublication>();
  readonly did: string[] = [];
  readonly #handlers = new Map<string, ((...args: unknown[]) => void)[]>();

  readonly localParticipant = {
    identity: "2",
    isLocal: true,
    isSpeaking: false,
    connectionQuality: "good",
    permissions: { canPublish: true, canPublishSources: [] as number[] },
    getTrackPublication: (source: Track.Source) => this.published.get(source),
    createTracks: async ({ video }: { video?: boolean }) => {
      const source = video ? Track.Source.Camera : Track.Source.Microphone;
      this.did.push(`open ${source}`);
      return [{ kind: video ? "video" : "audio", source, stop: () => this.did.push(`close ${source}`) }];
    },
    createScreenTracks: async () => [{ kind: "video", source: Track.Source.ScreenShare, stop: () => undefined }],
    publishTrack: async (track: { source: Track.Source }) => {
      this.did.push(`publish ${track.source}`);
      this.published.set(track.source, new FakePublication(this, track.source));
    },
    unpublishTrack: async (track: { source: Track.Source }) => {
      this.did.push(`unpublish ${track.source}`);
      this.published.delete(track.source);
      this.tells(RoomEvent.LocalTrackUnpublished, { source: track.source });
    },
  };

  on(event: string, handler: (...args: unknown[]) => void) {
    this.#handlers.set(event, [...(this.#handlers.get(event) ?? []), handler]);
    return this;
  }

  off() {
    return this;
  }

  async connect(_url: string, token: string) {
    this.did.push(`connect ${token}`);
    this.state = ConnectionState.Connected;
  }

  async disconnect() {
    this.did.push("disconnect");
    this.state = ConnectionState.Disconnected;
  }

  tells(event: string, ...args: unknown[]) {
    for (const handler of this.#handlers.get(event) ?? []) handler(...args);
  }
}

class FakePublication {
  isMuted = false;
  readonly videoTrack = {};
  readonly track: { source: Track.Source; mute: () => Promise<void> };

  constructor(
    readonly room: FakeRoom,
    readonly source: Track.Source,
  ) {
    this.track = { source, mute: () => this.mute() };
  }

  async mute() {
    this.isMuted = true;
    this.room.did.push(`mute ${this.source}`);
    this.room.tells(RoomEvent.TrackMuted, this, this.room.localParticipant);
  }

  async unmute() {
    this.isMuted = false;
    this.room.did.push(`unmute ${this.source}`);
    this.room.tells(RoomEvent.TrackUnmuted, this, this.room.localParticipant);
  }
}

interface Story {
  on?: Partial<Sends>;
  tokens?: (() => { url: string; token: string; expires_at: number })[];
  refuses?: (sends: Sends) => boolean;
}

const token = (name: string) => () => ({ url: "wss://media", token: name, expires_at: 0 });

function call({ on = {}, tokens = [], refuses = () => false }: Story = {}) {
  const world = new VirtualWorld();
  const rooms: FakeRoom[] = [];
  const announced: Sends[] = [];
  let answers = true;
  const media = new MediaRoom(
    world,
    {
      fetchToken: async () => (tokens.shift() ?? token("again"))(),
      announce: async (sends) => {
        rooms.at(-1)?.did.push("announce");
        if (!answers) await new Promise(() => undefined);
        if (refuses(sends)) throw new Problem(403, { code: "not_allowed" });
        announced.push(sends);
      },
      left: () => rooms.at(-1)?.did.push("left"),
    },
    { ...NOTHING_ON, ...on },
    () => {
      const room = new FakeRoom();
      rooms.push(room);
      return room as unknown as Room;
    },
  );
  const unanswered = () => {
    answers = false;
  };
  return { world, media, rooms, announced, unanswered, room: () => rooms.at(-1) as FakeRoom };
}

/** Lets all that waits for nothing but promises happen. */
const settled = async () => {
  for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
};

const NOTHING = { camera: false, microphone: false, screen: false };

describe("a call's media", () => {
  it("opens no device for one who chose none", async () => {
    const { media, room } = call();
    media.start();
    await settled();
    expect(media.snapshot().status.kind).toBe("connected");
    expect(room().did.filter((did) => did.startsWith("open"))).toEqual([]);
  });

  it("opens a device, has it announced, and only then publishes it", async () => {
    const { media, room, announced } = call();
    media.start();
    await settled();
    await media.switchCamera(true);
    expect(room().did.slice(1)).toEqual(["open camera", "announce", "publish camera"]);
    expect(announced).toEqual([{ ...NOTHING, camera: true }]);
    expect(media.snapshot().switches.camera).toBe("on");
  });

  it("publishes nothing that was refused, and closes the device", async () => {
    const { media, room } = call({ refuses: ({ camera }) => camera });
    media.start();
    await settled();
    await media.switchCamera(true);
    expect(room().did).toContain("close camera");
    expect(room().did).not.toContain("publish camera");
    expect(media.snapshot().switches.camera).toBe("off");
  });

  it("publishes what was chosen in the waiting room once it is connected", async () => {
    const { media, announced } = call({ on: { microphone: true } });
    media.start();
    await settled();
    expect(announced.at(-1)).toEqual({ ...NOTHING, microphone: true });
  });

  it("switches off first and tells afterwards", async () => {
    const { media, room, announced } = call({ on: { microphone: true } });
    media.start();
    await settled();
    await media.switchMicrophone(false);
    expect(room().did.slice(-2)).toEqual(["mute microphone", "announce"]);
    expect(announced.at(-1)).toEqual(NOTHING);
  });

  it("keeps off what the server muted", async () => {
    const { media, room } = call({ on: { microphone: true } });
    media.start();
    await settled();
    await room().published.get(Track.Source.Microphone)?.mute();
    await settled();
    expect(media.snapshot().switches.microphone).toBe("off");
    room().tells(RoomEvent.Reconnected);
    await settled();
    expect(room().published.get(Track.Source.Microphone)?.isMuted).toBe(true);
  });

  it("is not switched on by anybody else", async () => {
    const { media, room } = call({ on: { microphone: true } });
    media.start();
    await settled();
    await media.switchMicrophone(false);
    await room().published.get(Track.Source.Microphone)?.unmute();
    await settled();
    expect(room().published.get(Track.Source.Microphone)?.isMuted).toBe(true);
  });

  it("fetches a new token after the connection was lost, and sends again what was on", async () => {
    const { media, world, rooms, room } = call({ on: { camera: true }, tokens: [token("first"), token("second")] });
    media.start();
    await settled();
    // The SDK gives up: it unpublishes all before it says so.
    const lost = room();
    lost.tells(RoomEvent.LocalTrackUnpublished, { source: Track.Source.Camera });
    lost.state = ConnectionState.Disconnected;
    lost.published.clear();
    lost.tells(RoomEvent.Disconnected, DisconnectReason.SIGNAL_CLOSE);
    await settled();
    expect(media.snapshot().status.kind).toBe("reconnecting");
    world.pass(20_000);
    await settled();
    expect(rooms).toHaveLength(2);
    expect(room().did[0]).toBe("connect second");
    expect(room().published.has(Track.Source.Camera)).toBe(true);
  });

  it("shares no screen by itself after the connection was lost", async () => {
    const { media, world, room } = call();
    media.start();
    await settled();
    await media.shareScreen(true);
    expect(media.snapshot().switches.screen).toBe("on");
    room().tells(RoomEvent.Disconnected, DisconnectReason.SIGNAL_CLOSE);
    world.pass(20_000);
    await settled();
    expect(media.snapshot().switches.screen).toBe("off");
    expect(room().published.has(Track.Source.ScreenShare)).toBe(false);
  });

  it("tells when the browser's own bar stopped the sharing", async () => {
    const { media, room, announced } = call();
    media.start();
    await settled();
    await media.shareScreen(true);
    room().published.delete(Track.Source.ScreenShare);
    room().tells(RoomEvent.LocalTrackUnpublished, { source: Track.Source.ScreenShare });
    await settled();
    expect(media.snapshot().switches.screen).toBe("off");
    expect(announced.at(-1)).toEqual(NOTHING);
  });

  it("does not push out the same person’s other tab", async () => {
    const { media, world, rooms, room } = call();
    media.start();
    await settled();
    room().tells(RoomEvent.Disconnected, DisconnectReason.DUPLICATE_IDENTITY);
    world.pass(120_000);
    await settled();
    expect(media.snapshot().status.kind).toBe("elsewhere");
    expect(rooms).toHaveLength(1);
    // Nor does leaving here end the call there.
    media.stop();
    expect(room().did).not.toContain("left");
    media.start();
    await settled();
    room().tells(RoomEvent.Disconnected, DisconnectReason.DUPLICATE_IDENTITY);
    media.retry();
    await settled();
    expect(media.snapshot().status.kind).toBe("connected");
  });

  it("asks no second time for a token that is refused for a reason", async () => {
    const refused = () => {
      throw new Problem(403, { code: "video_disabled", detail: "Video is disabled by the owner." });
    };
    const { media, world, rooms } = call({ tokens: [refused] });
    media.start();
    await settled();
    world.pass(120_000);
    await settled();
    expect(media.snapshot().status).toMatchObject({ kind: "refused", problem: { code: "video_disabled" } });
    expect(rooms).toHaveLength(0);
  });

  it("tries again where the server could not answer, at once when the network is back", async () => {
    const unreachable = () => {
      throw new Problem(503, { code: "media_unreachable", detail: "Please try video again in a moment." });
    };
    const { media, world } = call({ tokens: [unreachable] });
    media.start();
    await settled();
    const why = { message: "Please try video again in a moment." };
    expect(media.snapshot().status).toMatchObject({ kind: "connecting", why });
    world.wake();
    await settled();
    expect(media.snapshot().status.kind).toBe("connected");
  });

  it("announces nothing of a device that opened after it was stopped", async () => {
    const { media, room, announced } = call();
    media.start();
    await settled();
    let opened: () => void = () => undefined;
    const opening = new Promise<void>((resolve) => {
      opened = resolve;
    });
    const open = room().localParticipant.createTracks;
    room().localParticipant.createTracks = async (wish) => {
      await opening;
      return open(wish);
    };
    const left = room();
    const switching = media.switchCamera(true);
    await settled();
    media.stop();
    opened();
    await switching;
    await settled();
    expect(announced.filter(({ camera }) => camera)).toEqual([]);
    expect(left.did.at(-1)).toBe("close camera");
  });

  it("closes a device that opened while its announcement got no answer, when it is stopped", async () => {
    const { media, room, unanswered } = call();
    media.start();
    await settled();
    unanswered();
    void media.switchCamera(true);
    await settled();
    const left = room();
    expect(left.did.at(-1)).toBe("announce");
    media.stop();
    expect(left.did).toContain("close camera");
  });

  it("shows what was chosen as on its way, and lets it be taken back before there is a connection", async () => {
    const { media, room } = call({ on: { camera: true } });
    media.start();
    expect(media.snapshot().switches.camera).toBe("starting");
    void media.switchCamera(false);
    expect(media.snapshot().switches.camera).toBe("off");
    await settled();
    expect(room().did).not.toContain("open camera");
  });

  it("connects again after the SDK left by itself, as it does when a page is frozen", async () => {
    const { media, world, rooms, room } = call();
    media.start();
    await settled();
    room().tells(RoomEvent.Disconnected, DisconnectReason.CLIENT_INITIATED);
    expect(media.snapshot().status.kind).toBe("reconnecting");
    world.pass(10_000);
    await settled();
    expect(rooms).toHaveLength(2);
    expect(media.snapshot().status.kind).toBe("connected");
  });

  it("says that it left also while it comes back, which gives the screen back", async () => {
    const { media, world, room } = call();
    media.start();
    await settled();
    await media.shareScreen(true);
    room().tells(RoomEvent.Disconnected, DisconnectReason.UNKNOWN_REASON);
    world.wake();
    expect(media.snapshot().status.kind).toBe("connecting");
    media.stop();
    expect(room().did).toContain("left");
  });

  it("sends nothing any more once it is stopped, whatever was on its way", async () => {
    const { media, room, rooms, world } = call({ on: { camera: true } });
    media.start();
    await settled();
    media.stop();
    await media.switchCamera(true);
    world.pass(60_000);
    await settled();
    expect(rooms).toHaveLength(1);
    expect(room().did.at(-1)).toBe("disconnect");
    expect(media.snapshot().people).toEqual([]);
  });
});

it("a picture that the server pauses for a slow line is known to stand still, until it goes on", async () => {
  const { media, room } = call();
  media.start();
  await settled();
  const track = { streamState: Track.StreamState.Active };
  room().remoteParticipants.set("7", {
    identity: "7",
    isSpeaking: false,
    connectionQuality: "poor",
    getTrackPublication: (source: Track.Source) =>
      source === Track.Source.Camera ? { isMuted: false, track, videoTrack: track } : undefined,
  });
  const paused = () => media.snapshot().people.find(({ id }) => id === 7)?.paused;
  for (const [state, camera] of [
    [Track.StreamState.Paused, true],
    [Track.StreamState.Active, false],
  ] as const) {
    track.streamState = state;
    room().tells(RoomEvent.TrackStreamStateChanged);
    expect(paused()).toEqual({ camera, screen: false });
  }
});

it("a device that does not work is told, and the one before stays chosen", async () => {
  const { media, room } = call();
  media.start();
  await settled();
  const switchActiveDevice = async (_kind: string, id: string) => {
    if (id === "unplugged") throw new DOMException("", "NotFoundError");
  };
  Object.assign(room(), { switchActiveDevice });
  expect(await media.chooseDevice("camera", "good")).toBe(true);
  expect(await media.chooseDevice("camera", "unplugged")).toBe(false);
  expect(media.snapshot().devices.cameraId).toBe("good");
  expect(media.snapshot().problem?.source).toBe("camera");
});
