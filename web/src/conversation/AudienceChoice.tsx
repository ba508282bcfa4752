import { RadioGroup } from "radix-ui";
import type { MessageAudience } from "../api/words";
import styles from "./Composer.module.css";
import { useView } from "./room-context";

/** Who will see what is being written. Staff alone have the choice. */
export function AudienceChoice({
  audience,
  onChange,
}: {
  audience: MessageAudience;
  onChange: (audience: MessageAudience) => void;
}) {
  const { persona } = useView();
  const choices: [MessageAudience, string][] = [
    ["everyone", "Everyone"],
    ["staff", "Staff only"],
    ["staff_and_persona", `Staff and ${persona.name} (AI)`],
  ];
  return (
    <RadioGroup.Root
      className={styles.audience}
      aria-label="Who sees this message"
      value={audience}
      onValueChange={(value) => onChange(value as MessageAudience)}
    >
      {choices.map(([value, label]) => (
        <RadioGroup.Item key={value} value={value} className={styles.choice}>
          {label}
        </RadioGroup.Item>
      ))}
    </RadioGroup.Root>
  );
}
