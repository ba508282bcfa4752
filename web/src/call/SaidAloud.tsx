import { useRef } from "react";
import { personById } from "../conversation/model/people";
import { useConversation, useView } from "../conversation/room-context";

/** For screen readers while the chat, which reads itself out, is not in sight. */
export function SaidAloud() {
  const { events } = useConversation();
  const view = useView();
  const from = useRef(view.seq);
  const said = events.findLast(({ seq, event }) => seq > from.current && event.type === "message_posted");
  const message = said?.event.type === "message_posted" ? said.event : null;
  const author = message && personById(view, message.author);
  return (
    <p className="visually-hidden" role="status">
      {message && author && author.id !== view.you.participant_id && `${author.name}: ${message.text}`}
    </p>
  );
}
