import { Sparkles } from "lucide-react";
import { useState } from "react";
import type { Draft } from "../api/words";
import { Badge, Button } from "../ui";
import styles from "./Handoff.module.css";
import { can, useView } from "./room-context";
import { Words } from "./Words";

/** What the persona was about to say when its owner came: for the owner alone, to use or to leave. */
export function Drafts({ onUse }: { onUse: (draft: Draft) => void }) {
  const view = useView();
  const [put, setPut] = useState<ReadonlySet<number>>(new Set());
  const shown = view.drafts.filter(({ turn_id }) => !put.has(turn_id));
  if (shown.length === 0 || !can(view, "use_draft")) return null;
  const putAside = (draft: Draft) => setPut(new Set([...put, draft.turn_id]));
  return (
    <>
      {shown.map((draft) => (
        <section key={draft.turn_id} className={styles.brief} aria-label="The AI’s draft, for you alone">
          <header>
            <Badge tone="ai" icon={<Sparkles aria-hidden="true" />}>
              {view.persona.name}’s draft, seen by you alone
            </Badge>
          </header>
          <p className={styles.words}>
            <Words text={draft.text} />
          </p>
          <div className={styles.choices}>
            <Button
              size="sm"
              variant="primary"
              onClick={() => {
                onUse(draft);
                putAside(draft);
              }}
            >
              Use in my message
            </Button>
            <Button size="sm" variant="quiet" onClick={() => putAside(draft)}>
              Put aside
            </Button>
          </div>
        </section>
      ))}
    </>
  );
}
