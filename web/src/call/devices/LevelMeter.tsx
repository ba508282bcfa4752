import { useEffect, useRef } from "react";
import styles from "./LevelMeter.module.css";

/** Moves with the voice, so that its speaker sees that they are heard. */
export function LevelMeter({ track }: { track: MediaStreamTrack | null }) {
  const bar = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    const shown = bar.current;
    if (!shown || !track) return;
    return watchLevel(track, (level) => shown.style.setProperty("--level", level.toFixed(3)));
  }, [track]);
  return (
    <span className={styles.meter} aria-hidden="true" data-testid="level">
      <span ref={bar} className={styles.level} />
    </span>
  );
}

/** Below this a room is silent, and at the other end a voice is as loud as it gets; in decibels of full scale. */
const QUIET_DB = -60;
const LOUD_DB = -12;

/** Tells the loudness of a track from 0 to 1 with every picture that is drawn, until the returned function is called. */
function watchLevel(track: MediaStreamTrack, tell: (level: number) => void): () => void {
  const audio = new AudioContext();
  const source = audio.createMediaStreamSource(new MediaStream([track]));
  const analyser = audio.createAnalyser();
  analyser.fftSize = 1_024;
  source.connect(analyser);
  void audio.resume();
  const samples = new Float32Array(analyser.fftSize);
  let level = 0;
  let next = 0;
  const look = () => {
    analyser.getFloatTimeDomainData(samples);
    const now = loudness(samples);
    // Up at once, down slowly: as eyes expect of a meter.
    level = Math.max(now, level * 0.88);
    tell(level);
    next = requestAnimationFrame(look);
  };
  look();
  return () => {
    cancelAnimationFrame(next);
    tell(0);
    void audio.close();
  };
}

/** The samples' level on the meter's scale, from 0 to 1. */
export function loudness(samples: Float32Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  const db = 10 * Math.log10(sum / samples.length + 1e-12);
  return Math.min(1, Math.max(0, (db - QUIET_DB) / (LOUD_DB - QUIET_DB)));
}
