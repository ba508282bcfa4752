import { Info } from "lucide-react";
import { Banner } from "../../ui/Banner";
import styles from "./Knowledge.module.css";
import { Questions } from "./Questions";
import { Sources } from "./Sources";
import { useMayChange, usePersona } from "./usePersona";

export function KnowledgeTab() {
  const persona = usePersona();
  const mayChange = useMayChange(persona);
  return (
    <div className={styles.stack}>
      {persona.retrieval === "keyword_only" && (
        <div className={styles.note}>
          <Banner tone="staff" icon={<Info />}>
            <strong>Keyword search only.</strong> The embedding model is not installed on this server, so questions are
            matched by their words and not by their meaning. <code>make model</code> fetches it.
          </Banner>
        </div>
      )}
      {persona.retrieval === "indexing" && (
        <div className={styles.note}>
          <Banner tone="staff" icon={<Info />}>
            <strong>Keyword search for the moment.</strong> The embedding model is new here: the documents are read
            again for their meaning. This needs nothing from you.
          </Banner>
        </div>
      )}
      <Sources personaId={persona.id} mayChange={mayChange} />
      <Questions personaId={persona.id} mayChange={mayChange} />
    </div>
  );
}
