import type { ParticipantCard, ParticipantId, View } from "../../api/words";
import { presenceOf } from "../../conversation/model/people";
import type { MediaPerson } from "./media-person";
import type { MediaState } from "./media-state";

/** One picture of the call. */
export type Tile =
  | { kind: "persona"; key: string }
  | { kind: "person"; key: string; person: ParticipantCard; media: MediaPerson | null; you: boolean }
  | { kind: "screen"; key: string; person: ParticipantCard; media: MediaPerson; you: boolean };

const PERSONA_KEY = "persona";

/** The media room, as far as it tells who is in the call. */
export type MediaRoomFacts = Pick<MediaState, "people" | "status">;

/**
 * Everybody with a part in the call: the persona, the screens that are shared, the others as they came, oneself last. Who is away,
 * only watches, or goes on by text alone has no picture; the list of people has them.
 */
export function tilesOf(view: View, media: MediaRoomFacts): Tile[] {
  const sent = new Map(media.people.map((one) => [one.id, one]));
  const { participant_id: you } = view.you;
  // Without a connection of one's own nobody can be said to have left the call.
  const inCall = ({ id, in_call }: ParticipantCard) =>
    media.status.kind !== "connected" || id === you || sent.has(id) || in_call;
  const people = view.participants.filter((person) => takesPart(person) && inCall(person));
  const screens = people.flatMap((person): Tile[] => {
    const shown = sent.get(person.id);
    return shown?.screen
      ? [{ kind: "screen", key: `screen-${person.id}`, person, media: shown, you: person.id === you }]
      : [];
  });
  const faces = people
    .toSorted((a, b) => Number(a.id === you) - Number(b.id === you))
    .map(
      (person): Tile => ({
        kind: "person",
        key: `person-${person.id}`,
        person,
        media: sent.get(person.id) ?? null,
        you: person.id === you,
      }),
    );
  return [{ kind: "persona", key: PERSONA_KEY }, ...screens, ...faces];
}

function takesPart(person: ParticipantCard): boolean {
  const { kind } = person.presence;
  const inside = kind !== "left" && kind !== "removed";
  return inside && person.role !== "persona" && person.presence_mode === "participant" && presenceOf(person) !== "away";
}

/** Nobody else sees or hears one here. Not known without a connection. */
export const isAlone = (tiles: readonly Tile[], { status }: MediaRoomFacts): boolean =>
  status.kind === "connected" && tiles.every((tile) => tile.kind === "persona" || tile.you);

export interface StageFacts {
  /** What this viewer chose to see large. */
  pinned: string | null;
  personaSpeaks: boolean;
  /** A human leads; the persona only listens. */
  personaSteppedBack: boolean;
  /** Who spoke, newest first. */
  speakers: readonly ParticipantId[];
}

/**
 * The tile that is large in the speaker layout: what is pinned, else a screen, else the persona. Once the persona has stepped
 * back, it gives the place to whoever of the others spoke last, and takes it again while it answers.
 */
export function stageOf(tiles: readonly Tile[], facts: StageFacts): Tile | undefined {
  const { pinned, personaSpeaks, personaSteppedBack, speakers } = facts;
  const chosen = tiles.find(({ key }) => key === pinned);
  if (chosen) return chosen;
  const screen = tiles.findLast((tile) => tile.kind === "screen" && !tile.you);
  if (screen) return screen;
  const persona = tiles.find(({ kind }) => kind === "persona");
  if (personaSpeaks || !personaSteppedBack) return persona;
  for (const id of speakers) {
    const speaker = tiles.find((tile) => tile.kind === "person" && tile.person.id === id && !tile.you);
    if (speaker) return speaker;
  }
  return persona;
}

/** Of a tile's width to its height. */
const TILE_RATIO = 16 / 9;

/** In how many columns `count` equal tiles are largest inside `width` × `height` (any unit), a `gap` apart. */
export function columnsFor(count: number, width: number, height: number, gap: number): number {
  let best = 1;
  let widest = 0;
  for (let columns = 1; columns <= count; columns += 1) {
    const rows = Math.ceil(count / columns);
    const across = (width - gap * (columns - 1)) / columns;
    const down = ((height - gap * (rows - 1)) / rows) * TILE_RATIO;
    const tile = Math.min(across, down);
    if (tile > widest) {
      best = columns;
      widest = tile;
    }
  }
  return best;
}
