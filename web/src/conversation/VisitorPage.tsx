import { useQuery } from "@tanstack/react-query";
import { type ComponentProps, useCallback, useEffect, useState } from "react";
import { Problem, sentenceOf } from "../api/rest/http";
import { createVisitor, getPublicPersona, startConversation } from "../api/rest/visitor";
import type { InteractionMode, PersonaId } from "../api/words";
import type { DeviceChoice } from "../call/devices/choice";
import type { Keep } from "../core/keep";
import { Outbox } from "../core/outbox";
import { browserWorld } from "../core/world";
import { Button, Loading } from "../ui";
import { Door } from "../waiting-room/Door";
import { enterCall } from "./model/call-entry";
import { RoomPage } from "./RoomPage";
import { StartPage } from "./StartPage";
import { forgetVisitor, type KeptVisitor, keepVisitor, readVisitor } from "./visitor-keep";

interface VisitorPageProps {
  personaId: PersonaId;
  keep: Keep;
  /** Inside the widget: the name that the site around it gives, and how to close the panel. */
  name?: string | undefined;
  onClose?: (() => void) | undefined;
  onUnread?: (() => void) | undefined;
  onCall?: ((on: boolean) => void) | undefined;
  unseen?: boolean;
}

/**
 * A visitor's own page with a persona: the conversation under way, or the start of one. Nothing is created by looking: a
 * conversation begins with the first message, or with joining by video.
 */
export function VisitorPage({ personaId, keep, name, onClose, onUnread, onCall, unseen }: VisitorPageProps) {
  const [visitor, setVisitor] = useState<KeptVisitor | null>(() => readVisitor(keep, personaId));
  const [continues, setContinues] = useState<string | null>(null);
  const put = useCallback(
    (next: KeptVisitor | null) => {
      if (next) keepVisitor(keep, personaId, next);
      else forgetVisitor(keep, personaId);
      setVisitor(next);
    },
    [keep, personaId],
  );

  const start = async (givenName: string) => {
    const started = await startAs(visitor, personaId, { name: givenName || name, continues });
    setContinues(null);
    return started;
  };

  const beginByVideo = async (mode: InteractionMode, devices: DeviceChoice, givenName: string) => {
    const started = await start(givenName);
    enterCall(started.conversationId, devices, mode);
    put(started);
  };

  const begin = async (text: string, givenName: string) => {
    const started = await start(givenName);
    // The first words travel like all others: kept until the server has them.
    const message = {
      text,
      reply_to: null,
      mentions: [],
      audience: "everyone",
      from_draft: null,
      client_id: null,
    } as const;
    new Outbox(keep, started.conversationId).put({
      id: browserWorld.newId(),
      message: { ...message, mentions: [] },
      at: browserWorld.now(),
      refused: null,
    });
    put(started);
  };

  if (visitor?.conversationId) {
    const { token, conversationId } = visitor;
    const open = (id: string | null) => put({ token, conversationId: id });
    return (
      <RoomPage
        key={conversationId}
        conversationId={conversationId}
        token={token}
        keep={keep}
        onContinue={open}
        onNew={(from) => {
          setContinues(from);
          open(null);
        }}
        onAgain={() => put(null)}
        {...(onClose && { onClose })}
        {...(onUnread && { onUnread })}
        {...(onCall && { onCall })}
        {...(unseen && { unseen })}
      />
    );
  }
  return (
    <Start
      personaId={personaId}
      keep={keep}
      named={name !== undefined || visitor !== null}
      onBegin={begin}
      onBeginByVideo={beginByVideo}
      onClose={onClose}
    />
  );
}

function Start({ personaId, ...rest }: Omit<ComponentProps<typeof StartPage>, "persona"> & { personaId: PersonaId }) {
  const persona = useQuery({
    queryKey: ["public-persona", personaId],
    queryFn: ({ signal }) => getPublicPersona(personaId, signal),
  });
  useEffect(() => {
    if (persona.data) document.title = `${persona.data.name} · Conversation`;
  }, [persona.data]);
  if (persona.isPending) return <Loading />;
  if (persona.isError) {
    const unknown = persona.error instanceof Problem && persona.error.status === 404;
    return (
      <Door
        persona={null}
        title={unknown ? "There is nobody here" : "This page cannot be opened just now"}
        action={!unknown && <Button onClick={() => void persona.refetch()}>Try again</Button>}
      >
        {unknown ? "The link may be incomplete, or the persona is gone." : sentenceOf(persona.error)}
      </Door>
    );
  }
  return <StartPage persona={persona.data} {...rest} />;
}

/** A conversation of this visitor's, or of a new one where the kept token is of another server or age. */
async function startAs(
  known: KeptVisitor | null,
  personaId: PersonaId,
  { name, continues }: { name: string | undefined; continues: string | null },
): Promise<{ token: string; conversationId: string }> {
  const body = { persona_id: personaId, ...(name && { name }) };
  if (known) {
    try {
      const withPast = { ...body, ...(continues && { continues }) };
      return { token: known.token, conversationId: (await startConversation(known.token, withPast)).conversation_id };
    } catch (problem) {
      if (!(problem instanceof Problem && problem.status === 401)) throw problem;
    }
  }
  const { token } = await createVisitor(personaId);
  return { token, conversationId: (await startConversation(token, body)).conversation_id };
}
