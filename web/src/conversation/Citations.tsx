import { useQuery } from "@tanstack/react-query";
import { BookOpen } from "lucide-react";
import { useState } from "react";
import { sentenceOf } from "../api/rest/http";
import { getPassage } from "../api/rest/visitor";
import type { Citation, MessageId } from "../api/words";
import { Dialog, Failure, Loading } from "../ui";
import styles from "./Citations.module.css";
import { isStaff } from "./model/people";
import { useRoom, useView } from "./room-context";

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
              {citation.place && <span className={styles.place}>{citation.place}</span>}
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

interface PassageProps {
  messageId: MessageId;
  index: number;
  citation: Citation;
  onClose: () => void;
}

function Passage({ messageId, index, citation, onClose }: PassageProps) {
  const { conversationId, token } = useRoom();
  const passage = useQuery({
    queryKey: ["passage", conversationId, messageId, index],
    queryFn: ({ signal }) => getPassage(conversationId, messageId, index, token, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return (
    <Dialog open onOpenChange={onClose} kind="side" title={citation.source_title} description={citation.place}>
      <blockquote className={styles.quote}>
        {passage.data ? (
          <>
            <span className={styles.around}>{passage.data.before} </span>
            <mark className={styles.cited}>{passage.data.text}</mark>
            <span className={styles.around}> {passage.data.after}</span>
          </>
        ) : (
          <mark className={styles.cited}>{citation.text}</mark>
        )}
      </blockquote>
      {passage.isPending && <Loading label="Fetching the passage around it" />}
      {passage.isError && <Failure title="Only the quoted words can be shown">{sentenceOf(passage.error)}</Failure>}
    </Dialog>
  );
}
