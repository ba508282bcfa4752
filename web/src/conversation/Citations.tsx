import { BookOpen, MessageSquareQuote } from "lucide-react";
import { useState } from "react";
import type { Citation, MessageId } from "../api/words";
import styles from "./Citations.module.css";
import { Passage } from "./later";
import { isStaff } from "./model/people";
import { placeWithin } from "./model/place";
import { useView } from "./room-context";

interface CitationsProps {
  messageId: MessageId;
  citations: readonly Citation[];
  confidence: number | null;
}

/** Somebody's words in this conversation: their message bears this id on the page. */
const isSaidHere = (citation: Citation) => /^message-\d+$/.test(citation.source_id);

/** Where an answer comes from: each opens the passage it was taken from, or leads to the message. */
export function Citations({ messageId, citations, confidence }: CitationsProps) {
  const { you } = useView();
  const [open, setOpen] = useState<number | null>(null);
  const cited = open === null ? undefined : citations[open];
  return (
    <>
      <ul className={styles.list} aria-label="Sources">
        {citations.map((citation, index) => (
          <li key={`${citation.source_id}-${citation.place}-${citation.text}`}>
            {isSaidHere(citation) ? (
              <a className={styles.chip} href={`#${citation.source_id}`}>
                <MessageSquareQuote aria-hidden="true" />
                <span className={styles.title}>{citation.source_title}</span>
              </a>
            ) : (
              <button type="button" className={styles.chip} onClick={() => setOpen(index)}>
                <BookOpen aria-hidden="true" />
                <span className={styles.title}>{citation.source_title}</span>
                {placeWithin(citation) && <span className={styles.place}>{placeWithin(citation)}</span>}
              </button>
            )}
          </li>
        ))}
        {confidence !== null && isStaff(you.role) && <li className={styles.confidence}>confidence {confidence} %</li>}
      </ul>
      {open !== null && cited && (
        <Passage messageId={messageId} index={open} citation={cited} onClose={() => setOpen(null)} />
      )}
    </>
  );
}
