/** What a key does during a call. */
export type CallAction = "microphone" | "camera" | "screen" | "hand" | "layout" | "picture" | "chat" | "help";

export const SHORTCUTS: readonly { key: string; action: CallAction; words: string }[] = [
  { key: "m", action: "microphone", words: "Microphone on or off" },
  { key: "v", action: "camera", words: "Camera on or off" },
  { key: "s", action: "screen", words: "Share your screen, or stop" },
  { key: "h", action: "hand", words: "Raise or lower your hand" },
  { key: "l", action: "layout", words: "Speaker or grid layout" },
  { key: "p", action: "picture", words: "Picture in picture" },
  { key: "c", action: "chat", words: "Show or hide the chat" },
  { key: "?", action: "help", words: "This list" },
];

/** The part of a keyboard event that decides. */
export interface Pressed {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  repeat: boolean;
  /** The pressed element takes letters itself: a text field, a list, a menu. */
  takesLetters: boolean;
}

/** Letters alone act; with Ctrl, Alt or ⌘ they belong to the browser, and where one writes they are text. */
export function actionFor({ key, ctrlKey, metaKey, altKey, repeat, takesLetters }: Pressed): CallAction | null {
  if (ctrlKey || metaKey || altKey || repeat || takesLetters) return null;
  return SHORTCUTS.find((shortcut) => shortcut.key === key.toLowerCase())?.action ?? null;
}

/**
 * How long letters must have paused, in milliseconds, before they act in a call: somebody else may have begun it, or hidden the
 * chat, while one was writing, and who writes on must not switch a camera on. A pointer shows that one has seen it.
 */
export const WRITES_ON_MS = 3000;

/** Tells the rest of a sentence from the keys of a call. Times are in milliseconds of any clock. */
export class WritingOn {
  #until: number;

  constructor(now: number) {
    this.#until = now + WRITES_ON_MS;
  }

  /** Whether a key pressed now still belongs to what was being written. */
  goesOn(now: number): boolean {
    if (now >= this.#until) return false;
    this.#until = now + WRITES_ON_MS;
    return true;
  }

  /** A letter went into a text; the next one may find the field gone. */
  wrote(now: number): void {
    this.#until = now + WRITES_ON_MS;
  }

  /** Whoever points at something has stopped writing. */
  ends(): void {
    this.#until = Number.NEGATIVE_INFINITY;
  }
}

export const takesLetters = (target: EventTarget | null): boolean =>
  target instanceof Element &&
  target.closest("input, textarea, select, [contenteditable=true], [role=menu], [role=dialog], [role=listbox]") !==
    null;
