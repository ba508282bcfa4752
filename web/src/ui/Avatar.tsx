import clsx from "clsx";
import { Sparkles } from "lucide-react";
import styles from "./Avatar.module.css";

interface AvatarProps {
  name: string;
  picture?: string | null;
  /** An AI's picture is square-ish and carries a spark; a person's is round. They never look alike. */
  kind: "ai" | "person";
  size?: "sm" | "md" | "lg" | "xl";
  /** Draws a dot; say the same in words beside it. */
  presence?: "here" | "dropped" | "away";
}

/** Decoration: the name stands beside it in words. */
export function Avatar({ name, picture, kind, size = "md", presence }: AvatarProps) {
  return (
    <span className={clsx(styles.avatar, styles[size], kind === "ai" ? styles.ai : styles.person)} aria-hidden="true">
      {picture ? <img className={styles.picture} src={picture} alt="" /> : <span>{initials(name)}</span>}
      {kind === "ai" && (
        <span className={styles.spark}>
          <Sparkles />
        </span>
      )}
      {presence && <span className={clsx(styles.dot, styles[presence])} />}
    </span>
  );
}

/** Up to two letters: of the first word and of the last. */
function initials(name: string): string {
  const words = name.trim().split(/\s+/).filter(Boolean);
  const letters = words.length > 1 ? [words[0], words[words.length - 1]] : words;
  return letters
    .map((word) => [...(word ?? "")][0] ?? "")
    .join("")
    .toLocaleUpperCase();
}
