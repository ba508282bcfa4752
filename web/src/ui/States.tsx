import type { ReactNode } from "react";
import styles from "./States.module.css";

export function Spinner({ label = "Loading" }: { label?: string }) {
  return (
    <span className={styles.spinner} role="status">
      <span className={styles.ring} aria-hidden="true" />
      <span className="visually-hidden">{label}</span>
    </span>
  );
}

/** In place of a page that is being fetched. */
export function Loading({ label = "Loading" }: { label?: string }) {
  return (
    <div className={styles.state}>
      <Spinner label={label} />
    </div>
  );
}

interface StateProps {
  icon?: ReactNode;
  title: string;
  children?: ReactNode;
  /** What to do next. */
  action?: ReactNode;
}

/** Nothing here yet: says why, and what to do. */
export function Empty({ icon, title, children, action }: StateProps) {
  return (
    <div className={styles.state}>
      {icon && (
        <span className={styles.icon} aria-hidden="true">
          {icon}
        </span>
      )}
      <h2 className={styles.title}>{title}</h2>
      {children && <div className={styles.words}>{children}</div>}
      {action}
    </div>
  );
}

/** Something went wrong: read out at once. */
export function Failure(props: StateProps) {
  return (
    <div role="alert">
      <Empty {...props} />
    </div>
  );
}
