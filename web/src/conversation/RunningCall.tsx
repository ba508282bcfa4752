import { Video } from "lucide-react";
import { useState } from "react";
import { Banner, Button } from "../ui";
import { JoinVideo } from "./later";
import { enterCall, stayOutOfCall, watchCall } from "./model/call-entry";
import { begunBy, invitationTitle, whoIsOnVideo } from "./model/call-words";
import styles from "./RunningCall.module.css";
import { can, useConversation, useRoom, useView } from "./room-context";

/** A call that began while one reads and writes here. The chat stays as it is until one comes in. */
export function CallInvitation() {
  const view = useView();
  const { events, completeFrom } = useConversation();
  const { conversationId } = useRoom();
  const complete = completeFrom === 0 || completeFrom < view.you.sees_from;
  return (
    <section className={styles.card} aria-label="A video call">
      <div className={styles.words}>
        <Video aria-hidden="true" />
        <p role="alert">{invitationTitle(view, begunBy(events, complete))}</p>
        <p className={styles.who}>{whoIsOnVideo(view)}</p>
      </div>
      <div className={styles.choices} data-decision="">
        <WaysIn />
        <Button variant="quiet" onClick={() => stayOutOfCall(conversationId)}>
          Not now
        </Button>
      </div>
    </section>
  );
}

/** A call that one stays out of, or has left. */
export function MissedCall() {
  return (
    <Banner
      icon={<Video />}
      action={
        <span className={styles.choices}>
          <WaysIn small />
        </span>
      }
    >
      {whoIsOnVideo(useView())}
    </Banner>
  );
}

/** Into the call that runs: with one's own camera, or with nothing on. */
function WaysIn({ small = false }: { small?: boolean }) {
  const view = useView();
  const { conversationId, token, keep } = useRoom();
  const [joining, setJoining] = useState(false);
  const size = small ? "sm" : "md";
  return (
    <>
      {can(view, "publish_media") && (
        <Button variant={small ? "secondary" : "primary"} size={size} onClick={() => setJoining(true)}>
          Join by video
        </Button>
      )}
      <Button size={size} onClick={() => watchCall(conversationId)}>
        Watch
      </Button>
      {joining && (
        <JoinVideo
          keep={keep}
          place={{ conversation: conversationId, token }}
          onClose={() => setJoining(false)}
          onJoin={(choice) => enterCall(conversationId, choice, null)}
        />
      )}
    </>
  );
}
