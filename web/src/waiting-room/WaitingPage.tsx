import { useEffect, useMemo, useState, useSyncExternalStore } from "react";
import type { WaitingView } from "../api/words";
import { type DeviceChoice, keepChoice, NOTHING_ON } from "../call/devices/choice";
import { LinkBanner } from "../conversation/LinkBanner";
import { enterCall } from "../conversation/model/call-entry";
import { RoomContext, useCommand, useRoom } from "../conversation/room-context";
import { ConversationStore } from "../core/conversation-store";
import type { Keep } from "../core/keep";
import { browserWorld } from "../core/world";
import { Button, Loading } from "../ui";
import { Devices } from "./Devices";
import { Door } from "./Door";
import { KnockAgain } from "./KnockAgain";
import { useAttempt } from "./use-attempt";
import { mayKnockAgainAt, waitingWords } from "./words";

interface WaitingProps {
  conversationId: string;
  requestId: number;
  token?: string | undefined;
  keep: Keep;
  onJoined: () => void;
  /** Knocks once more with what was given before. May be refused. */
  onKnockAgain: () => Promise<void>;
  onBack: () => void;
  /** For the persona's owner, who may come in while no host is there. */
  onEnterAlone?: () => Promise<void>;
}

/** From the knock to the conversation; a reload comes back to the same place. */
export function WaitingPage(props: WaitingProps) {
  const { conversationId, requestId, token, keep, onJoined, onKnockAgain, onBack, onEnterAlone } = props;
  const store = useMemo(
    () => new ConversationStore(browserWorld, keep, { conversationId, token, requestId }, `${conversationId}.waiting`),
    [conversationId, token, requestId, keep],
  );
  useEffect(() => {
    store.start();
    return () => store.stop();
  }, [store]);
  const { waiting, link, view } = useSyncExternalStore(store.subscribe, store.snapshot);
  const joined = view !== null || waiting?.state.kind === "joined";
  useEffect(() => {
    if (joined) onJoined();
  }, [joined, onJoined]);

  if (link.kind === "closed" && link.why.kind === "refused") {
    return (
      <Door
        persona={null}
        title="This request is no longer there"
        action={<Button onClick={onBack}>Back to the door</Button>}
      >
        {link.why.problem.message}
      </Door>
    );
  }
  if (!waiting || joined) return <Loading label="Waiting" />;
  return (
    <RoomContext value={{ store, keep, conversationId, token }}>
      <LinkBanner />
      <Waiting waiting={waiting} onKnockAgain={onKnockAgain} onEnterAlone={onEnterAlone} />
    </RoomContext>
  );
}

interface ChoicesProps {
  waiting: WaitingView;
  onKnockAgain: () => Promise<void>;
  onEnterAlone: (() => Promise<void>) | undefined;
}

function Waiting({ waiting, onKnockAgain, onEnterAlone }: ChoicesProps) {
  const { title, words } = waitingWords(waiting);
  const { conversationId, token, keep } = useRoom();
  const [devices, setDevices] = useState<DeviceChoice>(NOTHING_ON);
  const place = useMemo(() => ({ conversation: conversationId, token }), [conversationId, token]);
  const { state, persona_name: name, persona_picture: picture } = waiting;
  const asking = state.kind === "asked" || state.kind === "nobody_there";

  useEffect(() => {
    document.title = `${title} · ${name}`;
  }, [title, name]);

  return (
    <Door
      persona={{ name, picture }}
      title={title}
      waiting={asking}
      compact={state.kind === "admitted" && waiting.video}
      action={<Choices waiting={waiting} devices={devices} onKnockAgain={onKnockAgain} onEnterAlone={onEnterAlone} />}
    >
      <p>{words}</p>
      {state.kind === "admitted" && waiting.video && <Devices keep={keep} place={place} onChoice={setDevices} />}
    </Door>
  );
}

function Choices({ waiting, devices, onKnockAgain, onEnterAlone }: ChoicesProps & { devices: DeviceChoice }) {
  const { state, request_id } = waiting;
  const { conversationId, keep } = useRoom();
  const { run, busy } = useCommand();
  const join = () => {
    // Before the answer, which opens the conversation at once.
    if (waiting.video) {
      keepChoice(keep, { camera: devices.camera, microphone: devices.microphone });
      enterCall(conversationId, devices, null);
    }
    void run({ do: "join", request_id });
  };
  const entering = useAttempt();
  const withdraw = () => void run({ do: "withdraw_knock", request_id });
  if (state.kind === "asked" || state.kind === "nobody_there") {
    return (
      <>
        {state.kind === "nobody_there" && onEnterAlone && (
          <Button variant="primary" busy={entering.busy} onClick={() => void entering.attempt(onEnterAlone)}>
            Come in as its owner
          </Button>
        )}
        {entering.problem && <p role="alert">{entering.problem}</p>}
        <Button busy={busy} disabled={entering.busy} onClick={withdraw}>
          Take my request back
        </Button>
      </>
    );
  }
  if (state.kind === "admitted") {
    return (
      <>
        <Button variant="primary" busy={busy} onClick={join}>
          Join
        </Button>
        <Button variant="quiet" disabled={busy} onClick={withdraw}>
          Not now
        </Button>
      </>
    );
  }
  const from = mayKnockAgainAt(state);
  return from === null ? null : <KnockAgain from={from} onKnockAgain={onKnockAgain} />;
}
