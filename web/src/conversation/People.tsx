import { History, UserMinus } from "lucide-react";
import { useState } from "react";
import type { ParticipantCard } from "../api/words";
import { Avatar, Badge, Button, Dialog } from "../ui";
import { Confirm } from "./Confirm";
import { Invitations } from "./Invitations";
import { peopleInside, presenceOf, presenceText, roleLabel } from "./model/people";
import styles from "./People.module.css";
import { useCommand, useView } from "./room-context";

/** Everybody inside, in the waiting room and invited, with what may be done about them. */
export function PeopleDialog({ onClose }: { onClose: () => void }) {
  const view = useView();
  const people = peopleInside(view);
  return (
    <Dialog open onOpenChange={onClose} kind="side" title="People in this conversation">
      <ul className={styles.list}>
        {people.map((person) => (
          <Person key={person.id} person={person} />
        ))}
      </ul>
      {view.waiting.length > 0 && (
        <section>
          <h3 className={styles.heading}>In the waiting room</h3>
          <ul className={styles.list}>
            {view.waiting.map((knock) => (
              <li key={knock.request_id} className={styles.person}>
                <Avatar name={knock.name} kind="person" />
                <span className={styles.words}>
                  <strong>{knock.name}</strong>
                  <span className={styles.presence}>
                    {knock.decided_by ? `let in by ${knock.decided_by}, about to join` : "about to join"}
                  </span>
                </span>
              </li>
            ))}
          </ul>
        </section>
      )}
      <Invitations />
    </Dialog>
  );
}

function Person({ person }: { person: ParticipantCard }) {
  const view = useView();
  const { run, busy } = useCommand();
  const [removing, setRemoving] = useState(false);
  const you = person.id === view.you.participant_id;
  const isPersona = person.role === "persona";
  return (
    <li className={styles.person}>
      <Avatar
        name={person.name}
        kind={isPersona ? "ai" : "person"}
        picture={isPersona ? view.persona.picture : null}
        {...(!isPersona && { presence: presenceOf(person) })}
      />
      <span className={styles.words}>
        <span className={styles.name}>
          <strong>{person.name}</strong>
          {you && " (you)"}
          <Badge tone={isPersona ? "ai" : "neutral"}>{roleLabel(person.role)}</Badge>
          {person.presence_mode === "monitor" && <Badge tone="staff">watching</Badge>}
        </span>
        <span className={styles.presence}>
          {isPersona ? `AI persona of ${view.persona.owner.name}` : presenceText(person)}
          {person.identity.kind === "guest" && ` · invited as ${person.identity.email}`}
        </span>
        {(person.may_share_history || person.may_remove) && (
          <span className={styles.choices}>
            {person.may_share_history && (
              <Button
                size="sm"
                busy={busy}
                icon={<History aria-hidden="true" />}
                onClick={() =>
                  void run(
                    { do: "share_history", participant_id: person.id },
                    `${person.name} sees the earlier messages now`,
                  )
                }
              >
                Share earlier messages
              </Button>
            )}
            {person.may_remove && (
              <Button
                size="sm"
                variant="quiet"
                icon={<UserMinus aria-hidden="true" />}
                onClick={() => setRemoving(true)}
              >
                Remove
              </Button>
            )}
          </span>
        )}
      </span>
      {removing && (
        <Confirm
          title={`Remove ${person.name}?`}
          words="They leave at once and cannot come back: their link no longer works, and knocking is refused."
          confirm="Remove"
          command={{ do: "remove", participant_id: person.id }}
          done={`${person.name} was removed`}
          onClose={() => setRemoving(false)}
        />
      )}
    </li>
  );
}
