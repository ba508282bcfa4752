// From samples to what a person would say: how long the picture stood still, how long there was nothing to hear, when both were back.
import type { Sample } from '../support/peer.ts'

export interface Suffered {
  /** Seconds in which the picture stood still, and the longest of them at a stretch. */
  frozen: number
  longestFreeze: number
  /** Seconds without sound. */
  silent: number
  longestSilence: number
  /** Seconds from the given moment until picture and sound both went on; nothing if they never did. */
  recovered: number | undefined
}

/** At fifteen pictures a second one comes every 67 ms; a fifth of that rate is a freeze to anybody. */
const FREEZE = 300
/** Concealment bridges shorter ones. */
const SILENCE = 100

/** Stretches in which `same` holds between neighbours, longer than `least` milliseconds, as [start, end]. */
function stretches(samples: Sample[], same: (before: Sample, now: Sample) => boolean, least: number): [number, number][] {
  const found: [number, number][] = []
  let start = samples[0]?.at ?? 0
  let last = start
  for (let i = 1; i < samples.length; i++) {
    const [before, now] = [samples[i - 1] as Sample, samples[i] as Sample]
    if (!same(before, now)) {
      if (now.at - start > least) found.push([start, now.at])
      start = now.at
    }
    last = now.at
  }
  if (last - start > least) found.push([start, last])
  return found
}

export function suffered(samples: Sample[], since: number): Suffered {
  const freezes = stretches(samples, (before, now) => before.frames === now.frames, FREEZE)
  const silences = stretches(samples, (_, now) => !now.heard, SILENCE)
  const total = (all: [number, number][]) => all.reduce((sum, [from, to]) => sum + to - from, 0) / 1000
  const longest = (all: [number, number][]) => Math.max(0, ...all.map(([from, to]) => to - from)) / 1000
  const end = samples.at(-1)?.at ?? since
  // Recovered is when the stretch ended that lay over the moment or began after it; a stretch that lasts to the end never did.
  const bad = [...freezes, ...silences].filter(([, to]) => to > since)
  const over = bad.some(([, to]) => to >= end) ? undefined : Math.max(0, ...bad.map(([, to]) => (to - since) / 1000))
  return {
    frozen: total(freezes),
    longestFreeze: longest(freezes),
    silent: total(silences),
    longestSilence: longest(silences),
    recovered: over,
  }
}
