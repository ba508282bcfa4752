/** What is true of a handoff, in words: who was told and when, who looked, who has it, what comes next. */
import type { HandoffRow } from "../../api/rest/handoffs";
import type { HandoffReason, HandoffState } from "../../api/words";
import { clock, span } from "../time";

export type Tone = "urgent" | "active" | "owed" | "done";

/** The word on the badge. */
export function stateWord(state: HandoffState): { word: string; tone: Tone } {
  switch (state.kind) {
    case "raised":
      return { word: "Waiting", tone: "urgent" };
    case "notified":
      return { word: "Told", tone: "urgent" };
    case "taken":
      return { word: "Taken", tone: "active" };
    case "follow_up":
      return { word: "Follow-up owed", tone: "owed" };
    case "resolved":
      switch (state.how.kind) {
        case "answered_live":
          return { word: "Answered live", tone: "done" };
        case "follow_up_answered":
          return { word: "Follow-up answered", tone: "done" };
        case "cancelled_by_visitor":
          return { word: "Cancelled by visitor", tone: "done" };
        case "dismissed":
          return { word: "Dismissed", tone: "done" };
      }
  }
}

export function reasonSentence(reason: HandoffReason): string {
  switch (reason.kind) {
    case "cannot_answer":
      return "The sources do not hold an answer.";
    case "low_confidence":
      return `Confidence ${reason.confidence} %, below the threshold of ${reason.threshold} %.`;
    case "asked_for_person":
      return "The visitor asked for a person.";
    case "topic":
      return `The topic “${reason.topic}” always goes to a person.`;
  }
}

export interface ChainStep {
  userId: string;
  name: string;
  /** “told 14:02, opened 14:03, not yet joined” */
  words: string;
  withdrawn: boolean;
}

/** One line for everybody who is asked, in the order of the chain. */
export function chainSteps(row: HandoffRow, now: number): ChainStep[] {
  const takenBy = row.state.kind === "taken" ? row.state.by : undefined;
  const waiting = row.state.kind === "raised" || row.state.kind === "notified";
  return row.notified.map((person) => {
    const words = [person.told_at === null ? "not told yet" : `told ${clock(person.told_at, now)}`];
    if (person.opened_at !== null) words.push(`opened ${clock(person.opened_at, now)}`);
    if (person.user_id === takenBy) words.push("took it");
    else if (person.withdrawn) words.push(takenBy ? "notice withdrawn" : "passed on");
    else if (person.told_at !== null && waiting) {
      words.push(person.opened_at === null ? "not opened yet" : "not yet joined");
    }
    return { userId: person.user_id, name: person.name, words: words.join(", "), withdrawn: person.withdrawn };
  });
}

/** How a closed handoff ended, beyond the badge. */
export function closedSentence(row: HandoffRow): string | null {
  if (row.state.kind !== "resolved") return null;
  const { how } = row.state;
  if (how.kind === "dismissed") return `Reason: ${how.why}`;
  if (how.kind === "follow_up_answered") return `Answer: ${how.answer}`;
  return null;
}

/** How long the visitor waits, or has waited. */
export const waitingFor = (row: HandoffRow, now: number): string => span(Math.max(0, now - row.raised_at));

const RANK: Record<HandoffState["kind"], number> = { raised: 0, notified: 0, follow_up: 1, taken: 2, resolved: 3 };

/** What somebody has to do first comes first; among equals the one who waits longest. */
export function inOrderOfNeed(rows: readonly HandoffRow[]): HandoffRow[] {
  return [...rows].sort((a, b) => RANK[a.state.kind] - RANK[b.state.kind] || a.raised_at - b.raised_at);
}

/** How many wait for somebody: a taken one has its person. */
export const needingSomebody = (rows: readonly HandoffRow[]): number =>
  rows.filter((row) => row.state.kind !== "taken" && row.state.kind !== "resolved").length;

export interface HandoffOffers {
  join: boolean;
  take: boolean;
  answer: boolean;
  dismiss: boolean;
}

/** Which actions make sense for this user; the server decides again. */
export function offers(state: HandoffState, userId: string): HandoffOffers {
  const waiting = state.kind === "raised" || state.kind === "notified";
  const open = state.kind !== "resolved";
  return {
    join: open,
    take: waiting,
    answer: state.kind === "follow_up",
    dismiss: open && (state.kind !== "taken" || state.by === userId),
  };
}

export const keyOf = (row: Pick<HandoffRow, "conversation_id" | "handoff_id">): string =>
  `${row.conversation_id}/${row.handoff_id}`;

/** Those that were not there before: what a notification is worth. Nothing on the first look. */
export function newlyRaised(before: ReadonlySet<string> | undefined, rows: readonly HandoffRow[]): HandoffRow[] {
  if (!before) return [];
  return rows.filter(
    (row) => (row.state.kind === "raised" || row.state.kind === "notified") && !before.has(keyOf(row)),
  );
}
