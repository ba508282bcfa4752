import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useForm } from "react-hook-form";
import { createPersona } from "../../api/rest/personas";
import { showProblem } from "../../sign-in/forms";
import { FormProblem } from "../../sign-in/SignInFrame";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { TextField } from "../../ui/Field";
import { personaQuery } from "../queries";

export function NewPersona({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const form = useForm({ defaultValues: { name: "" } });
  const { errors } = form.formState;
  const creating = useMutation({
    mutationFn: ({ name }: { name: string }) => createPersona({ name: name.trim() }),
    onSuccess: (persona) => {
      queries.setQueryData(personaQuery(persona.id).queryKey, persona);
      void queries.invalidateQueries({ queryKey: ["personas"], exact: true });
      form.reset();
      onOpenChange(false);
      void navigate({ to: "/dashboard/personas/$personaId/knowledge", params: { personaId: persona.id } });
    },
    onError: (error) => showProblem<{ name: string }>(error, ["name"], form.setError),
  });

  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title="New persona"
      description="You are its owner: its questions come to you. Everything can be changed later."
      actions={
        <>
          <Button variant="quiet" onClick={() => onOpenChange(false)}>
            Cancel
          </Button>
          <Button variant="primary" type="submit" form="new-persona" busy={creating.isPending}>
            Create
          </Button>
        </>
      }
    >
      <form id="new-persona" noValidate onSubmit={form.handleSubmit((typed) => creating.mutate(typed))}>
        <TextField
          label="Name"
          placeholder="Michael"
          hint="Visitors see it with an AI mark and can address it by this name."
          autoComplete="off"
          error={errors.name?.message}
          {...form.register("name", {
            required: "Give it a name.",
            maxLength: { value: 80, message: "At most 80 characters." },
            validate: (name) => name.trim() !== "" || "Give it a name.",
          })}
        />
      </form>
      <FormProblem message={errors.root?.message} />
    </Dialog>
  );
}
