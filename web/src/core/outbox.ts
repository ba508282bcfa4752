import type { ClientCommand, PostMessage } from "../api/words";
import { type Keep, readKept } from "./keep";

/** A message that the server has not acknowledged, or has refused. It stays until it is sent or its author discards it. */
export interface Unsent {
  id: string;
  message: PostMessage;
  at: number;
  /** The sentence that says why, once refused. */
  refused: string | null;
}

/** A command on its way. It lives as long as the page: nothing that was typed depends on it. */
export interface PendingCommand {
  id: string;
  command: ClientCommand;
}

/** At most so many messages wait; the composer says so. */
const MAX_UNSENT = 50;

/**
 * Messages wait here under the id they are sent with, and are kept between visits. Each has a key of its own, so that two tabs
 * don't overwrite one another; if both send it, the server takes the id once.
 */
export class Outbox {
  #messages = new Map<string, Unsent>();
  readonly #keep: Keep;
  readonly #prefix: string;

  constructor(keep: Keep, scope: string) {
    this.#keep = keep;
    this.#prefix = `trialogue.unsent.${scope}.`;
    const found = keep
      .keys(this.#prefix)
      .map((key) => readKept(keep, key, isUnsent))
      .filter((unsent) => unsent !== null)
      .sort((a, b) => a.at - b.at);
    for (const unsent of found) this.#messages.set(unsent.id, unsent);
  }

  /** In the order of writing. */
  get all(): Unsent[] {
    return [...this.#messages.values()];
  }

  get full(): boolean {
    return this.#messages.size >= MAX_UNSENT;
  }

  has(id: string): boolean {
    return this.#messages.has(id);
  }

  put(unsent: Unsent): void {
    this.#messages.set(unsent.id, unsent);
    this.#keep.set(this.#prefix + unsent.id, JSON.stringify(unsent));
  }

  refuse(id: string, why: string): void {
    const unsent = this.#messages.get(id);
    if (unsent) this.put({ ...unsent, refused: why });
  }

  /** Removes what is acknowledged or discarded and answers it. */
  take(id: string): Unsent | undefined {
    const unsent = this.#messages.get(id);
    this.#messages.delete(id);
    this.#keep.remove(this.#prefix + id);
    return unsent;
  }
}

function isUnsent(value: unknown): value is Unsent {
  const unsent = value as Unsent | null;
  return typeof unsent?.id === "string" && typeof unsent.message?.text === "string" && typeof unsent.at === "number";
}
