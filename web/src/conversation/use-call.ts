import { useCallback, useEffect, useLayoutEffect, useRef, useState, useSyncExternalStore } from "react";
import type { View } from "../api/words";
import {
  askIntoCall,
  entryText,
  forgetEntry,
  onEntryChange,
  readEntry,
  stayOutOfCall,
  watchCall,
} from "./model/call-entry";
import { isInCall } from "./model/call-words";
import { can, useCommand, useConversation, useRoom, useView } from "./room-context";

export interface CallPart {
  /** This tab sees the call. */
  shown: boolean;
  /** There is a call that this tab is not in: it was not answered yet whether it comes, or it stays out. */
  missed: "asked" | "out" | null;
  chatShown: boolean;
  toggleChat: () => void;
  /** Messages of others that came while the chat was hidden. */
  unread: number;
  /** `alone`: nobody else is in the call. */
  leave: (alone: boolean) => void;
}

/** Whether the conversation is held by video on this tab, and whether its chat is in sight. */
export function useCall(): CallPart {
  const view = useView();
  const { conversationId } = useRoom();
  const { run } = useCommand();
  useSyncExternalStore(onEntryChange, () => entryText(conversationId));
  const entry = readEntry(conversationId);
  const { mode } = view;
  const possible = view.open && view.video.available && can(view, "watch_media");
  const live = possible && (mode !== "chat" || entry?.starts === true);
  const shown = live && entry?.part === "in";
  const missed = live && entry && entry.part !== "in" ? entry.part : null;

  const wished = entry?.mode ?? null;
  const chooses = can(view, "choose_mode");
  useEffect(() => {
    if (wished === null || !possible) return;
    if (mode === wished || !chooses) return;
    void run({ do: "choose_mode", mode: wished });
  }, [wished, possible, mode, chooses, run]);

  useArrival(view, conversationId);
  useCallEnds(view, conversationId);
  const chat = useChatShown(view, shown);

  const leave = useCallback(
    (alone: boolean) => {
      // Nobody is left to see or hear: then it is a chat again.
      if (alone && chooses && mode !== "chat") void run({ do: "choose_mode", mode: "chat" });
      stayOutOfCall(conversationId);
    },
    [chooses, mode, run, conversationId],
  );

  return { shown, missed, leave, ...chat };
}

/**
 * Who arrives while a call runs is in it, with nothing on. Whom it finds in the conversation is asked: what they read and write
 * stays in front of them. So is who is on video in another tab, which this one would push out.
 */
function useArrival(view: View, conversationId: string): void {
  const { mode } = view;
  const elsewhere = isInCall(view);
  const arrived = useRef(false);
  // Before anything is painted: an arrival does not see the chat flash by.
  useLayoutEffect(() => {
    const entry = readEntry(conversationId);
    if (mode !== "chat" && entry === null) {
      if (arrived.current || elsewhere) askIntoCall(conversationId);
      else watchCall(conversationId);
    } else if (mode === "chat" && !arrived.current && entry?.starts === false) {
      // Came into a chat with nothing on: that was no answer to a call that begins later.
      forgetEntry(conversationId);
    }
    arrived.current = true;
  }, [mode, elsewhere, conversationId]);
}

/** A call that is over leaves nothing behind: nothing is on by itself when there is another. */
function useCallEnds({ mode, settings }: View, conversationId: string): void {
  const before = useRef(mode);
  useEffect(() => {
    const ended = before.current !== "chat" && mode === "chat";
    before.current = mode;
    if (ended || settings.disable_video) forgetEntry(conversationId);
  }, [mode, settings.disable_video, conversationId]);
}

function useChatShown(view: View, called: boolean): Pick<CallPart, "chatShown" | "toggleChat" | "unread"> {
  const { events } = useConversation();
  // A guest comes for the faces; the chat is one tap away.
  const usual = !called || (view.mode !== "video" && view.you.role !== "guest");
  const [chosen, setChosen] = useState<{ mode: View["mode"]; shown: boolean } | null>(null);
  const chatShown = called && chosen?.mode === view.mode ? chosen.shown : usual;
  const readTo = useRef(0);
  const last = events.at(-1)?.seq ?? 0;
  useEffect(() => {
    if (chatShown) readTo.current = Math.max(readTo.current, last);
  }, [chatShown, last]);
  // What was there before this tab came is not new.
  const first = useRef(last);
  const from = Math.max(readTo.current, first.current);
  const unread = chatShown
    ? 0
    : events.filter(
        ({ seq, event }) => seq > from && event.type === "message_posted" && event.author !== view.you.participant_id,
      ).length;
  const toggleChat = useCallback(() => setChosen({ mode: view.mode, shown: !chatShown }), [view.mode, chatShown]);
  return { chatShown, toggleChat, unread };
}
