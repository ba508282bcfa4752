import type { Recorded, Seq } from "../api/words";

/** Both in order of seq and each once; what is there already wins. */
export function insertBySeq(known: readonly Recorded[], more: readonly Recorded[]): readonly Recorded[] {
  if (more.length === 0) return known;
  const last = known.at(-1)?.seq ?? 0;
  const sorted = isRising(more) ? more : [...more].sort((a, b) => a.seq - b.seq);
  const first = sorted[0];
  if (first && first.seq > last) return [...known, ...withoutRepeats(sorted)];
  const seqs = new Set<Seq>(known.map(({ seq }) => seq));
  const fresh = withoutRepeats(sorted).filter(({ seq }) => !seqs.has(seq));
  if (fresh.length === 0) return known;
  return [...known, ...fresh].sort((a, b) => a.seq - b.seq);
}

function isRising(events: readonly Recorded[]): boolean {
  return events.every((recorded, index) => index === 0 || (events[index - 1]?.seq ?? 0) < recorded.seq);
}

function withoutRepeats(sorted: readonly Recorded[]): readonly Recorded[] {
  return sorted.filter((recorded, index) => sorted[index - 1]?.seq !== recorded.seq);
}
