import { useCallback } from "react";
import { useCommand, useView } from "../conversation/room-context";

/** One's own hand. */
export function useHand(): { raised: boolean; toggle: () => void } {
  const view = useView();
  const { run } = useCommand();
  const own = view.participants.find(({ id }) => id === view.you.participant_id);
  const raised = own !== undefined && own.hand_raised_at !== null;
  const toggle = useCallback(
    () => void run(raised ? { do: "lower_hand", participant_id: null } : { do: "raise_hand" }),
    [run, raised],
  );
  return { raised, toggle };
}
