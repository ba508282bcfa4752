import { UserRound } from "lucide-react";
import { Avatar, Badge } from "../ui";
import styles from "./Message.module.css";
import type { AnswerItem } from "./model/items";
import { clockTime } from "./model/time";
import { Words } from "./Words";

/** A person's answer in writing, by somebody who need not be inside. */
export function WrittenAnswer({ item: { by, text, at } }: { item: AnswerItem }) {
  return (
    <li className={styles.message} data-provenance="person">
      <span className={styles.side}>
        <Avatar name={by} kind="person" size="sm" />
      </span>
      <div className={styles.column}>
        <div className={styles.byline}>
          <span className={styles.name}>{by}</span>
          <Badge tone="neutral" icon={<UserRound aria-hidden="true" />}>
            Person
          </Badge>
          <span className={styles.note}>answered in writing</span>
          <time className={styles.time} dateTime={new Date(at).toISOString()}>
            {clockTime(at)}
          </time>
        </div>
        <div className={styles.bubble}>
          <Words text={text} />
        </div>
      </div>
    </li>
  );
}
