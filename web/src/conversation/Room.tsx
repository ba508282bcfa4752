import clsx from "clsx";
import { VideoOff, X } from "lucide-react";
import { type ReactNode, useEffect, useRef } from "react";
import { Avatar, Badge, Banner, Button, IconButton, Loading } from "../ui";
import { Brief } from "./Brief";
import { Composer, type ComposerHandle } from "./Composer";
import { Drafts } from "./Drafts";
import { HandoffTruth } from "./HandoffTruth";
import { KnockCards, useGrants } from "./KnockCards";
import { LinkBanner } from "./LinkBanner";
import { Call, CallInvitation, MissedCall, RoomMenu, Watching } from "./later";
import { peopleInside } from "./model/people";
import { PeopleStrip } from "./PeopleStrip";
import styles from "./Room.module.css";
import { can, useConversation, useView } from "./room-context";
import { Timeline } from "./Timeline";
import { TypingLine } from "./TypingLine";
import { useCall } from "./use-call";
import { useFocusGoesOn } from "./use-focus-goes-on";
import { VideoStart } from "./VideoStart";

interface RoomProps {
  /** Opens an earlier conversation of the visitor's, or begins a new one that continues this. Visitors only. */
  onContinue?: (conversationId: string) => void;
  onNew?: (continues: string) => void;
  /** Inside the widget: closes the panel, and says that there is something new to see. */
  onClose?: () => void;
  onUnread?: () => void;
  /** Inside the widget: says whether this tab is on video, which goes on while the panel is hidden. */
  onCall?: (on: boolean) => void;
  /** Inside the widget: nobody has looked at the panel yet, so nothing is switched on in it. */
  unseen?: boolean;
  /** Staff only: who watched takes part now, and comes in anew. */
  onSteppedIn?: () => void;
}

/** The conversation, once inside. */
export function Room(props: RoomProps) {
  const { view } = useConversation();
  return view ? <OpenRoom {...props} /> : <Connecting />;
}

function Connecting() {
  const { link } = useConversation();
  return (
    <main className={styles.room}>
      {link.kind === "lost" && <LinkBanner />}
      <Loading label="Connecting" />
    </main>
  );
}

function OpenRoom({ onContinue, onNew, onClose, onUnread, onCall, unseen = false, onSteppedIn }: RoomProps) {
  const view = useView();
  const call = useCall();
  useUnread(onUnread, call.missed === "asked");
  const called = call.shown && !unseen;
  useOnVideo(called, onCall);
  const grants = useGrants();
  const page = useRef<HTMLElement>(null);
  const composer = useRef<ComposerHandle>(null);
  const cards = useFocusGoesOn(() => (composer.current ?? page.current)?.focus());
  const { persona } = view;

  useEffect(() => {
    document.title = `${persona.name} · Conversation`;
  }, [persona.name]);

  return (
    <main ref={page} tabIndex={-1} className={clsx(styles.room, call.shown && styles.withCall)}>
      <h1 className="visually-hidden">Conversation with {persona.name}, an AI persona</h1>
      <header className={styles.header}>
        <Avatar name={persona.name} kind="ai" picture={persona.picture} />
        <div className={styles.heading}>
          <span className={styles.title}>
            <strong>{persona.name}</strong>
            <Badge tone="ai">AI</Badge>
          </span>
          <span className={styles.subtitle}>{subtitle(view)}</span>
        </div>
        <VideoStart call={call} />
        <RoomMenu onContinue={onContinue} />
        {onClose && (
          <IconButton label={called ? "Hide; the video goes on" : "Close"} onClick={onClose}>
            <X aria-hidden="true" />
          </IconButton>
        )}
      </header>
      {view.settings.disable_video && <Banner icon={<VideoOff />}>Video is disabled by the owner.</Banner>}
      {call.missed === "out" && <MissedCall />}
      {view.you.presence_mode === "monitor" && onSteppedIn && <Watching onSteppedIn={onSteppedIn} />}
      <LinkBanner />
      <div className={styles.parts}>
        {called && (
          <Call chatShown={call.chatShown} unread={call.unread} onChat={call.toggleChat} onLeave={call.leave}>
            {!call.chatShown && (
              <div className={styles.inCall} {...cards}>
                <KnockCards grants={grants} />
                <HandoffTruth />
              </div>
            )}
          </Call>
        )}
        {call.chatShown && (
          <section className={styles.chat} aria-label="Chat">
            <PeopleStrip />
            <Timeline onReply={(id) => composer.current?.replyTo(id)} onEdit={(text) => composer.current?.edit(text)} />
            <div className={styles.aboveComposer} {...cards}>
              <div className={styles.cards}>
                <Brief />
                <Drafts onUse={(draft) => composer.current?.use(draft)} />
                <HandoffTruth />
              </div>
              <div className={styles.decisions}>
                {call.missed === "asked" && <CallInvitation />}
                <KnockCards grants={grants} />
              </div>
            </div>
            <TypingLine />
            <Foot composer={<Composer ref={composer} />} onNew={onNew} />
          </section>
        )}
      </div>
    </main>
  );
}

/** Tells whether this tab is on video; that it is not, too, once the page of the conversation is gone. */
function useOnVideo(called: boolean, onCall: ((on: boolean) => void) | undefined) {
  useEffect(() => {
    if (!called || !onCall) return;
    onCall(true);
    return () => onCall(false);
  }, [called, onCall]);
}

/** Tells of messages of others, of knocks and of an invitation to a call that come while the page is open. */
function useUnread(onUnread: (() => void) | undefined, invited: boolean) {
  const { events, view } = useConversation();
  const said = events.findLast(
    ({ event }) => event.type === "message_posted" && event.author !== view?.you.participant_id,
  );
  const news = Math.max(said?.seq ?? 0, ...(view?.knocks ?? []).map(({ request_id }) => request_id));
  const known = useRef(news);
  useEffect(() => {
    if (news > known.current) onUnread?.();
    known.current = Math.max(known.current, news);
  }, [news, onUnread]);
  useEffect(() => {
    if (invited) onUnread?.();
  }, [invited, onUnread]);
}

function Foot({ composer, onNew }: { composer: ReactNode; onNew: ((continues: string) => void) | undefined }) {
  const view = useView();
  if (view.open && can(view, "post_message")) return composer;
  return (
    <div className={styles.ended}>
      <p>{view.open ? "You are watching this conversation." : "This conversation has ended."}</p>
      {!view.open && onNew && (
        <Button variant="primary" onClick={() => onNew(view.conversation_id)}>
          Continue in a new conversation
        </Button>
      )}
    </div>
  );
}

/** Who leads just now, in one line. */
function subtitle(view: ReturnType<typeof useView>): string {
  const { persona, floor } = view;
  if (!view.open) return "Ended";
  if (floor.persona_stepped_back) {
    const acting = peopleInside(view).filter(({ presence_mode }) => presence_mode === "participant");
    const leads = acting.find(({ role }) => role === "owner" || role === "agent" || role === "colleague");
    return leads ? `listening, ${leads.name} is here` : "listening";
  }
  return `AI persona of ${persona.owner.name}`;
}
