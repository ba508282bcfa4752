import clsx from "clsx";
import { EyeOff, Sparkles } from "lucide-react";
import type { View } from "../../api/words";
import { reasonSentence } from "../../conversation/model/floor-reason";
import type { Item, MessageItem } from "../../conversation/model/items";
import { clockTime, dayName } from "../../conversation/model/time";
import { Words } from "../../conversation/Words";
import { WrittenAnswer } from "../../conversation/WrittenAnswer";
import { Avatar } from "../../ui/Avatar";
import { Badge } from "../../ui/Badge";
import { ReadCitations } from "./ReadCitations";
import styles from "./Reading.module.css";

export function ReadingLog({ items, view }: { items: readonly Item[]; view: View }) {
  return (
    <ol className={styles.items} aria-label="Messages">
      {items.map((item) => {
        if (item.kind === "message") return <ReadMessage key={item.key} item={item} view={view} />;
        if (item.kind === "answer") return <WrittenAnswer key={item.key} item={item} />;
        return (
          <li key={item.key} className={item.kind === "day" ? styles.day : styles.line}>
            {item.kind === "day" ? dayName(item.at, Date.now()) : item.text}
          </li>
        );
      })}
    </ol>
  );
}

function ReadMessage({ item, view }: { item: MessageItem; view: View }) {
  const { mark, author } = item;
  const ai = mark.kind === "ai";
  const whisper = item.audience !== "everyone";
  return (
    <li className={clsx(styles.message, item.follows && styles.follows)}>
      <span className={styles.side}>
        {!item.follows && (
          <Avatar
            name={author?.name ?? "?"}
            kind={ai ? "ai" : "person"}
            size="sm"
            picture={ai ? view.persona.picture : null}
          />
        )}
      </span>
      <div className={styles.column}>
        {!item.follows && (
          <p className={styles.byline}>
            <strong>{author?.name ?? "Somebody"}</strong>
            <Badge tone={ai ? "ai" : "neutral"} icon={ai ? <Sparkles aria-hidden="true" /> : undefined}>
              {mark.badge}
            </Badge>
            {mark.note && <span>{mark.note}</span>}
            {whisper && (
              <Badge tone="staff" icon={<EyeOff aria-hidden="true" />}>
                Whisper
              </Badge>
            )}
            <time dateTime={new Date(item.at).toISOString()}>{clockTime(item.at)}</time>
          </p>
        )}
        <div className={clsx(styles.bubble, ai && styles.ai, whisper && styles.whisper)}>
          {item.retracted ? <em>Taken back</em> : <Words text={item.text} />}
          {item.interrupted && !item.retracted && <span className={styles.aside}> (interrupted)</span>}
        </div>
        {item.citations.length > 0 && !item.retracted && (
          <div className={styles.citations}>
            <ReadCitations conversationId={view.conversation_id} messageId={item.id} citations={item.citations} />
            {item.confidence !== null && <span className={styles.aside}>{item.confidence} % sure</span>}
          </div>
        )}
        {item.floor && <p className={styles.aside}>{reasonSentence(item.floor.reason, view.persona.name)}</p>}
      </div>
    </li>
  );
}
