/** Personas and their settings. */
import type { Citation, Settings, UserRef } from "../words";
import { API_ROOT, request, segment } from "./http";

/** A persona in a list. */
export interface PersonaCard {
  id: string;
  name: string;
  picture: string | null;
  owner: UserRef;
  open_conversations: number;
  sources_ready: number;
  sources_total: number;
  settings: Settings;
}

export interface Persona {
  id: string;
  name: string;
  call_names: string[];
  greeting: string;
  instructions: string;
  owner: UserRef;
  backups: UserRef[];
  handoff_topics: string[];
  in_call_users: boolean;
  disable_video: boolean;
  many_screens: boolean;
  /** Percent. */
  confidence_threshold: number;
  picture: string | null;
  version: number;
  /** `keyword_only` where the embedding model is not there, `indexing` until it has read what was there before it. */
  retrieval: "hybrid" | "keyword_only" | "indexing";
}

export interface PersonaPatch {
  name?: string;
  call_names?: string[];
  greeting?: string;
  instructions?: string;
  owner?: string;
  backups?: string[];
  handoff_topics?: string[];
  in_call_users?: boolean;
  disable_video?: boolean;
  many_screens?: boolean;
  confidence_threshold?: number;
  /** When given, the change is refused if somebody else changed the persona since. */
  version?: number;
}

const at = (id: string) => `/personas/${segment(id)}`;

export const listPersonas = (signal?: AbortSignal) =>
  request<{ personas: PersonaCard[] }>("GET", "/personas", { signal });

export const createPersona = (json: { name: string }) => request<Persona>("POST", "/personas", { json });

export const getPersona = (id: string, signal?: AbortSignal) => request<Persona>("GET", at(id), { signal });

export const changePersona = (id: string, json: PersonaPatch) => request<Persona>("PATCH", at(id), { json });

export const deletePersona = (id: string) => request<void>("DELETE", at(id));

/** The largest picture the server takes, in bytes. */
export const MAX_PICTURE_BYTES = 1_000_000;

export const putPicture = (id: string, picture: Blob) =>
  request<void>("PUT", `${at(id)}/picture`, { body: picture, headers: { "content-type": picture.type } });

export const pictureUrl = (id: string, version?: number) =>
  `${API_ROOT}${at(id)}/picture${version === undefined ? "" : `?v=${version}`}`;

interface RankedPassage {
  title: string;
  place: string;
  text: string;
  score: number;
}

export interface Trial {
  answer: string;
  /** `built_in` quotes or gives the owner's words; `model` is the language model, where one is configured. */
  written_by: "built_in" | "model";
  /** Percent. */
  confidence: number;
  handoff: boolean;
  citations: Citation[];
  passages: RankedPassage[];
}

/** Asks the persona without a conversation. `turns` holds what the visitor said so far, oldest first. */
export const tryPersona = (id: string, turns: string[], signal?: AbortSignal) =>
  request<Trial>("POST", `${at(id)}/try`, { json: { turns }, signal });
