import { useQuery } from "@tanstack/react-query";
import { useCallback, useEffect, useState } from "react";
import { sentenceOf } from "../api/rest/http";
import { type InvitationPeek, knockAsGuest, peekInvitation, rejectInvitation } from "../api/rest/visitor";
import { RoomPage } from "../conversation/RoomPage";
import { type Keep, readKept } from "../core/keep";
import { Button, Loading, TextField } from "../ui";
import { Door } from "./Door";
import styles from "./Door.module.css";
import { useAttempt } from "./use-attempt";
import { WaitingPage } from "./WaitingPage";

/** Where a guest stands, kept so that a reload comes back to it. */
interface Place {
  conversationId: string;
  guestToken: string;
  /** Nothing once inside. */
  requestId: number | null;
  /** What the guest said of themselves, to knock with once more. Absent where an earlier version kept the place. */
  asked?: { name: string; purpose: string };
}

const isPlace = (value: unknown): value is Place =>
  typeof value === "object" && value !== null && "conversationId" in value && "guestToken" in value;

/** The page behind an invitation's link. Looking changes nothing, since mail scanners look too; knocking is a press of the button. */
export function GuestPage({ token, keep }: { token: string; keep: Keep }) {
  const key = `trialogue.guest.${token}`;
  const [place, setPlace] = useState<Place | null>(() => readKept(keep, key, isPlace));
  const put = useCallback(
    (next: Place | null) => {
      if (next) keep.set(key, JSON.stringify(next));
      else keep.remove(key);
      setPlace(next);
    },
    [keep, key],
  );
  const joined = useCallback(() => {
    if (place) put({ ...place, requestId: null });
  }, [place, put]);
  const back = useCallback(() => put(null), [put]);
  const knock = async (name: string, purpose: string) => {
    const { conversation_id, guest_token, participant_id, request_id } = await knockAsGuest(token, name, purpose);
    put({
      conversationId: conversation_id,
      guestToken: guest_token,
      requestId: participant_id === null ? request_id : null,
      asked: { name, purpose },
    });
  };

  if (!place) return <Invitation token={token} onKnock={knock} />;
  const { conversationId, guestToken, requestId, asked } = place;
  const again = async () => (asked ? knock(asked.name, asked.purpose) : back());
  if (requestId === null) {
    return (
      <RoomPage
        conversationId={conversationId}
        token={guestToken}
        keep={keep}
        onAgain={back}
        onKnockAgain={again}
        onRefused={back}
        onRemoved={back}
      />
    );
  }
  return (
    <WaitingPage
      conversationId={conversationId}
      requestId={requestId}
      token={guestToken}
      keep={keep}
      onJoined={joined}
      onKnockAgain={again}
      onBack={back}
    />
  );
}

const CLOSED: Record<Exclude<InvitationPeek["state"], "open">, { title: string; words: string }> = {
  rejected: {
    title: "This invitation was declined",
    words: "It can’t be used any more. Ask for a new one if that was a mistake.",
  },
  removed: {
    title: "You were removed from this conversation",
    words:
      "Somebody inside took you out of it. Your link no longer works, and this address can’t be invited to it again. There is nothing left to do: you can close this page.",
  },
  revoked: { title: "This invitation was taken back", words: "Whoever invited you can send a new one." },
  expired: {
    title: "This invitation has expired",
    words: "Invitations are good for a day. Whoever invited you can send a new one.",
  },
  ended: { title: "This conversation has ended", words: "There is nothing left to join." },
};

interface InvitationProps {
  token: string;
  onKnock: (name: string, purpose: string) => Promise<void>;
}

function Invitation({ token, onKnock }: InvitationProps) {
  const peek = useQuery({
    queryKey: ["guest-invitation", token],
    queryFn: ({ signal }) => peekInvitation(token, signal),
    staleTime: 0,
  });
  const look = useCallback(() => void peek.refetch(), [peek.refetch]);
  if (peek.isPending) return <Loading label="Looking at the invitation" />;
  if (peek.isError) {
    return (
      <Door
        persona={null}
        title="This invitation cannot be opened"
        action={<Button onClick={() => void peek.refetch()}>Try again</Button>}
      >
        {sentenceOf(peek.error)}
      </Door>
    );
  }
  const { persona, state } = peek.data;
  if (state !== "open") {
    return (
      <Door persona={persona} title={CLOSED[state].title}>
        {CLOSED[state].words}
      </Door>
    );
  }
  return <OpenInvitation invitation={peek.data} token={token} onKnock={onKnock} onChanged={look} />;
}

type OpenProps = InvitationProps & { invitation: InvitationPeek; onChanged: () => void };

function OpenInvitation({ invitation, token, onKnock, onChanged }: OpenProps) {
  const { persona, invited_by, email, note } = invitation;
  const [name, setName] = useState("");
  const [purpose, setPurpose] = useState("");
  const { attempt, busy, problem } = useAttempt();
  useEffect(() => {
    // Perhaps it is no longer what it was when this page was opened; then the page says what it is.
    if (problem) onChanged();
  }, [problem, onChanged]);
  const reject = () =>
    attempt(async () => {
      await rejectInvitation(token);
      onChanged();
    });
  return (
    <Door
      persona={persona}
      title={`${invited_by || "Somebody"} invites you to a conversation with ${persona.name}`}
      action={
        <form
          className={styles.form}
          onSubmit={(event) => {
            event.preventDefault();
            void attempt(() => onKnock(name.trim(), purpose.trim()));
          }}
        >
          <TextField
            label="Your name"
            required
            maxLength={80}
            autoComplete="name"
            value={name}
            error={problem}
            onChange={(event) => setName(event.target.value)}
          />
          <TextField
            label="Why you would like to join"
            optional
            maxLength={500}
            value={purpose}
            onChange={(event) => setPurpose(event.target.value)}
          />
          <Button type="submit" variant="primary" block busy={busy}>
            Knock
          </Button>
          <Button variant="quiet" size="sm" block disabled={busy} onClick={() => void reject()}>
            Not me / decline invitation
          </Button>
        </form>
      }
    >
      {note && <p className={styles.note}>“{note}”</p>}
      <p>
        Sent to {email}. Knock, and somebody inside decides whether to let you in. You will see what is said from then
        on.
      </p>
    </Door>
  );
}
