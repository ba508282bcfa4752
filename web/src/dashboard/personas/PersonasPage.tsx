import { useQuery } from "@tanstack/react-query";
import { Bot, Plus } from "lucide-react";
import { useState } from "react";
import { Button } from "../../ui/Button";
import { Skeleton } from "../../ui/Skeleton";
import { Empty } from "../../ui/States";
import { personasQuery } from "../queries";
import { hasRole, useMe } from "../shell/me";
import { Page, Refused } from "../shell/Page";
import { NewPersona } from "./NewPersona";
import { PersonaCardView } from "./PersonaCardView";
import styles from "./Personas.module.css";

export function PersonasPage() {
  const me = useMe();
  const personas = useQuery(personasQuery);
  const [creating, setCreating] = useState(false);
  const mayCreate = hasRole(me, "admin", "owner");
  const create = mayCreate && (
    <Button variant="primary" icon={<Plus aria-hidden="true" />} onClick={() => setCreating(true)}>
      New persona
    </Button>
  );

  return (
    <Page
      title="Personas"
      lead="Each answers visitors from what its owner knows, and calls its owner in when it cannot."
      actions={personas.data && personas.data.length > 0 ? create : null}
    >
      {personas.isPending && <Skeleton label="Loading personas" rows={2} height="11rem" />}
      {personas.isError && <Refused what="The personas" error={personas.error} retry={personas.refetch} />}
      {personas.data?.length === 0 && (
        <Empty icon={<Bot />} title="No persona yet" action={create}>
          {mayCreate
            ? "Make one, give it a few documents, and put it on a page. It takes about two minutes."
            : "When somebody makes one, or makes you its backup, it shows up here."}
        </Empty>
      )}
      {personas.data && personas.data.length > 0 && (
        <ul className={styles.cards}>
          {personas.data.map((card) => (
            <PersonaCardView key={card.id} card={card} />
          ))}
        </ul>
      )}
      <NewPersona open={creating} onOpenChange={setCreating} />
    </Page>
  );
}
