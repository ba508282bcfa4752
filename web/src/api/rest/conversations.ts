/** Conversations as the dashboard lists and reads them. */

import type { HandoffState, InteractionMode, ParticipantId, Recorded, Role, View } from "../words";
import { query, request, segment } from "./http";

/** One row of a list: the summary that is kept beside the log. */
export interface Summary {
  conversation_id: string;
  persona: { id: string; name: string; picture: string | null };
  visitor_name: string;
  open: boolean;
  mode: InteractionMode;
  started_at: number;
  last_at: number;
  last_message: { author: string; role: Role | null; text: string } | null;
  /** Those inside, with whether they can be reached just now. */
  here: { name: string; role: Role; here: boolean }[];
  handoff: HandoffState | null;
  knocks: number;
}

export interface ConversationFilter {
  state?: "open" | "ended" | undefined;
  persona_id?: string | undefined;
}

export interface ConversationPage {
  conversations: Summary[];
  /** Where the next page begins, when there is one. */
  next?: string | number | null;
}

export const listConversations = (
  filter: ConversationFilter,
  before: string | number | undefined,
  signal?: AbortSignal,
) =>
  request<ConversationPage>(
    "GET",
    `/conversations${query({ state: filter.state, persona_id: filter.persona_id, before, limit: 50 })}`,
    { signal },
  );

/** Reading by staff who are not inside is written to the audit log. */
export const getConversation = (id: string, signal?: AbortSignal) =>
  request<{ view: View; may_watch: boolean }>("GET", `/conversations/${segment(id)}`, { signal });

/** Comes in as a monitor: agents and supervisors alone. */
export const watchConversation = (id: string) =>
  request<{ participant_id: ParticipantId | null }>("POST", `/conversations/${segment(id)}/watch`);

/** From watching to taking part, as a new participant. */
export const stepIn = (id: string) =>
  request<{ seq: number }>("POST", `/conversations/${segment(id)}/commands`, { json: { command: { do: "step_in" } } });

export const getEvents = (id: string, before: number | undefined, signal?: AbortSignal) =>
  request<{ events: Recorded[]; more: boolean }>(
    "GET",
    `/conversations/${segment(id)}/events${query({ before, limit: 200 })}`,
    { signal },
  );

export const exportUrl = (id: string, format: "json" | "txt") =>
  `/api/v1/conversations/${segment(id)}/export.${format}`;
