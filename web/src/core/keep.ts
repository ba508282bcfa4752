/**
 * What this browser keeps between visits: tokens, drafts, messages not yet acknowledged. A page of ours keeps it in its own
 * storage; inside somebody else's page, where that may be blocked, the page around us keeps it (see `widget/host-keep`).
 */
export interface Keep {
  get(key: string): string | null;
  set(key: string, value: string): void;
  remove(key: string): void;
  keys(prefix: string): string[];
}

/** Lasts as long as the page: where nothing may be stored, and in tests. */
export function memoryKeep(initial: Record<string, string> = {}): Keep {
  const kept = new Map(Object.entries(initial));
  return {
    get: (key) => kept.get(key) ?? null,
    set: (key, value) => void kept.set(key, value),
    remove: (key) => void kept.delete(key),
    keys: (prefix) => [...kept.keys()].filter((key) => key.startsWith(prefix)),
  };
}

/** `storage` when it can be used; reading the property alone throws where the browser blocks it. */
export function storageKeep(storage: () => Storage): Keep {
  let usable: Storage;
  try {
    usable = storage();
    usable.setItem("trialogue.probe", "1");
    usable.removeItem("trialogue.probe");
  } catch {
    return memoryKeep();
  }
  return {
    get: (key) => usable.getItem(key),
    set(key, value) {
      try {
        usable.setItem(key, value);
      } catch {
        // Full. What is shown on the page is still there; it only won't outlive it.
      }
    },
    remove: (key) => usable.removeItem(key),
    keys: (prefix) => Object.keys(usable).filter((key) => key.startsWith(prefix)),
  };
}

/** Reads a kept JSON value. What isn't JSON, or fails `accept`, is as good as absent: another version may have written it. */
export function readKept<T>(keep: Keep, key: string, accept: (value: unknown) => value is T): T | null {
  const text = keep.get(key);
  if (text === null) return null;
  try {
    const value: unknown = JSON.parse(text);
    return accept(value) ? value : null;
  } catch {
    return null;
  }
}
