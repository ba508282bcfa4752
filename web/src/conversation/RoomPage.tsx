import { type ReactNode, useEffect, useMemo, useState } from "react";
import { ConversationStore } from "../core/conversation-store";
import type { Keep } from "../core/keep";
import type { Farewell } from "../core/live-client";
import { browserWorld } from "../core/world";
import { Button } from "../ui";
import { Door } from "../waiting-room/Door";
import { KnockAgain } from "../waiting-room/KnockAgain";
import { Room } from "./Room";
import { RoomContext, type RoomValue, useConversation } from "./room-context";

interface RoomPageProps {
  conversationId: string;
  token?: string | undefined;
  keep: Keep;
  onContinue?: (conversationId: string) => void;
  onNew?: (continues: string) => void;
  onClose?: () => void;
  onUnread?: () => void;
  onCall?: (on: boolean) => void;
  unseen?: boolean;
  onSteppedIn?: () => void;
  /** Where to go when this person's part has ended: back to the door. */
  onAgain?: () => void;
  /** Knocks at once for one who left, with what they gave before. May be refused. */
  onKnockAgain?: () => Promise<void>;
  /** Where the door itself tells why this person is refused. */
  onRefused?: () => void;
  /** Where the door tells whom somebody removed how to go on. */
  onRemoved?: () => void;
}

/** The conversation page of one who is inside, from connecting to having left. */
export function RoomPage({
  conversationId,
  token,
  keep,
  onAgain,
  onKnockAgain,
  onRefused,
  onRemoved,
  ...room
}: RoomPageProps) {
  // Who left and is inside again at once begins anew: the store of the last visit is closed.
  const [visit, setVisit] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each visit has a store of its own
  const value = useMemo<RoomValue>(() => {
    const store = new ConversationStore(browserWorld, keep, { conversationId, token }, conversationId);
    return { store, keep, conversationId, token };
  }, [conversationId, token, keep, visit]);
  useEffect(() => {
    value.store.start();
    return () => value.store.stop();
  }, [value]);
  const knockAgain =
    onKnockAgain &&
    (async () => {
      await onKnockAgain();
      setVisit((count) => count + 1);
    });
  return (
    <RoomContext value={value}>
      <UntilFarewell onAgain={onAgain} onKnockAgain={knockAgain} onRefused={onRefused} onRemoved={onRemoved}>
        <Room {...room} />
      </UntilFarewell>
    </RoomContext>
  );
}

interface UntilFarewellProps {
  children: ReactNode;
  onAgain: (() => void) | undefined;
  onKnockAgain: (() => Promise<void>) | undefined;
  onRefused: (() => void) | undefined;
  onRemoved: (() => void) | undefined;
}

function UntilFarewell({ children, onAgain, onKnockAgain, onRefused, onRemoved }: UntilFarewellProps) {
  const { link, view } = useConversation();
  const refused = link.kind === "closed" && link.why.kind === "refused";
  useEffect(() => {
    if (refused) onRefused?.();
  }, [refused, onRefused]);
  const removed = link.kind === "closed" && link.why.kind === "bye" && link.why.code === "removed";
  useEffect(() => {
    if (removed) onRemoved?.();
  }, [removed, onRemoved]);
  if (link.kind !== "closed" || link.why.kind === "stopped") return children;
  const { title, words, again } = farewellWords(link.why);
  const left = link.why.kind === "bye" && link.why.code === "left";
  return (
    <Door
      persona={view ? { name: view.persona.name, picture: view.persona.picture } : null}
      title={title}
      action={
        left
          ? onKnockAgain && <KnockAgain onKnockAgain={onKnockAgain} />
          : again && onAgain && <Button onClick={onAgain}>{again}</Button>
      }
    >
      {words}
    </Door>
  );
}

/** What is said to somebody whose connection will not come back. */
function farewellWords(why: Exclude<Farewell, { kind: "stopped" }>): {
  title: string;
  words: string;
  again: string | null;
} {
  if (why.kind === "refused") {
    return why.problem.status === 401
      ? { title: "You are signed out", words: "Sign in again to go on with this conversation.", again: "Go on" }
      : { title: "This conversation cannot be opened", words: why.problem.message, again: "Try again" };
  }
  if (why.code === "removed") {
    return { title: "You were removed from this conversation", words: "Your link to it no longer works.", again: null };
  }
  return { title: "You left this conversation", words: "You can come back by knocking again.", again: null };
}
