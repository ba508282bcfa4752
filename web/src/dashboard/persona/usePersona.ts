import { useMutation, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { sentenceOf } from "../../api/rest/http";
import { changePersona, type Persona, type PersonaPatch } from "../../api/rest/personas";
import { useToast } from "../../ui/Toasts";
import { personaQuery } from "../queries";
import { hasRole, useMe } from "../shell/me";

/** The persona of the address. Its page has fetched it before any tab is drawn. */
export function usePersona(): Persona {
  const { personaId } = useParams({ from: "/dashboard/personas/$personaId" });
  return useSuspenseQuery(personaQuery(personaId)).data;
}

/** Only its owner and admins; the others may look, and try it. */
export function useMayChange(persona: Persona): boolean {
  const me = useMe();
  return persona.owner.user_id === me.user.id || hasRole(me, "admin");
}

/** The part of a change that can be shown before the server has answered. */
export type LivePatch = Pick<
  PersonaPatch,
  "in_call_users" | "disable_video" | "many_screens" | "confidence_threshold" | "handoff_topics"
>;

/** A setting that counts at once: shown changed immediately, taken back if the server refuses. */
export function useLiveSetting(personaId: string) {
  const queries = useQueryClient();
  const say = useToast();
  const { queryKey } = personaQuery(personaId);
  const mutationKey = ["persona-setting", personaId];
  return useMutation({
    mutationKey,
    mutationFn: (patch: LivePatch) => changePersona(personaId, patch),
    // One after the other, so that the last press wins on the server too.
    scope: { id: `persona-${personaId}` },
    onMutate: async (patch) => {
      await queries.cancelQueries({ queryKey, exact: true });
      const before = queries.getQueryData(queryKey);
      if (before) queries.setQueryData(queryKey, { ...before, ...defined(patch) });
      return { before };
    },
    onError: (error, patch, context) => {
      if (context?.before) {
        const now = queries.getQueryData(queryKey);
        // Only what this change touched: another one may have gone through meanwhile.
        if (now) queries.setQueryData(queryKey, { ...now, ...onlyTouched(context.before, patch) });
      }
      say(`Not changed. ${sentenceOf(error)}`, "problem");
    },
    onSettled: () => {
      // Asking in between would show the older of two quick changes.
      if (queries.isMutating({ mutationKey }) === 1) void queries.invalidateQueries({ queryKey: ["personas"] });
    },
  });
}

function defined(patch: LivePatch): Partial<Persona> {
  return Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined)) as Partial<Persona>;
}

function onlyTouched(before: Persona, patch: LivePatch): Partial<Persona> {
  return Object.fromEntries(
    Object.keys(patch).map((name) => [name, before[name as keyof LivePatch]]),
  ) as Partial<Persona>;
}
