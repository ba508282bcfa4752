import { useQuery } from "@tanstack/react-query";
import { FilePlus2, TextCursorInput } from "lucide-react";
import { useState } from "react";
import { Button } from "../../ui/Button";
import { Skeleton } from "../../ui/Skeleton";
import { sourcesQuery } from "../queries";
import { Refused, Section } from "../shell/Page";
import { DropZone } from "./DropZone";
import styles from "./Knowledge.module.css";
import { SourceRow } from "./SourceRow";
import { isWorking, SOURCE_ENDINGS } from "./source-words";
import { TextSource } from "./TextSource";
import { useUploads } from "./useUploads";

/** Asked this often while something is being read, should the live socket be away. */
const POLL_MS = 2_000;

export function Sources({ personaId, mayChange }: { personaId: string; mayChange: boolean }) {
  const sources = useQuery({
    ...sourcesQuery(personaId),
    refetchInterval: (query) => (query.state.data?.sources.some(isWorking) ? POLL_MS : false),
  });
  const uploads = useUploads(personaId);
  const [writing, setWriting] = useState(false);

  return (
    <Section
      title="Sources"
      lead="Documents the persona quotes from. Every answer names the source and the place."
      actions={
        mayChange && (
          <Button size="sm" icon={<TextCursorInput aria-hidden="true" />} onClick={() => setWriting(true)}>
            Write a text
          </Button>
        )
      }
    >
      {mayChange && <DropZone onFiles={uploads.add} accept={SOURCE_ENDINGS.join(",")} icon={<FilePlus2 />} />}
      {uploads.sending && (
        <div className={styles.sending} role="status">
          <span>Sending {uploads.sending.count === 1 ? "1 file" : `${uploads.sending.count} files`}…</span>
          <progress max={1} value={uploads.sending.share} aria-label="Upload" />
        </div>
      )}
      {uploads.problems.length > 0 && (
        <div className={styles.problems} role="alert">
          <ul>
            {uploads.problems.map((problem) => (
              <li key={problem}>{problem}</li>
            ))}
          </ul>
          <Button size="sm" variant="quiet" onClick={uploads.clearProblems}>
            Dismiss
          </Button>
        </div>
      )}
      {sources.isPending && <Skeleton label="Loading sources" rows={2} height="3.5rem" />}
      {sources.isError && <Refused what="The sources" error={sources.error} retry={sources.refetch} />}
      {sources.data && sources.data.length > 0 && (
        <ul className={styles.list}>
          {sources.data.map((source) => (
            <SourceRow key={source.id} source={source} personaId={personaId} mayChange={mayChange} />
          ))}
        </ul>
      )}
      {sources.data?.length === 0 && (
        <p className={styles.hint}>Nothing yet. Until there is something, the persona hands every question to you.</p>
      )}
      <TextSource personaId={personaId} open={writing} onOpenChange={setWriting} />
    </Section>
  );
}
