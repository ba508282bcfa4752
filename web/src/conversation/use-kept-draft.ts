import { useCallback, useState } from "react";
import { useRoom } from "./room-context";

/** What stands in the composer, kept between visits. */
export function useKeptDraft(): [string, (text: string) => void] {
  const { keep, conversationId } = useRoom();
  const key = `trialogue.draft.${conversationId}`;
  const [text, setText] = useState(() => keep.get(key) ?? "");
  const change = useCallback(
    (next: string) => {
      setText(next);
      if (next === "") keep.remove(key);
      else keep.set(key, next);
    },
    [keep, key],
  );
  return [text, change];
}
