import { BookOpen } from "lucide-react";
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

/** Where an answer comes from: each opens the passage it was taken from. */
export function Citations({ messageId, citations, confidence }: CitationsProps) {
  const { you } = useView();
  const [open, setOpen] = useState<number | null>(null);
  const cited = open === null ? undefined : citations[open];
  return (
    <>
      <ul className={styles.list} aria-label="Sources">
        {citations.map((citation, index) => (
          <li key={`${citation.source_id}-${citation.place}-${citation.text}`}>
            <button type="button" className={styles.chip} onClick={() => setOpen(index)}>
              <BookOpen aria-hidden="true" />
              <span className={styles.title}>{citation.source_title}</span>
              {placeWithin(citation) && <span className={styles.place}>{placeWithin(citation)}</span>}
            </button>
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
