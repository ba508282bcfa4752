import type { InteractionMode } from "../../api/words";
import { readKept, storageKeep } from "../../core/keep";

/**
 * How this tab takes part in a conversation's call: what it came in with, that it is asked in, or that it stays out. Of this tab
 * alone: another tab of the same person must not switch a camera on.
 */
export interface CallEntry {
  /** `asked`: the call began while this tab was in the conversation, and nothing was answered yet. */
  part: "in" | "asked" | "out";
  camera: boolean;
  microphone: boolean;
  /** Pressed **Join** while it was a chat: may begin the call. */
  starts: boolean;
  /** To be chosen for the conversation, once. */
  mode: InteractionMode | null;
}

const tab = storageKeep(() => sessionStorage);
const listeners = new Set<() => void>();

const keyOf = (conversationId: string) => `trialogue.call.${conversationId}`;

function isEntry(value: unknown): value is CallEntry {
  if (typeof value !== "object" || value === null) return false;
  const entry = value as Record<keyof CallEntry, unknown>;
  const flags = (["camera", "microphone", "starts"] as const).every((flag) => typeof entry[flag] === "boolean");
  const part = entry.part === "in" || entry.part === "asked" || entry.part === "out";
  return part && flags && (entry.mode === null || entry.mode === "video" || entry.mode === "video_and_text");
}

/** Nothing for a tab that has not been asked yet. */
export const readEntry = (conversationId: string): CallEntry | null => readKept(tab, keyOf(conversationId), isEntry);

/** As one text, so that a reader sees by comparing whether it changed. */
export const entryText = (conversationId: string): string | null => tab.get(keyOf(conversationId));

/** What was chosen before **Join**; `mode` for those who choose how the conversation is held. */
export const enterCall = (
  conversationId: string,
  { camera, microphone }: { camera: boolean; microphone: boolean },
  mode: InteractionMode | null,
): void => put(conversationId, { part: "in", camera, microphone, starts: camera || microphone || mode !== null, mode });

/** Comes in with nothing on. */
export const watchCall = (conversationId: string): void =>
  enterCall(conversationId, { camera: false, microphone: false }, null);

/** What is on now, so that a reload comes back with it. */
export const keepEntry = (conversationId: string, on: Pick<CallEntry, "camera" | "microphone" | "starts">): void =>
  put(conversationId, { part: "in", ...on, mode: null });

export const stayOutOfCall = (conversationId: string): void => put(conversationId, { part: "out", ...NOTHING });

export const askIntoCall = (conversationId: string): void => put(conversationId, { part: "asked", ...NOTHING });

const NOTHING = { camera: false, microphone: false, starts: false, mode: null } as const;

/** The call is over: the next one asks anew. */
export function forgetEntry(conversationId: string): void {
  if (tab.get(keyOf(conversationId)) === null) return;
  tab.remove(keyOf(conversationId));
  tell();
}

export function onEntryChange(run: () => void): () => void {
  listeners.add(run);
  return () => listeners.delete(run);
}

function put(conversationId: string, { part, camera, microphone, starts, mode }: CallEntry): void {
  const text = JSON.stringify({ part, camera, microphone, starts, mode });
  if (tab.get(keyOf(conversationId)) === text) return;
  tab.set(keyOf(conversationId), text);
  tell();
}

function tell(): void {
  for (const listener of listeners) listener();
}
