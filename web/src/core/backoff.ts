const FIRST_MS = 400;
const LONGEST_MS = 15_000;

/**
 * How long to wait before the next try: doubles each time up to 15 s, with up to half of it taken off by chance so that
 * a server coming back isn't met by everybody at once. `tries` counts from 0.
 */
export function backoff(tries: number, random: number): number {
  const full = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(tries, 10));
  return full - (full / 2) * random;
}
