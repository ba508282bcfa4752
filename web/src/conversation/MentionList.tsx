import clsx from "clsx";
import type { ParticipantCard } from "../api/words";
import { Avatar, Badge } from "../ui";
import styles from "./Composer.module.css";
import { roleLabel } from "./model/people";

interface MentionListProps {
  people: readonly ParticipantCard[];
  active: number;
  id: string;
  onPick: (person: ParticipantCard) => void;
}

/** The focus stays in the field; the field's `aria-activedescendant` points here. */
export function MentionList({ people, active, id, onPick }: MentionListProps) {
  return (
    <div className={styles.mentions} role="listbox" id={id} aria-label="People to mention">
      {people.map((person, index) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the field handles the keys
        // biome-ignore lint/a11y/useFocusableInteractive: the focus stays in the field
        <div
          key={person.id}
          id={`${id}-${index}`}
          role="option"
          aria-selected={index === active}
          className={clsx(styles.mention, index === active && styles.activeMention)}
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => onPick(person)}
        >
          <Avatar name={person.name} kind={person.role === "persona" ? "ai" : "person"} size="sm" />
          <span className={styles.mentionName}>{person.name}</span>
          <Badge tone={person.role === "persona" ? "ai" : "neutral"}>{roleLabel(person.role)}</Badge>
        </div>
      ))}
    </div>
  );
}
