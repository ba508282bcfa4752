import type {
  Citation,
  Event,
  MessageAudience,
  MessageId,
  ParticipantCard,
  Reason,
  Recorded,
  View,
} from "../../api/words";
import { freshPast, lineOf, userName } from "./lines";
import { personById } from "./people";
import { type Mark, markOf } from "./provenance";
import { sameDay } from "./time";

export interface MessageItem {
  kind: "message";
  key: string;
  id: MessageId;
  at: number;
  author: ParticipantCard | undefined;
  mine: boolean;
  mark: Mark;
  /** Same author, same nature and shortly after the one above: drawn without repeating the name. */
  follows: boolean;
  text: string;
  audience: MessageAudience;
  replyTo: { id: MessageId; name: string; text: string } | null;
  citations: readonly Citation[];
  /** In percent; staff see it. */
  confidence: number | null;
  interrupted: boolean;
  retracted: boolean;
  /** Why the persona spoke or stayed silent after it; staff see it. */
  floor: { speaks: boolean; reason: Reason } | null;
  /** The handed-off question that these words of one's own answer, while they are not kept as knowledge. */
  answers: string | null;
}

/** An answer that a person wrote to a question nobody came for. It is mailed, and stands here too. */
export interface AnswerItem {
  kind: "answer";
  key: string;
  at: number;
  by: string;
  text: string;
}

interface LineItem {
  kind: "line";
  key: string;
  at: number;
  text: string;
}

interface DayItem {
  kind: "day";
  key: string;
  at: number;
}

export type Item = MessageItem | AnswerItem | LineItem | DayItem;

/** Two messages of one author within this time are one breath. */
const ONE_BREATH_MS = 4 * 60_000;

/** What the timeline draws, oldest first. */
export function itemsOf(events: readonly Recorded[], view: View): Item[] {
  const retracted = new Set<MessageId>();
  const floors = new Map<MessageId, { speaks: boolean; reason: Reason }>();
  const texts = new Map<MessageId, { name: string; text: string }>();
  const kept = new Set<string>();
  for (const { seq, event } of events) {
    if (event.type === "message_retracted") retracted.add(event.message_id);
    else if (event.type === "floor_decided")
      floors.set(event.message_id, { speaks: event.speaks, reason: event.reason });
    else if (event.type === "knowledge_kept") kept.add(event.answer);
    else if (event.type === "message_posted") {
      const mine = event.author !== null && event.author === view.you.participant_id;
      texts.set(seq, { name: mine ? "You" : (personById(view, event.author)?.name ?? ""), text: event.text });
    }
  }

  const items: Item[] = [];
  const past = freshPast(events);
  let day: number | null = null;
  for (const recorded of events) {
    const item =
      recorded.event.type === "message_posted"
        ? messageItem(recorded, recorded.event, view, { retracted, floors, texts, kept, above: items.at(-1) })
        : (answerItem(recorded, view) ?? lineItem(recorded, lineOf(recorded, view, past)));
    if (!item) continue;
    if (day === null || !sameDay(day, item.at)) {
      items.push({ kind: "day", key: `day-${recorded.seq}`, at: item.at });
      if (item.kind === "message") item.follows = false;
    }
    day = item.at;
    items.push(item);
  }
  return items;
}

function answerItem({ seq, at, event }: Recorded, view: View): AnswerItem | null {
  if (event.type !== "handoff_resolved" || event.how.kind !== "follow_up_answered") return null;
  const by = event.by === null ? "A person" : userName(view, event.by);
  return { kind: "answer", key: `answer-${seq}`, at, by, text: event.how.answer };
}

function lineItem({ seq, at }: Recorded, text: string | null): LineItem | null {
  return text === null ? null : { kind: "line", key: `line-${seq}`, at, text };
}

interface Around {
  retracted: Set<MessageId>;
  floors: Map<MessageId, { speaks: boolean; reason: Reason }>;
  texts: Map<MessageId, { name: string; text: string }>;
  /** Answers that the persona knows already. */
  kept: Set<string>;
  above: Item | undefined;
}

type Posted = Extract<Event, { type: "message_posted" }>;

function messageItem({ seq, at }: Recorded, event: Posted, view: View, around: Around): MessageItem | LineItem {
  const mark = markOf(event.provenance, personById(view, event.author), view);
  if (mark.kind === "system") return { kind: "line", key: `line-${seq}`, at, text: event.text };
  const { above } = around;
  const follows =
    above?.kind === "message" &&
    above.author?.id === event.author &&
    above.mark.spoken === mark.spoken &&
    above.audience === event.audience &&
    at - above.at < ONE_BREATH_MS;
  // An answer right under its question needs no quotation of it.
  const shownAbove = above?.kind === "message" && above.id === event.reply_to;
  const replyTo = shownAbove ? null : event.reply_to;
  const replied = replyTo === null ? undefined : around.texts.get(replyTo);
  return {
    kind: "message",
    key: `message-${seq}`,
    id: seq,
    at,
    author: personById(view, event.author),
    mine: event.author !== null && event.author === view.you.participant_id,
    mark,
    follows,
    text: event.text,
    audience: event.audience,
    replyTo:
      replyTo === null ? null : { id: replyTo, name: replied?.name ?? "", text: replied?.text ?? "An earlier message" },
    citations: event.citations,
    confidence: event.confidence,
    interrupted: event.interrupted,
    retracted: around.retracted.has(seq),
    floor: around.floors.get(seq) ?? null,
    answers: mark.kind === "person" ? questionAnswered(seq, event, view, around) : null,
  };
}

/** What one's own words to everybody answer: the handed-off question replied to, or else the newest. */
function questionAnswered(seq: MessageId, event: Posted, view: View, { kept, texts }: Around): string | null {
  const { handoff, you } = view;
  const mine = event.author !== null && event.author === you.participant_id && event.audience === "everyone";
  if (!mine || !you.allowed.includes("keep_as_knowledge") || kept.has(event.text.trim())) return null;
  const before = handoff?.questions.filter((id) => id < seq) ?? [];
  const question = before.find((id) => id === event.reply_to) ?? before.at(-1);
  return question === undefined ? null : (texts.get(question)?.text ?? null);
}
