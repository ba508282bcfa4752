import { useCallback, useEffect } from "react";
import { useCommand, useView } from "../conversation/room-context";
import { useMedia } from "./media-context";

/** Who has spoken for this long has been given the word, in milliseconds: longer than a cough or a “yes”. */
const HAS_THE_WORD = 3_000;

/** One's own hand. It goes down by itself when one speaks. */
export function useHand(): { raised: boolean; toggle: () => void } {
  const view = useView();
  const { run } = useCommand();
  const { people } = useMedia();
  const { participant_id: you } = view.you;
  const own = view.participants.find(({ id }) => id === you);
  const raised = own !== undefined && own.hand_raised_at !== null;
  const speaks = people.some(({ id, microphone, speaking }) => id === you && microphone && speaking);
  useEffect(() => {
    if (!raised || !speaks) return;
    const given = setTimeout(() => {
      void run({ do: "lower_hand", participant_id: null }, "Your hand is down again: you have the word");
    }, HAS_THE_WORD);
    return () => clearTimeout(given);
  }, [raised, speaks, run]);
  const toggle = useCallback(
    () => void run(raised ? { do: "lower_hand", participant_id: null } : { do: "raise_hand" }),
    [run, raised],
  );
  return { raised, toggle };
}
