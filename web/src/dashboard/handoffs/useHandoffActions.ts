import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type HandoffRow, openHandoff, takeHandoff } from "../../api/rest/handoffs";
import { sentenceOf } from "../../api/rest/http";
import { useToast } from "../../ui/Toasts";
import { handoffsQuery } from "../queries";
import { useMe } from "../shell/me";
import { keyOf } from "./truth";

export function useHandoffActions(row: HandoffRow) {
  const queries = useQueryClient();
  const say = useToast();
  const me = useMe();
  const { queryKey } = handoffsQuery("open");

  const take = useMutation({
    mutationFn: () => takeHandoff(row),
    onMutate: async () => {
      await queries.cancelQueries({ queryKey });
      const before = queries.getQueryData(queryKey);
      queries.setQueryData(queryKey, (page) =>
        page
          ? {
              handoffs: page.handoffs.map((other) =>
                keyOf(other) === keyOf(row) ? { ...other, state: { kind: "taken" as const, by: me.user.id } } : other,
              ),
            }
          : page,
      );
      return { before };
    },
    onSuccess: () => say("It is yours. Nobody else is asked any more."),
    onError: (error, _, context) => {
      if (context?.before) queries.setQueryData(queryKey, context.before);
      // Somebody else may have been first: that is what the refusal says.
      say(sentenceOf(error), "problem");
    },
    onSettled: () => void queries.invalidateQueries({ queryKey: ["handoffs"] }),
  });

  /** The visitor is told the truth: that the one who was asked has looked. Nobody else's look counts. */
  function noteOpened() {
    const mine = row.notified.find((person) => person.user_id === me.user.id);
    const waiting = row.state.kind === "raised" || row.state.kind === "notified";
    if (!waiting || !mine || mine.opened_at !== null) return;
    // It may fail without harm: the handoff stays “not opened yet”.
    openHandoff(row).catch(() => undefined);
  }

  return { take, noteOpened };
}
