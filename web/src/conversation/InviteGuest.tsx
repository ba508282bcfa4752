import { type FormEvent, useState } from "react";
import { sentenceOf } from "../api/rest/http";
import { Button, Dialog, TextArea, TextField, useToast } from "../ui";
import { Invitations } from "./Invitations";
import { useRoom } from "./room-context";

/** Invites somebody without an account by e-mail. They knock like everybody else. */
export function InviteGuest({ onClose }: { onClose: () => void }) {
  const { store } = useRoom();
  const say = useToast();
  const [email, setEmail] = useState("");
  const [note, setNote] = useState("");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string>();

  async function send(event: FormEvent) {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    try {
      await store.command({ do: "invite_guest", email: email.trim(), note: note.trim() });
      say(`Invitation sent to ${email.trim()}`);
      onClose();
    } catch (problem) {
      setError(sentenceOf(problem));
    } finally {
      setBusy(false);
    }
  }

  return (
    <Dialog
      open
      onOpenChange={onClose}
      title="Add Guest by Email"
      description="They get a link that is good for a day. When they knock, you decide whether to let them in."
    >
      <form id="invite" onSubmit={send} style={{ display: "contents" }}>
        <TextField
          label="E-mail address"
          type="email"
          required
          autoComplete="off"
          placeholder="guest@example.com"
          value={email}
          error={error}
          onChange={(event) => setEmail(event.target.value)}
        />
        <TextArea
          label="Note"
          optional
          hint="Goes into the e-mail, so that they know why."
          rows={2}
          maxLength={500}
          value={note}
          onChange={(event) => setNote(event.target.value)}
        />
        <div style={{ display: "flex", justifyContent: "flex-end", gap: "var(--space-2)" }}>
          <Button variant="quiet" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" variant="primary" busy={busy}>
            Send Invite
          </Button>
        </div>
      </form>
      <Invitations />
    </Dialog>
  );
}
