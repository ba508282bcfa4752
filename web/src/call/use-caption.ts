import { createContext, useEffect, useState } from "react";
import { useConversation } from "../conversation/room-context";
import { personaWords, readingMs, stateOfPersona } from "./model/persona-words";

/** The persona's words under its picture; `old` once there was time to read them. */
export interface Caption {
  words: string | null;
  old: boolean;
}

export const CaptionContext = createContext<Caption>({ words: null, old: false });

/** What the persona says, and for as long as it takes to read what it said last. */
export function useCaption(): Caption {
  const conversation = useConversation();
  const words = personaWords(conversation);
  const speaking = stateOfPersona(conversation) !== "listening";
  const [read, setRead] = useState<string | null>(null);
  useEffect(() => {
    setRead(null);
    if (words === null || speaking) return;
    const done = setTimeout(() => setRead(words), readingMs(words));
    return () => clearTimeout(done);
  }, [words, speaking]);
  return { words, old: words !== null && read === words };
}
