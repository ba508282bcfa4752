import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Controller, useForm } from "react-hook-form";
import { Problem } from "../../api/rest/http";
import { changePersona, type Persona } from "../../api/rest/personas";
import { showProblem } from "../../sign-in/forms";
import { FormProblem } from "../../sign-in/SignInFrame";
import { Button } from "../../ui/Button";
import { Checkbox } from "../../ui/Checkbox";
import { TextArea, TextField } from "../../ui/Field";
import { Select } from "../../ui/Select";
import { TagField } from "../../ui/TagField";
import { useToast } from "../../ui/Toasts";
import { personaQuery, usersQuery } from "../queries";
import { Section } from "../shell/Page";
import { useUnsavedGuard } from "../useUnsavedGuard";
import styles from "./Persona.module.css";

interface Typed {
  name: string;
  call_names: string[];
  greeting: string;
  instructions: string;
  owner: string;
  backups: string[];
}

const FIELDS = ["name", "call_names", "greeting", "instructions", "owner", "backups"] as const;

const typedFrom = (persona: Persona): Typed => ({
  name: persona.name,
  call_names: persona.call_names,
  greeting: persona.greeting,
  instructions: persona.instructions,
  owner: persona.owner.user_id,
  backups: persona.backups.map((user) => user.user_id),
});

export function ProfileForm({ persona }: { persona: Persona }) {
  const queries = useQueryClient();
  const say = useToast();
  const users = useQuery(usersQuery);
  const form = useForm<Typed>({
    defaultValues: typedFrom(persona),
    // What somebody else saved meanwhile shows in the fields that are untouched here.
    values: typedFrom(persona),
    resetOptions: { keepDirtyValues: true },
  });
  const { errors, isDirty, dirtyFields } = form.formState;
  const owner = form.watch("owner");

  const saving = useMutation({
    mutationFn: (typed: Typed) => {
      const changed = Object.fromEntries(FIELDS.filter((name) => dirtyFields[name]).map((name) => [name, typed[name]]));
      return changePersona(persona.id, changed);
    },
    onSuccess: (saved) => {
      queries.setQueryData(personaQuery(persona.id).queryKey, saved);
      form.reset(typedFrom(saved));
      void queries.invalidateQueries({ queryKey: ["personas"] });
      say("Saved. Open conversations know it already.");
    },
    onError: (error) => {
      if (error instanceof Problem && error.status === 409) {
        void queries.invalidateQueries({ queryKey: ["personas", persona.id] });
      }
      showProblem<Typed>(error, FIELDS, form.setError);
    },
  });
  useUnsavedGuard(isDirty && !saving.isPending);

  const people = users.data?.filter((user) => !user.disabled) ?? [];
  return (
    <form
      noValidate
      className={styles.form}
      onSubmit={form.handleSubmit((typed) => saving.mutate(typed))}
      aria-label="Profile"
    >
      <Section title="Who it is" lead="Visitors always see it marked as an AI.">
        <TextField
          label="Name"
          autoComplete="off"
          error={errors.name?.message}
          {...form.register("name", {
            required: "It needs a name.",
            maxLength: { value: 80, message: "At most 80 characters." },
          })}
        />
        <Controller
          control={form.control}
          name="call_names"
          render={({ field, fieldState }) => (
            <TagField
              label="Call names"
              noun="call name"
              hint="Further names by which people address it, such as a nickname or its full name. If a human of the same name is present, the bare name means the human and these still reach the persona."
              placeholder="Michael AI"
              most={10}
              tags={field.value}
              onChange={field.onChange}
              onBlur={field.onBlur}
              error={fieldState.error?.message}
            />
          )}
        />
        <TextArea
          label="Greeting"
          optional
          rows={2}
          hint="Its first message in every conversation."
          error={errors.greeting?.message}
          {...form.register("greeting", { maxLength: { value: 1_000, message: "At most 1,000 characters." } })}
        />
        <TextArea
          label="Instructions"
          optional
          rows={5}
          hint="Tone, manners, what to leave to people. Used when a language model answers; the built-in answerer quotes your sources."
          error={errors.instructions?.message}
          {...form.register("instructions", { maxLength: { value: 8_000, message: "At most 8,000 characters." } })}
        />
      </Section>

      <Section
        title="Who is behind it"
        lead="The owner is asked first when the persona cannot answer, then the backups, in this order."
      >
        {users.data ? (
          <>
            <Select label="Owner" error={errors.owner?.message} {...form.register("owner")}>
              {!people.some((user) => user.id === persona.owner.user_id) && (
                <option value={persona.owner.user_id}>{persona.owner.name}</option>
              )}
              {people.map((user) => (
                <option key={user.id} value={user.id}>
                  {user.name} ({user.email})
                </option>
              ))}
            </Select>
            <Controller
              control={form.control}
              name="backups"
              render={({ field }) => (
                <fieldset className={styles.backups}>
                  <legend>Backups</legend>
                  {people
                    .filter((user) => user.id !== owner)
                    .map((user) => {
                      const place = field.value.indexOf(user.id);
                      return (
                        <Checkbox
                          key={user.id}
                          label={place >= 0 ? `${place + 1}. ${user.name}` : user.name}
                          hint={user.email}
                          checked={place >= 0}
                          onCheckedChange={(on) =>
                            field.onChange(
                              on ? [...field.value, user.id] : field.value.filter((other) => other !== user.id),
                            )
                          }
                        />
                      );
                    })}
                  {people.length < 2 && <p className={styles.hint}>Nobody else is in this workspace yet.</p>}
                </fieldset>
              )}
            />
          </>
        ) : (
          <p>
            {persona.owner.name}
            {persona.backups.length > 0 && `, then ${persona.backups.map((user) => user.name).join(", ")}`}
          </p>
        )}
      </Section>
      <FormProblem message={errors.root?.message} />
      {isDirty && (
        <div className={styles.saveBar}>
          <p>Not saved yet</p>
          <Button variant="quiet" onClick={() => form.reset(typedFrom(persona))}>
            Discard
          </Button>
          <Button variant="primary" type="submit" busy={saving.isPending}>
            Save
          </Button>
        </div>
      )}
    </form>
  );
}
