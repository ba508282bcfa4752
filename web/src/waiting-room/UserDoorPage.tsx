import { useQuery } from "@tanstack/react-query";
import { useCallback, useEffect, useState } from "react";
import { openHandoff } from "../api/rest/handoffs";
import { Problem, sentenceOf } from "../api/rest/http";
import { type Door as DoorFacts, getDoor, knock } from "../api/rest/visitor";
import { RoomPage } from "../conversation/RoomPage";
import { visitorTokenFor } from "../conversation/visitor-keep";
import { type Keep, readKept } from "../core/keep";
import { Button, Loading, TextField } from "../ui";
import { LinkButton } from "../ui/LinkButton";
import { Door } from "./Door";
import styles from "./Door.module.css";
import { useAttempt } from "./use-attempt";
import { WaitingPage } from "./WaitingPage";

interface UserDoorProps {
  conversationId: string;
  /** The token of an owner's link from a handoff's e-mail. */
  handoff: string | null;
  keep: Keep;
}

/** The conversation URL: the room for its visitor and for those inside; for other users of the workspace, the door. */
export function UserDoorPage(props: UserDoorProps) {
  const { conversationId, keep } = props;
  const [visitorToken] = useState(() => visitorTokenFor(keep, conversationId));
  if (visitorToken !== null) return <RoomPage conversationId={conversationId} token={visitorToken} keep={keep} />;
  return <SignedInDoor {...props} />;
}

/** Outside there is no socket, yet the owner's switches reach this page within a second too. */
const LOOK_EVERY_MS = 700;

const knockKey = (conversationId: string) => `trialogue.knock.${conversationId}`;

/** Kept so that a reload comes back to it, and that knocking once more says the same. */
interface Knock {
  requestId: number;
  purpose: string;
}

const isKnock = (value: unknown): value is Knock =>
  typeof value === "object" && value !== null && "requestId" in value && "purpose" in value;

function SignedInDoor({ conversationId, handoff, keep }: UserDoorProps) {
  const [inside, setInside] = useState(false);
  // Who steps in from watching is somebody new to the conversation.
  const [stepsIn, setStepsIn] = useState(0);
  // The link of the mail is too old, or was somebody else's: from then on they knock as themselves.
  const [linkGone, setLinkGone] = useState(false);
  const [knocked, setKnocked] = useState<Knock | null>(() => readKept(keep, knockKey(conversationId), isKnock));
  const door = useQuery({
    queryKey: ["door", conversationId],
    queryFn: ({ signal }) => getDoor(conversationId, signal),
    staleTime: 0,
    retry: false,
    // Whoever knocked has a socket that tells them more.
    refetchInterval: ({ state }) => !inside && knocked === null && state.data?.inside === false && LOOK_EVERY_MS,
  });
  const forget = useCallback(() => {
    keep.remove(knockKey(conversationId));
    setKnocked(null);
  }, [keep, conversationId]);
  const enter = useCallback(() => {
    forget();
    setInside(true);
  }, [forget]);
  const again = useCallback(() => {
    setInside(false);
    void door.refetch();
  }, [door.refetch]);

  const signedOut = door.error instanceof Problem && door.error.status === 401;
  useEffect(() => {
    if (signedOut) location.replace(`/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`);
  }, [signedOut]);

  const asked = door.data?.asked ?? null;
  useEffect(() => {
    if (asked === null) return;
    // The visitor is told that the one who was asked has looked. It may fail without harm: then it stays “not yet opened”.
    openHandoff({ conversation_id: conversationId, handoff_id: asked }).catch(() => undefined);
  }, [asked, conversationId]);

  if (door.isPending || signedOut) return <Loading />;
  // A look that fails later leaves the page, and what is typed there, as it is.
  if (door.isLoadingError) {
    const unknown = door.error instanceof Problem && door.error.status === 404;
    return (
      <Door
        persona={null}
        title={unknown ? "There is no such conversation" : "This page cannot be opened just now"}
        action={!unknown && <Button onClick={() => void door.refetch()}>Try again</Button>}
      >
        {unknown
          ? "It does not exist, or it belongs to another workspace than the one you are signed in to."
          : sentenceOf(door.error)}
      </Door>
    );
  }
  const facts = door.data;
  const asks = async (purpose: string) => {
    const knocked = knock(conversationId, { purpose, ...(handoff && !linkGone && { handoff }) });
    knocked.catch((problem) => {
      if (problem instanceof Problem && problem.code === "link_gone") setLinkGone(true);
    });
    const { participant_id, request_id } = await knocked;
    if (participant_id !== null) enter();
    else if (request_id !== null) {
      const kept = { requestId: request_id, purpose };
      keep.set(knockKey(conversationId), JSON.stringify(kept));
      setKnocked(kept);
      setInside(false);
      // Who left was inside when this page looked last.
      if (facts.inside) await door.refetch();
    }
  };
  if (inside || facts.inside) {
    return (
      <RoomPage
        key={stepsIn}
        conversationId={conversationId}
        keep={keep}
        onAgain={again}
        onRemoved={again}
        onKnockAgain={() => asks("")}
        onSteppedIn={() => setStepsIn((count) => count + 1)}
      />
    );
  }
  if (knocked !== null) {
    const { requestId, purpose } = knocked;
    return (
      <WaitingPage
        conversationId={conversationId}
        requestId={requestId}
        keep={keep}
        onJoined={enter}
        onKnockAgain={() => asks(purpose)}
        onBack={forget}
        // Knocking once more while nobody is there lets the owner in (and nobody else).
        {...(facts.role === "owner" && { onEnterAlone: () => asks(purpose) })}
      />
    );
  }
  return <KnockDoor door={facts} onKnock={asks} />;
}

