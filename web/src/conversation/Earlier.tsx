import { useQuery } from "@tanstack/react-query";
import { sentenceOf } from "../api/rest/http";
import { listEarlier, type OwnConversation } from "../api/rest/visitor";
import { Button, Dialog, Empty, Failure, Loading } from "../ui";
import styles from "./Earlier.module.css";
import { clockTime, dayName } from "./model/time";
import { useRoom } from "./room-context";

/** The visitor's earlier conversations: to read, and to continue in a new one. */
export function Earlier({ onClose, onContinue }: { onClose: () => void; onContinue: (id: string) => void }) {
  const { token, conversationId } = useRoom();
  const earlier = useQuery({
    queryKey: ["earlier", token],
    queryFn: ({ signal }) => listEarlier(token ?? "", signal),
    enabled: token !== undefined,
  });
  const others = earlier.data?.conversations.filter(({ conversation_id }) => conversation_id !== conversationId);
  return (
    <Dialog open onOpenChange={onClose} kind="side" title="Earlier conversations">
      {earlier.isPending && <Loading />}
      {earlier.isError && <Failure title="They could not be fetched">{sentenceOf(earlier.error)}</Failure>}
      {others?.length === 0 && <Empty title="This is your first">What you talk about here will be listed later.</Empty>}
      <ul className={styles.list}>
        {others?.map((conversation) => (
          <Row key={conversation.conversation_id} conversation={conversation} onOpen={onContinue} />
        ))}
      </ul>
    </Dialog>
  );
}

function Row({ conversation, onOpen }: { conversation: OwnConversation; onOpen: (id: string) => void }) {
  const { conversation_id, last_at, preview, open } = conversation;
  return (
    <li className={styles.row}>
      <span className={styles.when}>
        {dayName(last_at, Date.now())}, {clockTime(last_at)}
        {open ? " · still open" : ""}
      </span>
      <span className={styles.preview}>{preview || "Nothing was said"}</span>
      <Button size="sm" onClick={() => onOpen(conversation_id)}>
        Open
      </Button>
    </li>
  );
}
