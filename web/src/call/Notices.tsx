import type { ReactNode } from "react";
import { Button, Spinner } from "../ui";
import { Asks } from "./Asks";
import styles from "./Call.module.css";
import { problemWords } from "./devices/problem";
import { useMedia, useMediaRoom } from "./media-context";
import type { MediaState } from "./model/media-state";

/** What one should know of one's own connection and devices, and what one is asked, above the pictures. */
export function Notices() {
  const { status, problem, muffled } = useMedia();
  const room = useMediaRoom();
  return (
    <div className={styles.notices}>
      {status.kind === "connecting" && (
        <Notice action={<Spinner label="Connecting" />}>
          {status.why ? (
            <>
              <strong>Still connecting to the others…</strong> {status.why.message}
            </>
          ) : (
            "Connecting to the others…"
          )}
        </Notice>
      )}
      {status.kind === "reconnecting" && (
        <Notice action={<Spinner label="Reconnecting" />}>
          <strong>The video connection is lost. Reconnecting…</strong> What you switched on stays on.
        </Notice>
      )}
      {status.kind === "elsewhere" && (
        <Notice action={<Button onClick={() => room.retry()}>Use video here</Button>}>
          <strong>Your video went over to another tab or device.</strong> You can read and write here all the same.
        </Notice>
      )}
      {status.kind === "refused" && (
        <Notice action={<Button onClick={() => room.retry()}>Try again</Button>}>
          <strong>Video is not available</strong> {status.problem.message}
        </Notice>
      )}
      {status.kind === "connected" && muffled && (
        <Notice
          action={
            <Button variant="primary" onClick={() => void room.unmuffle()}>
              Turn the sound on
            </Button>
          }
        >
          Your browser plays no sound before you touch the page.
        </Notice>
      )}
      {problem && <ProblemNotice {...problem} />}
      <Asks />
    </div>
  );
}

function ProblemNotice({ source, problem }: NonNullable<MediaState["problem"]>) {
  const room = useMediaRoom();
  const { title, help } = problemWords(source, problem);
  return (
    <div className={styles.notice} role="alert">
      <span>
        <strong>{title}</strong> {help}
      </span>
      <Button size="sm" onClick={() => room.dismissProblem()}>
        All right
      </Button>
    </div>
  );
}

function Notice({ children, action }: { children: ReactNode; action: ReactNode }) {
  return (
    <div className={styles.notice} role="status">
      <span>{children}</span>
      {action}
    </div>
  );
}
