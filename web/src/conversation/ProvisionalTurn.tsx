import { Sparkles, Square } from "lucide-react";
import { Avatar, Badge, Button } from "../ui";
import message from "./Message.module.css";
import styles from "./ProvisionalTurn.module.css";
import { can, useCommand, useConversation, useView } from "./room-context";
import { Words } from "./Words";

/** What the persona is saying just now. It becomes a message when it is durable, or goes without a trace when it is outdated. */
export function ProvisionalTurn() {
  const { turn, link } = useConversation();
  const view = useView();
  const { run, busy } = useCommand();
  const under = turn ?? (view.floor.turn ? { turnId: view.floor.turn.turn_id, text: "" } : null);
  if (!under || link.kind !== "open" || !view.open) return null;
  const { persona } = view;
  return (
    <div className={message.message} data-provisional="true">
      <span className={message.side}>
        <Avatar name={persona.name} kind="ai" size="sm" picture={persona.picture} />
      </span>
      <div className={message.column}>
        <div className={message.byline} aria-hidden="true">
          <span className={message.name}>{persona.name}</span>
          <Badge tone="ai" icon={<Sparkles aria-hidden="true" />}>
            AI
          </Badge>
        </div>
        {/* Read out once it is whole, as a message. */}
        <div className={`${message.bubble} ${message.ai}`} aria-hidden="true">
          {under.text ? (
            <>
              <Words text={under.text} />
              <span className={styles.caret} />
            </>
          ) : (
            <span className={styles.dots}>
              <i />
              <i />
              <i />
            </span>
          )}
        </div>
        <span className="visually-hidden" role="status">
          {persona.name} (AI) is answering
        </span>
        {can(view, "stop_persona") && (
          <Button
            size="sm"
            variant="quiet"
            busy={busy}
            icon={<Square aria-hidden="true" />}
            onClick={() => void run({ do: "stop_persona" })}
          >
            Stop {persona.name} (AI)
          </Button>
        )}
      </div>
    </div>
  );
}
