import { useInfiniteQuery, useMutation, useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { Download, Ellipsis, Eye, RefreshCw } from "lucide-react";
import { useMemo } from "react";
import { exportUrl, getConversation, getEvents, watchConversation } from "../../api/rest/conversations";
import { Problem, sentenceOf } from "../../api/rest/http";
import { itemsOf } from "../../conversation/model/items";
import { listed } from "../../conversation/model/people";
import { Banner } from "../../ui/Banner";
import { Button, IconButton } from "../../ui/Button";
import { LinkButton } from "../../ui/LinkButton";
import { Menu, MenuLink } from "../../ui/Menu";
import { Skeleton } from "../../ui/Skeleton";
import { useToast } from "../../ui/Toasts";
import { Lost } from "../Lost";
import { Page, Refused } from "../shell/Page";
import styles from "./Reading.module.css";
import { ReadingLog } from "./ReadingLog";

const back = { to: "/dashboard/conversations", label: "Conversations" };

/**
 * A conversation as staff read it without taking part. Each reading is written down, so nothing is fetched again unless the
 * reader asks.
 */
export function ReadingPage() {
  const { conversationId } = useParams({ from: "/dashboard/conversations/$conversationId" });
  const whenAsked = { staleTime: Number.POSITIVE_INFINITY, refetchOnWindowFocus: false, refetchOnReconnect: false };
  const reading = useQuery({
    queryKey: ["reading", conversationId],
    queryFn: ({ signal }) => getConversation(conversationId, signal),
    ...whenAsked,
  });
  const log = useInfiniteQuery({
    queryKey: ["reading", conversationId, "events"],
    queryFn: ({ pageParam, signal }) => getEvents(conversationId, pageParam, signal),
    initialPageParam: undefined as number | undefined,
    // Pages run backwards: the next one is what was said before.
    getNextPageParam: (page) => (page.more ? page.events[0]?.seq : undefined),
    ...whenAsked,
  });
  const view = reading.data?.view;
  const items = useMemo(() => {
    if (!view || !log.data) return [];
    return itemsOf(
      [...log.data.pages].reverse().flatMap((page) => page.events),
      view,
    );
  }, [view, log.data]);

  const failed = reading.error ?? log.error;
  if (failed) {
    if (failed instanceof Problem && failed.status === 404) return <Lost />;
    return (
      <Page title="Conversation" back={back}>
        <Refused what="The conversation" error={failed} retry={() => Promise.all([reading.refetch(), log.refetch()])} />
      </Page>
    );
  }
  if (!view || !log.data) {
    return (
      <Page title="Conversation" back={back}>
        <Skeleton label="Loading the conversation" rows={5} height="4rem" />
      </Page>
    );
  }

  const visitor = view.participants.find((person) => person.role === "visitor")?.name ?? "Visitor";
  const here = view.participants.filter((person) => person.role !== "persona" && person.presence.kind === "here");
  return (
    <Page
      title={visitor}
      back={back}
      lead={`With ${view.persona.name} (AI). ${view.open ? hereSentence(here.map(({ name }) => name)) : "This conversation has ended."}`}
      actions={
        <>
          {view.open && (
            <LinkButton variant="primary" href={roomUrl(conversationId)}>
              {view.you.participant_id !== null && view.you.presence_mode === "monitor" ? "Go on watching" : "Join"}
            </LinkButton>
          )}
          {reading.data?.may_watch && view.you.participant_id === null && <Watch conversationId={conversationId} />}
          <Button
            icon={<RefreshCw aria-hidden="true" />}
            busy={reading.isRefetching || log.isRefetching}
            onClick={() => void Promise.all([reading.refetch(), log.refetch()])}
          >
            Refresh
          </Button>
          <Menu
            trigger={
              <IconButton label="More">
                <Ellipsis aria-hidden="true" />
              </IconButton>
            }
          >
            <MenuLink icon={<Download aria-hidden="true" />} href={exportUrl(conversationId, "txt")}>
              Export as text
            </MenuLink>
            <MenuLink icon={<Download aria-hidden="true" />} href={exportUrl(conversationId, "json")}>
              Export as JSON
            </MenuLink>
          </Menu>
        </>
      }
    >
      {view.you.participant_id === null && (
        <div className={styles.note}>
          <Banner tone="staff" icon={<Eye />}>
            You are reading without taking part. Nobody inside sees you; the reading is in the audit log.
          </Banner>
        </div>
      )}
      <div className={styles.log}>
        {log.hasNextPage && (
          <Button
            size="sm"
            variant="quiet"
            className={styles.older}
            busy={log.isFetchingNextPage}
            onClick={() => void log.fetchNextPage()}
          >
            Earlier messages
          </Button>
        )}
        <ReadingLog items={items} view={view} />
      </div>
    </Page>
  );
}

const roomUrl = (conversationId: string) => `/c/${encodeURIComponent(conversationId)}`;

/** From reading what was said to seeing and hearing what is said, unseen. */
function Watch({ conversationId }: { conversationId: string }) {
  const say = useToast();
  const watch = useMutation({
    mutationFn: () => watchConversation(conversationId),
    onSuccess: () => location.assign(roomUrl(conversationId)),
    onError: (problem) => say(sentenceOf(problem), "problem"),
  });
  return (
    <Button
      icon={<Eye aria-hidden="true" />}
      title="See and hear the conversation as it goes on. The visitor and guests are not told."
      busy={watch.isPending || watch.isSuccess}
      onClick={() => watch.mutate()}
    >
      Watch silently
    </Button>
  );
}

function hereSentence(names: string[]): string {
  if (names.length === 0) return "Nobody is here now.";
  return `${listed(names)} ${names.length === 1 ? "is" : "are"} here now.`;
}
