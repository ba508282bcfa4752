import type { JoinRequestId } from "../../api/words";

/** A new group of knocks may ring only so long after the last ring. */
const QUIET_MS = 60_000;

/**
 * When knocking may be heard. A flood is one card and one sound: it rings when the first of a group comes, not for those
 * who join the group, whoever they say they are, nor for one that comes back after a reload.
 */
export class KnockBell {
  #open = new Set<JoinRequestId>();
  #rangAt = Number.NEGATIVE_INFINITY;
  #started = false;

  /** To be told all open knocks whenever they change; answers whether to ring. */
  changed(open: readonly JoinRequestId[], now: number): boolean {
    const wasEmpty = this.#open.size === 0;
    const fresh = open.some((id) => !this.#open.has(id));
    this.#open = new Set(open);
    const first = !this.#started;
    this.#started = true;
    if (!fresh || !wasEmpty || now - this.#rangAt < QUIET_MS) return false;
    // The page was just opened: what waits is shown, and was heard before if anybody was here to hear.
    if (first) return false;
    this.#rangAt = now;
    return true;
  }
}
