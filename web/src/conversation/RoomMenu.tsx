import { CircleStop, Clock3, Download, EllipsisVertical, Link2, LogOut, PenLine, UserPlus } from "lucide-react";
import { useState } from "react";
import { sentenceOf } from "../api/rest/http";
import { getExport } from "../api/rest/visitor";
import { copyText } from "../core/copy-text";
import { Button, Dialog, IconButton, Menu, MenuItem, MenuSeparator, TextField, useToast } from "../ui";
import { Confirm } from "./Confirm";
import { Earlier } from "./Earlier";
import { InviteGuest } from "./InviteGuest";
import { can, useCommand, useRoom, useView } from "./room-context";

type Open = "invite" | "rename" | "leave" | "end" | "earlier" | "url" | null;

/** ⋮: only what this person may do now. */
export function RoomMenu({ onContinue }: { onContinue: ((conversationId: string) => void) | undefined }) {
  const view = useView();
  const { conversationId, token } = useRoom();
  const say = useToast();
  const [open, setOpen] = useState<Open>(null);
  const close = () => setOpen(null);
  const url = `${location.origin}/c/${conversationId}`;
  const visitor = view.you.role === "visitor";

  async function copyUrl() {
    if (await copyText(url)) say("Conversation URL copied. Users of this workspace can knock with it");
    else setOpen("url");
  }

  async function save() {
    try {
      const text = await getExport(conversationId, token);
      const link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
      link.download = `conversation-${conversationId}.txt`;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
    } catch (problem) {
      say(sentenceOf(problem), "problem");
    }
  }

  return (
    <>
      <Menu
        trigger={
          <IconButton label="More">
            <EllipsisVertical aria-hidden="true" />
          </IconButton>
        }
      >
        {can(view, "copy_conversation_url") && (
          <MenuItem icon={<Link2 aria-hidden="true" />} onSelect={copyUrl}>
            Copy Conversation URL
          </MenuItem>
        )}
        {can(view, "add_guest_by_email") && (
          <MenuItem icon={<UserPlus aria-hidden="true" />} onSelect={() => setOpen("invite")}>
            Add Guest by Email
          </MenuItem>
        )}
        {can(view, "rename_self") && (
          <MenuItem icon={<PenLine aria-hidden="true" />} onSelect={() => setOpen("rename")}>
            Change my name
          </MenuItem>
        )}
        {onContinue && token !== undefined && (
          <MenuItem icon={<Clock3 aria-hidden="true" />} onSelect={() => setOpen("earlier")}>
            Earlier conversations
          </MenuItem>
        )}
        {can(view, "export") && (
          <MenuItem icon={<Download aria-hidden="true" />} onSelect={save}>
            Save as text
          </MenuItem>
        )}
        {(can(view, "leave") || can(view, "end_conversation")) && <MenuSeparator />}
        {can(view, "leave") && !visitor && (
          <MenuItem icon={<LogOut aria-hidden="true" />} onSelect={() => setOpen("leave")}>
            Leave
          </MenuItem>
        )}
        {can(view, "end_conversation") && (
          <MenuItem danger icon={<CircleStop aria-hidden="true" />} onSelect={() => setOpen("end")}>
            End conversation
          </MenuItem>
        )}
      </Menu>
      {open === "invite" && can(view, "add_guest_by_email") && <InviteGuest onClose={close} />}
      {open === "rename" && <Rename onClose={close} />}
      {open === "earlier" && onContinue && <Earlier onClose={close} onContinue={onContinue} />}
      {open === "url" && (
        <Dialog
          open
          onOpenChange={close}
          title="Conversation URL"
          description="This browser did not allow copying. Select the address and copy it."
        >
          <TextField label="Address" readOnly value={url} onFocus={(event) => event.target.select()} />
        </Dialog>
      )}
      {open === "leave" && (
        <Confirm
          title="Leave this conversation?"
          words={
            view.you.role === "guest"
              ? "Your invitation stays good: you can knock again with its link until it expires."
              : "You can come back by knocking again."
          }
          confirm="Leave"
          command={{ do: "leave" }}
          onClose={close}
        />
      )}
      {open === "end" && (
        <Confirm
          title="End this conversation?"
          words="It ends for everybody. What was said can still be read, and a new conversation can continue it."
          confirm="End conversation"
          command={{ do: "end_conversation" }}
          onClose={close}
        />
      )}
    </>
  );
}

function Rename({ onClose }: { onClose: () => void }) {
  const view = useView();
  const own = view.participants.find(({ id }) => id === view.you.participant_id);
  const { run, busy } = useCommand();
  const [name, setName] = useState(own?.name ?? "");
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title="Your name"
      description="Everybody in this conversation sees it."
      actions={
        <Button
          variant="primary"
          busy={busy}
          disabled={name.trim() === ""}
          onClick={async () => {
            if (await run({ do: "rename", name: name.trim() })) onClose();
          }}
        >
          Save
        </Button>
      }
    >
      <TextField
        label="Name"
        value={name}
        maxLength={80}
        autoComplete="name"
        onChange={(event) => setName(event.target.value)}
      />
    </Dialog>
  );
}
