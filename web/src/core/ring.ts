let audio: AudioContext | null = null;

/** Two soft knocks. Silent where the browser has not yet been touched by its user: nothing can be done about that. */
export function ring(): void {
  try {
    audio ??= new AudioContext();
    void audio.resume();
    for (const [delay, pitch] of [
      [0, 520],
      [0.18, 440],
    ] as const) {
      knock(audio, audio.currentTime + delay, pitch);
    }
  } catch {
    // No sound device; the card and the tab's title say it as well.
  }
}

function knock(context: AudioContext, at: number, pitch: number): void {
  const tone = context.createOscillator();
  const loudness = context.createGain();
  tone.type = "sine";
  tone.frequency.setValueAtTime(pitch, at);
  loudness.gain.setValueAtTime(0.0001, at);
  loudness.gain.exponentialRampToValueAtTime(0.2, at + 0.015);
  loudness.gain.exponentialRampToValueAtTime(0.0001, at + 0.35);
  tone.connect(loudness).connect(context.destination);
  tone.start(at);
  tone.stop(at + 0.4);
}
