import clsx from "clsx";
import type { ReactNode } from "react";
import { Avatar, Badge } from "../ui";
import styles from "./Door.module.css";

interface DoorProps {
  /** All that may be known of a conversation before being let in. */
  persona: { name: string; picture: string | null } | null;
  title: string;
  children?: ReactNode;
  action?: ReactNode;
  /** Somebody is being waited for: the picture breathes. */
  waiting?: boolean;
  /** There is more to do here than to read: the persona takes less room. */
  compact?: boolean;
}

/** Every page outside of a conversation: the persona, where one stands, and what comes next. */
export function Door({ persona, title, children, action, waiting = false, compact = false }: DoorProps) {
  return (
    <main className={clsx(styles.page, compact && styles.compact)}>
      <div className={styles.card}>
        {persona && (
          <div className={styles.persona}>
            <span className={waiting ? styles.waiting : undefined}>
              <Avatar name={persona.name} picture={persona.picture} kind="ai" size={compact ? "md" : "xl"} />
            </span>
            <span className={styles.name}>
              {persona.name} <Badge tone="ai">AI</Badge>
            </span>
          </div>
        )}
        <div className={styles.words} role="status">
          <h1 className={styles.title}>{title}</h1>
          {children}
        </div>
        {action && <div className={styles.actions}>{action}</div>}
      </div>
    </main>
  );
}
