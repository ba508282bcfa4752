import styles from "./Skeleton.module.css";

/** Grey lines in the place of what is being fetched. */
export function Skeleton({ rows = 3, height = "4.5rem", label }: { rows?: number; height?: string; label: string }) {
  return (
    <div className={styles.stack} role="status">
      <span className="visually-hidden">{label}</span>
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the rows are alike and never move
        <span key={row} className={styles.row} style={{ blockSize: height }} aria-hidden="true" />
      ))}
    </div>
  );
}
