import clsx from "clsx";
import type { ReactNode } from "react";
import styles from "./Banner.module.css";

/** A line across the top of what it is about. Announced politely. */
export function Banner({
  tone = "neutral",
  icon,
  children,
  action,
}: {
  tone?: "neutral" | "staff" | "danger";
  icon?: ReactNode;
  children: ReactNode;
  action?: ReactNode;
}) {
  return (
    <div className={clsx(styles.banner, styles[tone])} role="status">
      {icon && (
        <span className={styles.icon} aria-hidden="true">
          {icon}
        </span>
      )}
      <div className={styles.words}>{children}</div>
      {action}
    </div>
  );
}
