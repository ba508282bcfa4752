import { describe, expect, it } from "vitest";
import { participant, view } from "../../core/testing/people";
import type { MediaPerson } from "./media-person";
import { columnsFor, isAlone, type MediaRoomFacts, type StageFacts, stageOf, tilesOf } from "./tiles";

const sends = (id: number, more: Partial<MediaPerson> = {}): MediaPerson => ({
  id,
  camera: null,
  screen: null,
  microphone: true,
  speaking: false,
  quality: "good",
  paused: { camera: false, screen: false },
  ...more,
});
const screen = {} as NonNullable<MediaPerson["screen"]>;

const persona = participant(1, "Michael", "persona");
const sam = participant(2, "Sam", "visitor");
const dana = participant(3, "Dana", "owner");
const tom = participant(4, "Tom", "colleague");

const all = view({ participants: [persona, sam, dana, tom] });
const connected = (...people: MediaPerson[]): MediaRoomFacts => ({ people, status: { kind: "connected" } });
const reconnecting = (...people: MediaPerson[]): MediaRoomFacts => ({ people, status: { kind: "reconnecting" } });
const keys = (...args: Parameters<typeof tilesOf>) => tilesOf(...args).map(({ key }) => key);

describe("the tiles of a call", () => {
  it("are the persona, screens, the others as they came, and oneself last", () => {
    expect(keys(all, connected(sends(2), sends(3), sends(4, { screen })))).toEqual([
      "persona",
      "screen-4",
      "person-3",
      "person-4",
      "person-2",
    ]);
  });

  it("show nobody who only watches, is away, or has gone", () => {
    const others = [
      participant(5, "Eve", "supervisor", { presence_mode: "monitor" }),
      participant(6, "Al", "guest", { presence: { kind: "away", since: 0 } }),
      participant(7, "Bo", "guest", { presence: { kind: "removed", at: 0 } }),
      participant(8, "Di", "guest", { presence: { kind: "left", at: 0 } }),
    ];
    const with_them = view({ participants: [persona, sam, ...others] });
    expect(keys(with_them, connected(sends(5), sends(6), sends(7), sends(8)))).toEqual(["persona", "person-2"]);
  });

  it("show nobody whom the conversation does not know, whatever the media server says", () => {
    expect(keys(all, connected(sends(99, { screen })))).not.toContain("screen-99");
  });

  it("keep the place of one whose connection dropped", () => {
    const dropped = participant(3, "Dana", "owner", { presence: { kind: "dropped", since: 0 } });
    expect(keys(view({ participants: [persona, sam, dropped] }), reconnecting())).toContain("person-3");
  });

  it("are not of those who go on by text alone", () => {
    expect(keys(all, connected(sends(2), sends(4)))).toEqual(["persona", "person-4", "person-2"]);
  });

  it("keep the place of one who is in the call and is not back yet", () => {
    const dana = participant(3, "Dana", "owner", { in_call: true });
    const facts = connected(sends(2));
    const tiles = tilesOf(view({ participants: [persona, sam, dana] }), facts);
    expect(tiles.map(({ key }) => key)).toContain("person-3");
    expect(isAlone(tiles, facts)).toBe(false);
  });
});

describe("being alone in a call", () => {
  const alone = (media: MediaRoomFacts) => isAlone(tilesOf(all, media), media);

  it("is to have nobody else there, with devices on or off", () => {
    expect(alone(connected(sends(2)))).toBe(true);
    expect(alone(connected(sends(2), sends(3, { microphone: false })))).toBe(false);
  });

  it("is not known without a connection of one's own", () => {
    expect(alone(reconnecting())).toBe(false);
  });
});

describe("the large tile", () => {
  const calm: StageFacts = { pinned: null, personaSpeaks: false, personaSteppedBack: false, speakers: [] };
  const large = (facts: Partial<StageFacts>, media: MediaPerson[] = []) =>
    stageOf(tilesOf(all, connected(sends(2), sends(3), sends(4), ...media)), { ...calm, ...facts })?.key;

  it("is the persona's while it leads, whoever speaks", () => {
    expect(large({})).toBe("persona");
    expect(large({ speakers: [3] })).toBe("persona");
  });

  it("is of the last other who spoke once the persona has stepped back", () => {
    expect(large({ personaSteppedBack: true, speakers: [4, 3] })).toBe("person-4");
    expect(large({ personaSteppedBack: true })).toBe("persona");
  });

  it("is never of oneself for having spoken", () => {
    expect(large({ personaSteppedBack: true, speakers: [2, 3] })).toBe("person-3");
  });

  it("is the persona's again while it answers", () => {
    expect(large({ personaSteppedBack: true, personaSpeaks: true, speakers: [3] })).toBe("persona");
  });

  it("is another's screen, but not one's own", () => {
    expect(large({ personaSpeaks: true }, [sends(3, { screen })])).toBe("screen-3");
    expect(large({}, [sends(2, { screen })])).toBe("persona");
  });

  it("is what was pinned, as long as that is there", () => {
    expect(large({ pinned: "person-4" }, [sends(3, { screen })])).toBe("person-4");
    expect(large({ pinned: "person-77" })).toBe("persona");
  });
});

describe("the grid", () => {
  it("stacks two tiles on a phone held upright and puts them side by side on a wide screen", () => {
    expect(columnsFor(2, 390, 700, 8)).toBe(1);
    expect(columnsFor(2, 1_280, 600, 8)).toBe(2);
  });

  it.each([
    [1, 1],
    [4, 2],
    [9, 3],
    [16, 4],
  ])("makes %i tiles as large as may be in %i columns of a screen of their own shape", (count, columns) => {
    expect(columnsFor(count, 1_600, 900, 0)).toBe(columns);
  });

  it("has a column even where there is no room", () => {
    expect(columnsFor(3, 0, 0, 8)).toBe(1);
  });
});
