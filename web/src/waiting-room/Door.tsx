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
}

/** Every page outside of a conversation: the persona, where one stands, and what comes next. */
export function Door({ persona, title, children, action, waiting = false }: DoorProps) {
  return (
    <main className={styles.page}>
      <div className={styles.card}>
        {persona && (
          <div className={styles.persona}>
            <span className={waiting ? styles.waiting : undefined}>
              <Avatar name={persona.name} picture={persona.picture} kind="ai" size="xl" />
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
