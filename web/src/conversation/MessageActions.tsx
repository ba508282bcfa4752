import { BookmarkPlus, Copy, CornerUpLeft, Ellipsis, Undo2 } from "lucide-react";
import { useState } from "react";
import { copyText } from "../core/copy-text";
import { IconButton, Menu, MenuItem, useToast } from "../ui";
import { KeepKnowledge } from "./KeepKnowledge";
import styles from "./MessageActions.module.css";
import type { MessageItem } from "./model/items";
import { can, useCommand, useView } from "./room-context";

/** What can be done with one message. */
export function MessageActions({ item, onReply }: { item: MessageItem; onReply: (id: number) => void }) {
  const view = useView();
  const say = useToast();
  const { run } = useCommand();
  const [keeping, setKeeping] = useState(false);
  const mayTakeBack = item.mine && view.open && can(view, "retract_own_message");
  const mayKeep = item.mark.kind === "person" && can(view, "keep_as_knowledge");
  return (
    <span className={styles.actions}>
      <Menu
        align={item.mine ? "end" : "start"}
        trigger={
          <IconButton label="Message actions" size="sm">
            <Ellipsis aria-hidden="true" />
          </IconButton>
        }
      >
        {view.open && can(view, "post_message") && (
          <MenuItem icon={<CornerUpLeft aria-hidden="true" />} onSelect={() => onReply(item.id)}>
            Reply
          </MenuItem>
        )}
        <MenuItem
          icon={<Copy aria-hidden="true" />}
          onSelect={async () => say((await copyText(item.text)) ? "Copied" : "This browser did not allow copying")}
        >
          Copy text
        </MenuItem>
        {mayKeep && (
          <MenuItem icon={<BookmarkPlus aria-hidden="true" />} onSelect={() => setKeeping(true)}>
            Keep as knowledge…
          </MenuItem>
        )}
        {mayTakeBack && (
          <MenuItem
            danger
            icon={<Undo2 aria-hidden="true" />}
            onSelect={() => void run({ do: "retract_message", message_id: item.id }, "Taken back")}
          >
            Take back
          </MenuItem>
        )}
      </Menu>
      {keeping && <KeepKnowledge item={item} onClose={() => setKeeping(false)} />}
    </span>
  );
}
