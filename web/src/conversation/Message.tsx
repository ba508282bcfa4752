import clsx from "clsx";
import { CornerUpLeft, EyeOff, Sparkles, UserRound } from "lucide-react";
import { memo } from "react";
import { Avatar, Badge } from "../ui";
import { Citations } from "./Citations";
import { FloorReason, KeepAnswer, MessageActions } from "./later";
import styles from "./Message.module.css";
import type { MessageItem } from "./model/items";
import { clockTime } from "./model/time";
import { useView } from "./room-context";
import { Words } from "./Words";

interface MessageProps {
  item: MessageItem;
  onReply: (id: number) => void;
}

export const Message = memo(function Message({ item, onReply }: MessageProps) {
  const { persona } = useView();
  const { mark, author, audience } = item;
  const whisper = audience !== "everyone";
  return (
    <li
      id={item.key}
      className={clsx(styles.message, item.mine && styles.mine, item.follows && styles.follows)}
      data-provenance={mark.kind}
      data-audience={audience}
    >
      {!item.mine && (
        <span className={styles.side}>
          {!item.follows && (
            <Avatar
              name={author?.name ?? "?"}
              kind={mark.kind === "ai" ? "ai" : "person"}
              size="sm"
              picture={mark.kind === "ai" ? persona.picture : null}
            />
          )}
        </span>
      )}
      <div className={styles.column}>
        {!item.follows && <Byline item={item} />}
        <div className={styles.row}>
          <div
            className={clsx(
              styles.bubble,
              mark.kind === "ai" && styles.ai,
              item.mine && styles.own,
              whisper && styles.whisper,
            )}
          >
            {item.follows && <span className="visually-hidden">{mark.spoken}: </span>}
            {item.replyTo && !item.retracted && (
              <a className={styles.quote} href={`#message-${item.replyTo.id}`}>
                <CornerUpLeft aria-hidden="true" />
                <span className={styles.quoted}>
                  <span className="visually-hidden">In reply to </span>
                  {item.replyTo.name && <strong>{item.replyTo.name}: </strong>}
                  {item.replyTo.text}
                </span>
              </a>
            )}
            {item.retracted ? <em className={styles.gone}>Taken back</em> : <Words text={item.text} />}
            {item.interrupted && !item.retracted && <span className={styles.interrupted}> — interrupted</span>}
          </div>
          {!item.retracted && <MessageActions item={item} onReply={onReply} />}
        </div>
        {!item.retracted && item.citations.length > 0 && (
          <Citations messageId={item.id} citations={item.citations} confidence={item.confidence} />
        )}
        {item.answers !== null && !item.retracted && <KeepAnswer question={item.answers} answer={item.text} />}
        {item.floor && <FloorReason speaks={item.floor.speaks} reason={item.floor.reason} />}
      </div>
    </li>
  );
});

/** Who it is, what they are, and when: the line by which an AI is never taken for a person. */
function Byline({ item }: { item: MessageItem }) {
  const { persona } = useView();
  const { mark, author, audience } = item;
  return (
    <div className={styles.byline}>
      <span className="visually-hidden">{mark.spoken}</span>
      <span className={styles.name} aria-hidden="true">
        {item.mine ? "You" : (author?.name ?? "Somebody")}
      </span>
      <span className={styles.badges} aria-hidden="true">
        {mark.kind === "ai" ? (
          <Badge tone="ai" icon={<Sparkles aria-hidden="true" />}>
            {mark.badge}
          </Badge>
        ) : (
          !item.mine && (
            <Badge tone="neutral" icon={<UserRound aria-hidden="true" />}>
              {mark.badge}
            </Badge>
          )
        )}
        {mark.note && <span className={styles.note}>{mark.note}</span>}
      </span>
      {audience !== "everyone" && (
        <Badge tone="staff" icon={<EyeOff aria-hidden="true" />}>
          {audience === "staff" ? "Whisper to staff" : `Whisper to staff and ${persona.name} (AI)`}
        </Badge>
      )}
      <time className={styles.time} dateTime={new Date(item.at).toISOString()}>
        {clockTime(item.at)}
      </time>
    </div>
  );
}
