import type { InvitationCard } from "../api/words";
import { Badge, Button } from "../ui";
import { clockTime, dayName } from "./model/time";
import styles from "./People.module.css";
import { useCommand, useView } from "./room-context";

/** The invitations that were sent from here, for those who may send them. */
export function Invitations() {
  const { invitations } = useView();
  if (invitations.length === 0) return null;
  return (
    <section>
      <h3 className={styles.heading}>Invited by e-mail</h3>
      <ul className={styles.list}>
        {invitations.map((invitation) => (
          <Invitation key={invitation.invitation_id} invitation={invitation} />
        ))}
      </ul>
    </section>
  );
}

const STATES: Record<InvitationCard["state"], string> = {
  sent: "sent",
  accepted: "joined",
  rejected: "declined by the guest",
  expired: "expired",
  revoked: "revoked",
};

function Invitation({
  invitation: { invitation_id, email, state, expires_at, may_revoke },
}: {
  invitation: InvitationCard;
}) {
  const { run, busy } = useCommand();
  const good = state === "sent" || state === "accepted";
  return (
    <li className={styles.person}>
      <span className={styles.words}>
        <span className={styles.name}>
          {email} <Badge tone={good ? "accent" : "neutral"}>{STATES[state]}</Badge>
        </span>
        {state === "sent" && (
          <span className={styles.presence}>
            good until {dayName(expires_at, Date.now())}, {clockTime(expires_at)}
          </span>
        )}
      </span>
      {may_revoke && (
        <Button
          size="sm"
          variant="quiet"
          busy={busy}
          onClick={() => void run({ do: "revoke_invitation", invitation_id }, "Invitation revoked")}
        >
          Revoke
        </Button>
      )}
    </li>
  );
}
