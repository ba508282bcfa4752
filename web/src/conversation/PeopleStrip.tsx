import { useState } from "react";
import { Avatar, Badge } from "../ui";
import { PeopleDialog } from "./later";
import { peopleInside, presenceOf, presenceText, roleLabel } from "./model/people";
import styles from "./People.module.css";
import { useView } from "./room-context";

/** Who is in this conversation, as what, and whether they are here now. */
export function PeopleStrip() {
  const view = useView();
  const [open, setOpen] = useState(false);
  const people = peopleInside(view);
  return (
    <>
      <button type="button" className={styles.strip} onClick={() => setOpen(true)}>
        <span className="visually-hidden">People in this conversation:</span>
        {people.map((person) => (
          <span
            key={person.id}
            className={styles.chip}
            data-presence={presenceOf(person)}
            data-persona={person.role === "persona" || undefined}
          >
            <Avatar
              name={person.name}
              kind={person.role === "persona" ? "ai" : "person"}
              size="sm"
              picture={person.role === "persona" ? view.persona.picture : null}
              {...(person.role !== "persona" && { presence: presenceOf(person) })}
            />
            <span className={styles.chipName}>{person.id === view.you.participant_id ? "You" : person.name}</span>
            {person.presence_mode === "monitor" ? (
              <Badge tone="staff">{presenceOf(person) === "away" ? "away" : "watching"}</Badge>
            ) : (
              <span className={styles.role}>
                <Badge tone={person.role === "persona" ? "ai" : "neutral"}>{roleLabel(person.role)}</Badge>
              </span>
            )}
            {person.role !== "persona" && <span className="visually-hidden">{presenceText(person)}</span>}
          </span>
        ))}
      </button>
      {open && <PeopleDialog onClose={() => setOpen(false)} />}
    </>
  );
}
