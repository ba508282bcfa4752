import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { sentenceOf } from "../../api/rest/http";
import { deletePersona } from "../../api/rest/personas";
import { Button } from "../../ui/Button";
import { useConfirm } from "../../ui/Confirm";
import { useToast } from "../../ui/Toasts";
import { Section } from "../shell/Page";
import styles from "./Persona.module.css";
import { Picture } from "./Picture";
import { ProfileForm } from "./ProfileForm";
import { useMayChange, usePersona } from "./usePersona";

export function ProfileTab() {
  const persona = usePersona();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const confirm = useConfirm();
  const mayChange = useMayChange(persona);
  const say = useToast();
  const deleting = useMutation({
    mutationFn: () => deletePersona(persona.id),
    onSuccess: async () => {
      await navigate({ to: "/dashboard/personas" });
      queries.removeQueries({ queryKey: ["personas", persona.id] });
      void queries.invalidateQueries({ queryKey: ["personas"] });
      say(`${persona.name} is deleted.`);
    },
    onError: (error) => say(sentenceOf(error), "problem"),
  });

  return (
    <fieldset className={styles.stack} disabled={!mayChange}>
      <legend className="visually-hidden">Profile of {persona.name}</legend>
      <Section title="Picture">
        <Picture persona={persona} />
      </Section>
      {/* A fresh form for another persona; edits of this one survive what arrives from the server. */}
      <ProfileForm key={persona.id} persona={persona} />
      <Section title="Delete this persona">
        <div className={styles.danger}>
          <p>Its sources, questions and settings go with it. Conversations that took place stay readable.</p>
          <Button
            busy={deleting.isPending}
            onClick={async () => {
              const sure = await confirm({
                title: `Delete ${persona.name}?`,
                description:
                  "Its page and widget stop working at once, and its sources are deleted. This cannot be taken back.",
                confirm: "Delete the persona",
                danger: true,
              });
              if (sure) deleting.mutate();
            }}
          >
            Delete…
          </Button>
        </div>
      </Section>
    </fieldset>
  );
}
