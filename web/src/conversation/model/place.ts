import type { Citation } from "../../api/words";

/** The place without the title that it often begins with. */
export function placeWithin({ place, source_title: title }: Citation): string {
  return place.startsWith(title) ? place.slice(title.length).replace(/^[\s›>/:–-]+/, "") : place;
}
