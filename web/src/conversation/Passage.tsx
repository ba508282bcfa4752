import { useQuery } from "@tanstack/react-query";
import { sentenceOf } from "../api/rest/http";
import { getPassage } from "../api/rest/visitor";
import type { Citation, MessageId } from "../api/words";
import { Dialog, Failure, Loading } from "../ui";
import styles from "./Citations.module.css";
import { placeWithin } from "./model/place";
import { useRoom } from "./room-context";

interface PassageProps {
  messageId: MessageId;
  index: number;
  citation: Citation;
  onClose: () => void;
}

/** The words cited, and what stands around them in the source. */
export function Passage({ messageId, index, citation, onClose }: PassageProps) {
  const { conversationId, token } = useRoom();
  const passage = useQuery({
    queryKey: ["passage", conversationId, messageId, index],
    queryFn: ({ signal }) => getPassage(conversationId, messageId, index, token, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return (
    <Dialog open onOpenChange={onClose} kind="side" title={citation.source_title} description={placeWithin(citation)}>
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
