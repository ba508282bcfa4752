import { createContext, useCallback, useContext, useState, useSyncExternalStore } from "react";
import { sentenceOf } from "../api/rest/http";
import type { Action, ClientCommand, View } from "../api/words";
import type { ConversationState, ConversationStore } from "../core/conversation-store";
import type { Keep } from "../core/keep";
import { useToast } from "../ui";

/** Everything below the room's page has this. */
export interface RoomValue {
  store: ConversationStore;
  keep: Keep;
  conversationId: string;
  /** For REST requests of visitors and guests. */
  token: string | undefined;
}

export const RoomContext = createContext<RoomValue | null>(null);

export function useRoom(): RoomValue {
  const room = useContext(RoomContext);
  if (!room) throw new Error("useRoom outside of a room");
  return room;
}

export function useConversation(): ConversationState {
  const { store } = useRoom();
  return useSyncExternalStore(store.subscribe, store.snapshot);
}

/** The view; only for parts that are drawn once there is one. */
export function useView(): View {
  const { view } = useConversation();
  if (!view) throw new Error("useView before the first welcome");
  return view;
}

export const can = (view: View, action: Action): boolean => view.you.allowed.includes(action);

/** Gives a command; `busy` until it is durable or refused. A refusal is said; `run` then answers `false`. */
export function useCommand() {
  const { store } = useRoom();
  const say = useToast();
  const [busy, setBusy] = useState(false);
  const run = useCallback(
    async (command: ClientCommand, done?: string): Promise<boolean> => {
      setBusy(true);
      try {
        await store.command(command);
        if (done) say(done);
        return true;
      } catch (problem) {
        say(sentenceOf(problem), "problem");
        return false;
      } finally {
        setBusy(false);
      }
    },
    [store, say],
  );
  return { run, busy };
}
