/** Questions that wait for a person. */
import type { HandoffReason, HandoffState, Notified, UserRef } from "../words";
import { query, request, segment } from "./http";

export interface HandoffRow {
  conversation_id: string;
  handoff_id: number;
  persona: { id: string; name: string; picture: string | null };
  visitor_name: string;
  question: string;
  /** How many joined it later. */
  further_questions: number;
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

/** Tells the visitor that somebody looked at their question. Said on the way to the conversation's page. */
export const openHandoff = (key: HandoffKey) => request<void>("POST", `${at(key)}/open`, { json: {}, keepalive: true });

export const takeHandoff = (key: HandoffKey) => request<void>("POST", `${at(key)}/take`, { json: {} });

/** `dismiss` closes it without an answer, with the reason for the record. */
export const resolveHandoff = (key: HandoffKey, dismiss?: string) =>
  request<void>("POST", `${at(key)}/resolve`, { json: dismiss === undefined ? {} : { dismiss } });

export const answerHandoff = (key: HandoffKey, json: { answer: string; keep: boolean }) =>
  request<void>("POST", `${at(key)}/answer`, { json });
