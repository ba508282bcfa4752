import clsx from "clsx";
import { type CSSProperties, useEffect, useRef, useState } from "react";
import { Button } from "./Button";
import styles from "./Clamped.module.css";

interface ClampedProps {
  /** At most as many lines at first. */
  lines: number;
  className?: string | undefined;
  children: string;
}

/** Somebody's words, of any length: the first lines, and all of them at a press where there are more. */
export function Clamped({ lines, className, children }: ClampedProps) {
  const words = useRef<HTMLSpanElement>(null);
  const [whole, setWhole] = useState(false);
  const [longer, setLonger] = useState(false);
  useEffect(() => {
    const element = words.current;
    if (!element || whole) return;
    const look = () => setLonger(element.scrollHeight > element.clientHeight + 1);
    const watch = new ResizeObserver(look);
    watch.observe(element);
    look();
    return () => watch.disconnect();
  }, [whole]);
  return (
    <>
      <span
        ref={words}
        className={clsx(styles.words, !whole && styles.clamped, className)}
        style={{ "--lines": lines } as CSSProperties}
        dir="auto"
      >
        {children}
      </span>
      {longer && (
        <Button
          variant="quiet"
          size="sm"
          className={styles.more}
          aria-expanded={whole}
          onClick={() => setWhole(!whole)}
        >
          {whole ? "Show less" : "Show all"}
        </Button>
      )}
    </>
  );
}
