/** Questions that wait for a person. */
import { query, request, segment } from "./http";
import type { UserRef } from "./personas";

export type HandoffReason =
  | { kind: "cannot_answer" }
  | { kind: "low_confidence"; confidence: number; threshold: number }
  | { kind: "asked_for_person" }
  | { kind: "topic"; topic: string };

export type HandoffResolution =
  | { kind: "answered_live" }
  | { kind: "follow_up_answered"; answer: string }
  | { kind: "cancelled_by_visitor" }
  | { kind: "dismissed"; why: string };

export type HandoffState =
  | { kind: "raised" }
  | { kind: "notified" }
  | { kind: "taken"; by: string }
  | { kind: "follow_up"; owed_by: string; email: string | null }
  | { kind: "resolved"; how: HandoffResolution };

/** One who was told, in the order of the chain. Times are milliseconds since the epoch. */
export interface Notified {
  user_id: string;
  name: string;
  told_at: number | null;
  opened_at: number | null;
  withdrawn: boolean;
}

export interface HandoffRow {
  conversation_id: string;
  handoff_id: number;
  persona: { id: string; name: string; picture: string | null };
  visitor_name: string;
  question: string;
  reason: HandoffReason;
  state: HandoffState;
  raised_at: number;
  notified: Notified[];
  taken_by?: UserRef | null;
  owed_by?: UserRef | null;
  email?: string | null;
}

export const listHandoffs = (state: "open" | "closed", signal?: AbortSignal) =>
  request<{ handoffs: HandoffRow[] }>("GET", `/handoffs${query({ state })}`, { signal });

const at = (row: { conversation_id: string; handoff_id: number }) =>
  `/conversations/${segment(row.conversation_id)}/handoffs/${segment(row.handoff_id)}`;

type HandoffKey = Pick<HandoffRow, "conversation_id" | "handoff_id">;

/** Tells the visitor that somebody looked at their question. */
export const openHandoff = (key: HandoffKey) => request<void>("POST", `${at(key)}/open`, { json: {} });

export const takeHandoff = (key: HandoffKey) => request<void>("POST", `${at(key)}/take`, { json: {} });

/** `dismiss` closes it without an answer, with the reason for the record. */
export const resolveHandoff = (key: HandoffKey, dismiss?: string) =>
  request<void>("POST", `${at(key)}/resolve`, { json: dismiss === undefined ? {} : { dismiss } });

export const answerHandoff = (key: HandoffKey, json: { answer: string; keep: boolean }) =>
  request<void>("POST", `${at(key)}/answer`, { json });
