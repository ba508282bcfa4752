/** What the dashboard asks the server, each with the key under which the answer is kept. */
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { type ConversationFilter, listConversations } from "../api/rest/conversations";
import { listHandoffs } from "../api/rest/handoffs";
import { getSourceContent, listQuestions, listSources } from "../api/rest/knowledge";
import { getMail, listMails } from "../api/rest/mails";
import { getPersona, listPersonas } from "../api/rest/personas";
import { getSession, getSetup } from "../api/rest/session";
import { listUsers } from "../api/rest/users";

export const sessionQuery = queryOptions({
  queryKey: ["session"],
  queryFn: ({ signal }) => getSession(signal),
  staleTime: 60_000,
});

export const setupQuery = queryOptions({
  queryKey: ["setup"],
  queryFn: ({ signal }) => getSetup(signal),
  staleTime: 60_000,
});

export const personasQuery = queryOptions({
  queryKey: ["personas"],
  queryFn: ({ signal }) => listPersonas(signal),
  select: (page) => page.personas,
});

export const personaQuery = (id: string) =>
  queryOptions({ queryKey: ["personas", id], queryFn: ({ signal }) => getPersona(id, signal) });

export const sourcesQuery = (personaId: string) =>
  queryOptions({
    queryKey: ["sources", personaId],
    queryFn: ({ signal }) => listSources(personaId, signal),
    select: (page) => page.sources,
  });

export const sourceContentQuery = (id: string) =>
  queryOptions({ queryKey: ["source-content", id], queryFn: ({ signal }) => getSourceContent(id, signal) });

export const questionsQuery = (personaId: string) =>
  queryOptions({
    queryKey: ["questions", personaId],
    queryFn: ({ signal }) => listQuestions(personaId, signal),
    select: (page) => page.questions,
  });

export const conversationsQuery = (filter: ConversationFilter) =>
  infiniteQueryOptions({
    queryKey: ["conversations", filter],
    queryFn: ({ pageParam, signal }) => listConversations(filter, pageParam, signal),
    initialPageParam: undefined as string | number | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  });

export const handoffsQuery = (state: "open" | "closed") =>
  queryOptions({
    queryKey: ["handoffs", state],
    queryFn: ({ signal }) => listHandoffs(state, signal),
    select: (page) => page.handoffs,
  });

export const mailsQuery = queryOptions({
  queryKey: ["mails"],
  queryFn: ({ signal }) => listMails(signal),
});

export const mailQuery = (id: string) =>
  queryOptions({ queryKey: ["mails", id], queryFn: ({ signal }) => getMail(id, signal) });

export const usersQuery = queryOptions({
  queryKey: ["users"],
  queryFn: ({ signal }) => listUsers(signal),
  select: (page) => page.users,
});