/** Where no knock leads in. */
const WAY_ON = <LinkButton href="/dashboard/conversations">Go to your conversations</LinkButton>;

function KnockDoor({ door, onKnock }: { door: DoorFacts; onKnock: (purpose: string) => Promise<void> }) {
  const { persona, removed, open, in_call_users, role } = door;
  const [purpose, setPurpose] = useState("");
  const { attempt, busy, problem } = useAttempt();

  useEffect(() => {
    document.title = `Knock · ${persona.name}`;
  }, [persona.name]);

  if (removed) {
    return (
      <Door persona={persona} title="You were removed from this conversation" action={WAY_ON}>
        Somebody inside took you out of it, and knocking again is not possible. Your other conversations are not
        touched.
      </Door>
    );
  }
  if (!open) {
    return (
      <Door persona={persona} title="This conversation has ended" action={WAY_ON}>
        You can still read it in the dashboard, if it is one of yours.
      </Door>
    );
  }
  if (!in_call_users) {
    return (
      <Door persona={persona} title="Nobody can join this conversation" action={WAY_ON}>
        In-call users are switched off for {persona.name}: a conversation has one visitor and the persona.
        {role === "owner" && " You can switch them on under its rules in the dashboard."}
      </Door>
    );
  }
  return (
    <Door
      persona={persona}
      title={`A conversation with ${persona.name}`}
      action={
        <form
          className={styles.form}
          onSubmit={(event) => {
            event.preventDefault();
            void attempt(() => onKnock(purpose.trim()));
          }}
        >
          <TextField
            label="Why you would like to join"
            optional
            maxLength={500}
            value={purpose}
            error={problem}
            onChange={(event) => setPurpose(event.target.value)}
          />
          <Button type="submit" variant="primary" block busy={busy}>
            Knock
          </Button>
        </form>
      }
    >
      <p>
        {role === "owner"
          ? "You are its owner. Knock, and the visitor decides; while nobody is there, you come in at once."
          : "Knock, and somebody inside decides whether to let you in. They see your name and that you are signed in."}
      </p>
    </Door>
  );
}
