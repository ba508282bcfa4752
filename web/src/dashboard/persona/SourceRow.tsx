import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { CircleAlert, Ellipsis, Eye, FileText, RefreshCw, Trash2 } from "lucide-react";
import { useState } from "react";
import { sentenceOf } from "../../api/rest/http";
import { deleteSource, reindexSource, type Source } from "../../api/rest/knowledge";
import { IconButton } from "../../ui/Button";
import { useConfirm } from "../../ui/Confirm";
import { Dialog } from "../../ui/Dialog";
import { Menu, MenuItem, MenuSeparator } from "../../ui/Menu";
import { Loading } from "../../ui/States";
import { useToast } from "../../ui/Toasts";
import { sourceContentQuery, sourcesQuery } from "../queries";
import { Refused } from "../shell/Page";
import styles from "./Knowledge.module.css";
import { isWorking, size, sourceStatus } from "./source-words";

interface SourceRowProps {
  source: Source;
  personaId: string;
  mayChange: boolean;
}

export function SourceRow({ source, personaId, mayChange }: SourceRowProps) {
  const queries = useQueryClient();
  const confirm = useConfirm();
  const say = useToast();
  const [reading, setReading] = useState(false);
  const { queryKey } = sourcesQuery(personaId);

  const deleting = useMutation({
    mutationFn: () => deleteSource(source.id),
    onMutate: async () => {
      await queries.cancelQueries({ queryKey });
      const before = queries.getQueryData(queryKey);
      queries.setQueryData(queryKey, (page) =>
        page ? { sources: page.sources.filter((other) => other.id !== source.id) } : page,
      );
      return { before };
    },
    onError: (error, _, context) => {
      if (context?.before) queries.setQueryData(queryKey, context.before);
      say(`“${source.title}” was not deleted. ${sentenceOf(error)}`, "problem");
    },
    onSuccess: () => say(`“${source.title}” is deleted.`),
    onSettled: () => {
      void queries.invalidateQueries({ queryKey });
      void queries.invalidateQueries({ queryKey: ["personas"] });
    },
  });
  const reindexing = useMutation({
    mutationFn: () => reindexSource(source.id),
    onSuccess: () => void queries.invalidateQueries({ queryKey }),
    onError: (error) => say(sentenceOf(error), "problem"),
  });

  return (
    <li className={styles.item}>
      <span className={styles.itemIcon} data-failed={source.state === "failed" || undefined} aria-hidden="true">
        {source.state === "failed" ? <CircleAlert /> : <FileText />}
      </span>
      <div className={styles.itemWords}>
        <p className={styles.itemTitle}>{source.title}</p>
        <p className={styles.itemMeta}>
          {source.kind.toUpperCase()} · {size(source.bytes)} · {sourceStatus(source)}
        </p>
        {isWorking(source) && (
          <progress
            max={100}
            value={source.state === "queued" ? 0 : source.progress}
            aria-label={`${source.title}: progress`}
          />
        )}
        {source.state === "failed" && (
          <p className={styles.itemError}>{source.error ?? "The file could not be read."}</p>
        )}
      </div>
      <Menu
        trigger={
          <IconButton label={`Actions for ${source.title}`} size="sm">
            <Ellipsis aria-hidden="true" />
          </IconButton>
        }
      >
        <MenuItem icon={<Eye aria-hidden="true" />} onSelect={() => setReading(true)}>
          View content
        </MenuItem>
        {mayChange && (
          <>
            <MenuItem icon={<RefreshCw aria-hidden="true" />} onSelect={() => reindexing.mutate()}>
              {source.state === "failed" ? "Try again" : "Index again"}
            </MenuItem>
            <MenuSeparator />
            <MenuItem
              danger
              icon={<Trash2 aria-hidden="true" />}
              onSelect={async () => {
                const sure = await confirm({
                  title: `Delete “${source.title}”?`,
                  description: "The persona no longer answers from it. Answers already given keep their quotations.",
                  confirm: "Delete the source",
                  danger: true,
                });
                if (sure) deleting.mutate();
              }}
            >
              Delete…
            </MenuItem>
          </>
        )}
      </Menu>
      <Dialog kind="side" open={reading} onOpenChange={setReading} title={source.title}>
        <Content sourceId={source.id} />
      </Dialog>
    </li>
  );
}

/** More than this is not drawn: nobody reads it, and the page would stall. In characters. */
const MOST_SHOWN = 200_000;

function Content({ sourceId }: { sourceId: string }) {
  const content = useQuery(sourceContentQuery(sourceId));
  if (content.isPending) return <Loading label="Loading the text" />;
  if (content.isError) return <Refused what="The text" error={content.error} retry={content.refetch} />;
  const { text } = content.data;
  return (
    <div className={styles.content}>
      {text.slice(0, MOST_SHOWN)}
      {text.length > MOST_SHOWN && <p className={styles.hint}>The rest is not shown here.</p>}
    </div>
  );
}
