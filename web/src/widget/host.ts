import { type Keep, memoryKeep } from "../core/keep";
import type { HostMessage, PanelMessage } from "./messages";

/** How long the page around the panel may take to hand over what it keeps. */
const HOST_ANSWERS_WITHIN_MS = 1_500;

/** How long the panel may take to show a place to write, before the focus goes to what there is. */
const SHOWN_WITHIN_MS = 3_000;

/** The page around the panel, as the panel knows it. */
export interface Host {
  keep: Keep;
  close: () => void;
  unread: () => void;
  /** Tells whether the visitor is on video, so that it can be seen while the panel is hidden. */
  call: (on: boolean) => void;
  /** Whether the panel is shown, and a way to hear of changes. */
  showing: () => Showing;
  onShowing: (run: () => void) => () => void;
}

/** Shown, hidden again, or not yet shown on this page. */
export type Showing = "never" | "shown" | "hidden";

/**
 * Finds the page around the panel and has it keep what the panel keeps: a browser may block or throw away the storage of an
 * iframe on another site. None where no page answers: then the panel keeps for itself, and there is nobody to close it.
 */
export function findHost(): Promise<Host | null> {
  if (window.parent === window) return Promise.resolve(null);
  return new Promise((resolve) => {
    const giveUp = setTimeout(() => resolve(null), HOST_ANSWERS_WITHIN_MS);
    const listeners = new Set<() => void>();
    let showing: Showing = "never";
    const onMessage = (event: MessageEvent<unknown>) => {
      // Only the page that holds the frame is heard, whatever its origin: it is the one that the visitor is on.
      if (event.source !== window.parent || !isHostMessage(event.data)) return;
      if (event.data.trialogue !== "kept") {
        showing = event.data.trialogue;
        for (const listener of listeners) listener();
        if (showing === "shown") focusOnWriting();
        return;
      }
      clearTimeout(giveUp);
      const { origin } = event;
      // From now on nothing is told to any other origin than the one that answered.
      const tell = (message: PanelMessage) => window.parent.postMessage(message, origin);
      resolve({
        keep: mirrored(memoryKeep(event.data.values), tell),
        close: () => tell({ trialogue: "close" }),
        unread: () => tell({ trialogue: "unread" }),
        call: (on) => tell({ trialogue: "call", on }),
        showing: () => showing,
        onShowing(run) {
          listeners.add(run);
          return () => listeners.delete(run);
        },
      });
    };
    addEventListener("message", onMessage);
    // Holds nothing secret, so it may be heard by whoever frames the panel.
    window.parent.postMessage({ trialogue: "ready" } satisfies PanelMessage, "*");
  });
}

/** Puts the focus where one writes, as soon as there is such a place; it is drawn only after the panel has what was kept. */
function focusOnWriting(): void {
  const focus = () => {
    const field = document.querySelector("textarea");
    field?.focus();
    return field !== null;
  };
  if (focus()) return;
  const drawn = new MutationObserver(() => {
    if (focus()) settle();
  });
  const giveUp = setTimeout(() => {
    settle();
    // Unless they have found a place of their own meanwhile.
    if (document.activeElement === document.body) document.querySelector("button")?.focus();
  }, SHOWN_WITHIN_MS);
  const settle = () => {
    clearTimeout(giveUp);
    drawn.disconnect();
  };
  drawn.observe(document.body, { childList: true, subtree: true });
}

function mirrored(keep: Keep, tell: (message: PanelMessage) => void): Keep {
  return {
    get: keep.get,
    keys: keep.keys,
    set(key, value) {
      keep.set(key, value);
      tell({ trialogue: "keep", key, value });
    },
    remove(key) {
      keep.remove(key);
      tell({ trialogue: "keep", key, value: null });
    },
  };
}

function isHostMessage(data: unknown): data is HostMessage {
  if (typeof data !== "object" || data === null || !("trialogue" in data)) return false;
  if (data.trialogue === "shown" || data.trialogue === "hidden") return true;
  return data.trialogue === "kept" && "values" in data && typeof data.values === "object" && data.values !== null;
}
