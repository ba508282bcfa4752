import { Slider as Radix } from "radix-ui";
import { type ReactNode, useId } from "react";
import styles from "./Slider.module.css";

interface SliderProps {
  label: string;
  hint?: ReactNode;
  value: number;
  min: number;
  max: number;
  step?: number;
  /** The value in words. */
  format: (value: number) => string;
  onChange: (value: number) => void;
  /** When the person lets go: the moment to keep it. */
  onCommit: (value: number) => void;
  /** What the two ends mean. */
  ends?: [string, string];
  disabled?: boolean;
}

export function Slider({
  label,
  hint,
  value,
  min,
  max,
  step = 1,
  format,
  onChange,
  onCommit,
  ends,
  disabled = false,
}: SliderProps) {
  const id = useId();
  return (
    <div className={styles.field}>
      <div className={styles.head}>
        <span id={id} className={styles.label}>
          {label}
        </span>
        <output className={styles.value}>{format(value)}</output>
      </div>
      <Radix.Root
        className={styles.root}
        value={[value]}
        min={min}
        max={max}
        step={step}
        disabled={disabled}
        onValueChange={([next]) => next !== undefined && onChange(next)}
        onValueCommit={([next]) => next !== undefined && onCommit(next)}
      >
        <Radix.Track className={styles.track}>
          <Radix.Range className={styles.range} />
        </Radix.Track>
        <Radix.Thumb
          className={styles.thumb}
          aria-labelledby={id}
          aria-valuetext={format(value)}
          aria-describedby={hint ? `${id}-hint` : undefined}
        />
      </Radix.Root>
      {ends && (
        <div className={styles.ends} aria-hidden="true">
          <span>{ends[0]}</span>
          <span>{ends[1]}</span>
        </div>
      )}
      {hint && (
        <div id={`${id}-hint`} className={styles.hint}>
          {hint}
        </div>
      )}
    </div>
  );
}
