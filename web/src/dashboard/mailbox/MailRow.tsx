import type { MailCard, MailState } from "../../api/rest/mails";
import { Badge, type BadgeTone } from "../../ui/Badge";
import { ago } from "../time";
import styles from "./Mailbox.module.css";

const STATES: Record<MailState, { word: string; tone: BadgeTone }> = {
  sent: { word: "Sent", tone: "accent" },
  stored: { word: "Kept here", tone: "neutral" },
  queued: { word: "On its way", tone: "staff" },
  failed: { word: "Failed", tone: "danger" },
};

export function MailStateBadge({ state }: { state: MailState }) {
  const { word, tone } = STATES[state];
  return <Badge tone={tone}>{word}</Badge>;
}

interface MailRowProps {
  mail: MailCard;
  now: number;
  current: boolean;
  onOpen: () => void;
}

export function MailRow({ mail, now, current, onOpen }: MailRowProps) {
  return (
    <li>
      <button type="button" className={styles.row} aria-current={current || undefined} onClick={onOpen}>
        <span className={styles.subject}>{mail.subject}</span>
        <span className={styles.to}>To {mail.to}</span>
        <span className={styles.state}>
          <MailStateBadge state={mail.state} />
          <span>{ago(mail.at, now)}</span>
        </span>
      </button>
    </li>
  );
}
