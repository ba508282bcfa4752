import { useQuery } from "@tanstack/react-query";
import { BookOpen } from "lucide-react";
import { useState } from "react";
import { getPassage } from "../../api/rest/visitor";
import type { Citation, MessageId } from "../../api/words";
import { placeWithin } from "../../conversation/model/place";
import { Dialog } from "../../ui/Dialog";
import styles from "./Reading.module.css";

interface ReadCitationsProps {
  conversationId: string;
  messageId: MessageId;
  citations: readonly Citation[];
}

/** Where an answer came from; each opens the passage around it. */
export function ReadCitations({ conversationId, messageId, citations }: ReadCitationsProps) {
  const [open, setOpen] = useState<number | null>(null);
  const cited = open === null ? undefined : citations[open];
  return (
    <>
      {citations.map((citation, index) => (
        <button
          // biome-ignore lint/suspicious/noArrayIndexKey: a message's citations never change, and their index is their name
          key={index}
          type="button"
          className={styles.citation}
          onClick={() => setOpen(index)}
        >
          <BookOpen aria-hidden="true" />
          {citation.source_title}
          {placeWithin(citation) && ` · ${placeWithin(citation)}`}
        </button>
      ))}
      {open !== null && cited && (
        <Dialog
          kind="side"
          open
          onOpenChange={() => setOpen(null)}
          title={cited.source_title}
          description={placeWithin(cited)}
        >
          <Around conversationId={conversationId} messageId={messageId} index={open} quoted={cited.text} />
        </Dialog>
      )}
    </>
  );
}

interface AroundProps {
  conversationId: string;
  messageId: MessageId;
  index: number;
  quoted: string;
}

/** The quoted words at once; what stands around them when it has come, and without it where the source is gone. */
function Around({ conversationId, messageId, index, quoted }: AroundProps) {
  const passage = useQuery({
    queryKey: ["passage", conversationId, messageId, index],
    queryFn: ({ signal }) => getPassage(conversationId, messageId, index, undefined, signal),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
  return (
    <blockquote className={styles.passage}>
      {passage.data?.before} <mark>{passage.data?.text ?? quoted}</mark> {passage.data?.after}
      {passage.isError && <p className={styles.aside}>Only the quoted words can be shown.</p>}
    </blockquote>
  );
}
