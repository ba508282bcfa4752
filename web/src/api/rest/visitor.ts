/** What pages outside of the dashboard ask: by the visitor's or guest's token, or as the user who is signed in. */

import type {
  ConversationId,
  HandoffId,
  HistoryGrant,
  JoinRequestId,
  ParticipantId,
  PersonaId,
  Recorded,
  Role,
  WaitingView,
} from "../words";
import { bearer, query, request, segment } from "./http";

/** What anybody may know of a persona. */
export interface PublicPersona {
  id: PersonaId;
  name: string;
  picture: string | null;
  greeting: string;
  video_available: boolean;
}

/** What a page on the conversation URL may show a signed-in user before anybody is admitted. */
export interface Door {
  persona: { name: string; picture: string | null };
  inside: boolean;
  open: boolean;
  in_call_users: boolean;
  role: Role;
  removed: boolean;
  /** The user's newest knock, as long as it matters. */
  request_id: JoinRequestId | null;
  /** The open handoff that the user was told of. */
  asked: HandoffId | null;
}

/** One row of a visitor's own drawer. */
export interface OwnConversation {
  conversation_id: ConversationId;
  persona_id: PersonaId;
  open: boolean;
  started_at: number;
  last_at: number;
  /** The newest thing said. */
  preview: string;
}

export interface InvitationPeek {
  persona: { name: string; picture: string | null };
  conversation_id: ConversationId;
  invited_by: string;
  email: string;
  note: string;
  state: "open" | "rejected" | "revoked" | "removed" | "expired" | "ended";
}

export interface Passage {
  source_title: string;
  place: string;
  before: string;
  text: string;
  after: string;
}

export const getPublicPersona = (id: string, signal?: AbortSignal) =>
  request<PublicPersona>("GET", `/public/personas/${segment(id)}`, { signal });

export const createVisitor = (persona_id: PersonaId) =>
  request<{ visitor_id: string; token: string }>("POST", "/visitors", { json: { persona_id } });

export const startConversation = (
  token: string,
  body: { persona_id: string; name?: string; continues?: ConversationId },
) => request<{ conversation_id: ConversationId }>("POST", "/conversations", { json: body, headers: bearer(token) });

export const listEarlier = (token: string, signal?: AbortSignal) =>
  request<{ conversations: OwnConversation[] }>("GET", "/visitors/me/conversations", {
    headers: bearer(token),
    signal,
  });

export const getPassage = (
  conversation: ConversationId,
  seq: number,
  index: number,
  token: string | undefined,
  signal?: AbortSignal,
) =>
  request<Passage>("GET", `/passages${query({ conversation_id: conversation, seq, index })}`, {
    headers: bearer(token),
    signal,
  });

export const getOlderEvents = (conversation: ConversationId, before: number, token: string | undefined) =>
  request<{ events: Recorded[]; more: boolean }>(
    "GET",
    `/conversations/${segment(conversation)}/events${query({ before, limit: 100 })}`,
    { headers: bearer(token) },
  );

/** The export as text, since a link cannot carry a visitor's token. */
export const getExport = (conversation: ConversationId, token: string | undefined) =>
  request<string>("GET", `/conversations/${segment(conversation)}/export.txt`, { headers: bearer(token) });

export const getDoor = (conversation: ConversationId, signal?: AbortSignal) =>
  request<Door>("GET", `/conversations/${segment(conversation)}/door`, { signal });

/** Either inside already, or waiting. */
export interface Knocked {
  participant_id: ParticipantId | null;
  request_id: JoinRequestId | null;
  waiting: WaitingView | null;
}

export const knock = (
  conversation: ConversationId,
  body: { purpose?: string; asks_history?: HistoryGrant; handoff?: string },
) => request<Knocked>("POST", `/conversations/${segment(conversation)}/knocks`, { json: body });

export const peekInvitation = (token: string, signal?: AbortSignal) =>
  request<InvitationPeek>("POST", "/guest-invitations/peek", { json: { token }, signal });

export const knockAsGuest = (token: string, name: string, purpose: string) =>
  request<Knocked & { conversation_id: ConversationId; guest_token: string }>("POST", "/guest-invitations/knock", {
    json: { token, name, ...(purpose && { purpose }) },
  });

export const rejectInvitation = (token: string) =>
  request<void>("POST", "/guest-invitations/reject", { json: { token } });
