import { useCallback, useState } from "react";
import { type Draft, NOTHING_WRITTEN, readDraft, sameDraft, writeDraft } from "./model/kept-draft";
import { useRoom } from "./room-context";

/** What stands in the composer, kept between visits and while the chat is hidden. */
export function useKeptDraft(): [Draft, (change: Partial<Draft>) => void] {
  const { keep, conversationId } = useRoom();
  const key = `trialogue.draft.${conversationId}`;
  const [draft, setDraft] = useState(() => readDraft(keep.get(key)));
  const change = useCallback(
    (part: Partial<Draft>) =>
      setDraft((before) => {
        const next = { ...before, ...part };
        if (sameDraft(next, NOTHING_WRITTEN)) keep.remove(key);
        else keep.set(key, writeDraft(next));
        return next;
      }),
    [keep, key],
  );
  return [draft, change];
}
