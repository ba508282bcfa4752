import clsx from "clsx";
import { CornerUpLeft, PenLine, SendHorizontal, X } from "lucide-react";
import {
  type KeyboardEvent,
  type Ref,
  useEffect,
  useId,
  useImperativeHandle,
  useLayoutEffect,
  useRef,
  useState,
} from "react";
import type { Draft, MessageAudience, ParticipantCard, ParticipantId, View } from "../api/words";
import { IconButton, useToast } from "../ui";
import styles from "./Composer.module.css";
import { AudienceChoice } from "./later";
import { MentionList } from "./MentionList";
import { mentionable, mentionQuery, mentionsIn } from "./model/mentions";
import { isInside, personById } from "./model/people";
import { can, useConversation, useRoom, useView } from "./room-context";
import { useKeptDraft } from "./use-kept-draft";

/** Longest message the server takes, in characters. */
const MAX_CHARS = 8_000;

export interface ComposerHandle {
  focus(): void;
  replyTo(id: number): void;
  edit(text: string): void;
  use(draft: Draft): void;
}

export function Composer({ ref }: { ref: Ref<ComposerHandle> }) {
  const view = useView();
  const { events, unsent } = useConversation();
  const { store } = useRoom();
  const say = useToast();
  const [{ text, audience, reply, from }, write] = useKeptDraft();
  const chosen = useRef(new Map<ParticipantId, string>());
  const field = useRef<HTMLTextAreaElement>(null);
  const mention = useMention(text, field);
  const hintId = useId();

  useImperativeHandle(ref, () => ({
    focus() {
      field.current?.focus();
    },
    replyTo(id) {
      write({ reply: id });
      field.current?.focus();
    },
    edit(words) {
      write({ text: text ? `${text}\n${words}` : words });
      field.current?.focus();
    },
    use({ turn_id, text: words }) {
      write({ text: words, from: turn_id, audience: "everyone" });
      field.current?.focus();
    },
  }));

  // Who began the conversation with these words goes on writing here.
  const [justBegun] = useState(() => unsent.length > 0);
  useEffect(() => {
    if (justBegun) field.current?.focus();
  }, [justBegun]);

  useLayoutEffect(() => {
    const element = field.current;
    if (!element) return;
    // The text decides the height, up to what the stylesheet allows.
    element.style.blockSize = "auto";
    element.style.blockSize = text === "" ? "" : `${element.scrollHeight + 2}px`;
  }, [text]);

  const tooLong = [...text].length - MAX_CHARS;
  const sendable = text.trim() !== "" && tooLong <= 0;

  function send() {
    if (!sendable) return;
    const taken = store.post({
      text: text.trim(),
      reply_to: reply,
      mentions: mentionsIn(text, chosen.current),
      audience,
      from_draft: from,
      client_id: null,
    });
    if (!taken) {
      say("Many messages wait for the connection already. This one stays here until some are sent.", "problem");
      return;
    }
    write({ text: "", reply: null, from: null });
    chosen.current.clear();
    field.current?.focus();
  }

  function pick(person: ParticipantCard) {
    const { start, query } = mention.at ?? { start: text.length, query: "" };
    const rest = text.slice(start + 1 + query.length);
    chosen.current.set(person.id, person.name);
    write({ text: `${text.slice(0, start)}@${person.name}${rest.startsWith(" ") ? "" : " "}${rest}` });
    mention.close();
    field.current?.focus();
  }

  function onKeyDown(event: KeyboardEvent<HTMLTextAreaElement>) {
    if (mention.onKey(event, pick)) return;
    // Composing (IME) uses Enter for itself.
    if (event.key === "Enter" && !event.shiftKey && !event.nativeEvent.isComposing) {
      event.preventDefault();
      send();
    } else if (event.key === "Escape" && (reply !== null || from !== null)) {
      event.stopPropagation();
      write({ reply: null, from: null });
    }
  }

  const replied = reply === null ? undefined : events.find(({ seq }) => seq === reply)?.event;
  const { persona, floor } = view;
  const whispering = audience !== "everyone";
  return (
    <div className={clsx(styles.composer, whispering && styles.whispering)}>
      {can(view, "whisper") && <AudienceChoice audience={audience} onChange={(to) => write({ audience: to })} />}
      {floor.persona_stepped_back && !whispering && floor.persona_answers_to.length > 0 && (
        <p id={hintId} className={styles.hint}>
          {persona.name} (AI) listens and answers to: {floor.persona_answers_to.map((name) => `“${name}”`).join(", ")}
        </p>
      )}
      {replied?.type === "message_posted" && (
        <Chip icon={<CornerUpLeft aria-hidden="true" />} label="Stop replying" onRemove={() => write({ reply: null })}>
          Replying to {personById(view, replied.author)?.name ?? "a message"}: {replied.text}
        </Chip>
      )}
      {from !== null && (
        <Chip icon={<PenLine aria-hidden="true" />} label="Not from the draft" onRemove={() => write({ from: null })}>
          From the AI’s draft: will be marked “AI text, edited by you”
        </Chip>
      )}
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
      >
        {mention.people.length > 0 && (
          <MentionList people={mention.people} active={mention.active} id={mention.listId} onPick={pick} />
        )}
        <textarea
          ref={field}
          className={styles.field}
          rows={1}
          dir="auto"
          value={text}
          placeholder={placeholder(view, audience)}
          aria-label={whispering ? "Whisper" : "Message"}
          aria-describedby={hintId}
          {...(mention.people.length > 0 && {
            "aria-autocomplete": "list",
            "aria-haspopup": "listbox",
            "aria-controls": mention.listId,
            "aria-activedescendant": `${mention.listId}-${mention.active}`,
          })}
          onChange={(event) => {
            write({ text: event.target.value });
            mention.moved();
            if (!whispering) store.typing(event.target.value !== "");
          }}
          onSelect={mention.moved}
          onKeyDown={onKeyDown}
          onBlur={() => store.typing(false)}
        />
        <button type="submit" className={styles.send} aria-label="Send" title="Send" disabled={!sendable}>
          <SendHorizontal aria-hidden="true" />
        </button>
      </form>
      {tooLong > 0 && (
        <p className={styles.tooLong} role="alert">
          {tooLong} characters too long. Send it in parts.
        </p>
      )}
    </div>
  );
}

