/** What a persona knows: sources, and questions answered by people. */
import { request, segment, upload } from "./http";

type SourceState = "queued" | "reading" | "indexing" | "ready" | "failed";

export interface Source {
  id: string;
  title: string;
  kind: string;
  state: SourceState;
  /** Percent. */
  progress: number;
  passages: number;
  bytes: number;
  /** In plain words, when the state is `failed`. */
  error?: string | null;
  updated_at: number;
}

const of = (personaId: string) => `/personas/${segment(personaId)}`;

export const listSources = (personaId: string, signal?: AbortSignal) =>
  request<{ sources: Source[] }>("GET", `${of(personaId)}/sources`, { signal });

export function uploadSources(personaId: string, files: readonly File[], onSent: (share: number) => void) {
  const form = new FormData();
  for (const file of files) form.append("file", file, file.name);
  return upload<{ sources: Source[] } | undefined>(`${of(personaId)}/sources`, form, onSent);
}

export const addTextSource = (personaId: string, json: { title: string; text: string }) =>
  request<Source>("POST", `${of(personaId)}/sources/text`, { json });

export const reindexSource = (id: string) => request<void>("POST", `/sources/${segment(id)}/reindex`);

export const deleteSource = (id: string) => request<void>("DELETE", `/sources/${segment(id)}`);

export interface SourceContent {
  title?: string;
  text: string;
}

/** The text as the persona reads it. */
export async function getSourceContent(id: string, signal?: AbortSignal): Promise<SourceContent> {
  const body = await request<string | SourceContent>("GET", `/sources/${segment(id)}/content`, { signal });
  return typeof body === "string" ? { text: body } : body;
}

export interface QuestionAnswer {
  id: string;
  question: string;
  phrasings: string[];
  answer: string;
  updated_at: number;
}

export interface QuestionDraft {
  question: string;
  phrasings: string[];
  answer: string;
}

export const listQuestions = (personaId: string, signal?: AbortSignal) =>
  request<{ questions: QuestionAnswer[] }>("GET", `${of(personaId)}/questions`, { signal });

export const addQuestion = (personaId: string, json: QuestionDraft) =>
  request<QuestionAnswer>("POST", `${of(personaId)}/questions`, { json });

export const changeQuestion = (id: string, json: Partial<QuestionDraft>) =>
  request<QuestionAnswer>("PATCH", `/questions/${segment(id)}`, { json });

export const deleteQuestion = (id: string) => request<void>("DELETE", `/questions/${segment(id)}`);