function placeholder({ you, persona, floor }: View, audience: MessageAudience): string {
  if (audience === "staff") return "Whisper to staff";
  if (audience === "staff_and_persona") return `Whisper to staff and ${persona.name} (AI)`;
  return you.role === "visitor" && !floor.persona_stepped_back ? `Ask ${persona.name}` : "Write a message";
}

interface ChipProps {
  icon: React.ReactNode;
  label: string;
  onRemove: () => void;
  children: React.ReactNode;
}

function Chip({ icon, label, onRemove, children }: ChipProps) {
  return (
    <div className={styles.chip}>
      {icon}
      <span className={styles.chipText}>{children}</span>
      <IconButton label={label} size="sm" onClick={onRemove}>
        <X aria-hidden="true" />
      </IconButton>
    </div>
  );
}

/** Names offered after an “@”. */
function useMention(text: string, field: React.RefObject<HTMLTextAreaElement | null>) {
  const view = useView();
  const listId = useId();
  const [at, setAt] = useState<{ start: number; query: string } | null>(null);
  const [active, setActive] = useState(0);
  // To name somebody who watches unseen would tell of them.
  const others = view.participants.filter(
    (person) => isInside(person) && person.presence_mode === "participant" && person.id !== view.you.participant_id,
  );
  const people = at && text.charAt(at.start) === "@" ? mentionable(others, at.query) : [];

  const close = () => setAt(null);
  const moved = () => {
    const element = field.current;
    setAt(element ? mentionQuery(element.value, element.selectionStart) : null);
    setActive(0);
  };

  /** Answers whether the key was for the list. */
  const onKey = (event: KeyboardEvent, pick: (person: ParticipantCard) => void): boolean => {
    if (people.length === 0) return false;
    const person = people[active];
    if (event.key === "ArrowDown") setActive((active + 1) % people.length);
    else if (event.key === "ArrowUp") setActive((active + people.length - 1) % people.length);
    else if ((event.key === "Enter" || event.key === "Tab") && person) pick(person);
    else if (event.key === "Escape") close();
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  };

  return { at, people, active, listId, close, moved, onKey };
}
