import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useForm } from "react-hook-form";
import { addTextSource } from "../../api/rest/knowledge";
import { showProblem } from "../../sign-in/forms";
import { FormProblem } from "../../sign-in/SignInFrame";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { TextArea, TextField } from "../../ui/Field";
import { sourcesQuery } from "../queries";
import styles from "./Knowledge.module.css";

interface Typed {
  title: string;
  text: string;
}

interface TextSourceProps {
  personaId: string;
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

/** Closing keeps what was typed: the form lives outside of the dialog. */
export function TextSource({ personaId, open, onOpenChange }: TextSourceProps) {
  const queries = useQueryClient();
  const form = useForm<Typed>({ defaultValues: { title: "", text: "" } });
  const { errors } = form.formState;
  const adding = useMutation({
    mutationFn: (typed: Typed) => addTextSource(personaId, typed),
    onSuccess: () => {
      form.reset();
      onOpenChange(false);
      void queries.invalidateQueries({ queryKey: sourcesQuery(personaId).queryKey });
    },
    onError: (error) => showProblem<Typed>(error, ["title", "text"], form.setError),
  });
  return (
    <Dialog
      kind="side"
      open={open}
      onOpenChange={onOpenChange}
      title="Write a text"
      description="Markdown is understood; headings become the places that citations name."
      actions={
        <Button variant="primary" type="submit" form="text-source" busy={adding.isPending}>
          Add as a source
        </Button>
      }
    >
      <form
        id="text-source"
        noValidate
        className={styles.stack}
        onSubmit={form.handleSubmit((typed) => adding.mutate(typed))}
      >
        <TextField
          label="Title"
          autoComplete="off"
          error={errors.title?.message}
          {...form.register("title", { required: "Give it a title.", maxLength: 200 })}
        />
        <TextArea
          label="Text"
          rows={14}
          error={errors.text?.message}
          {...form.register("text", { required: "Write or paste something." })}
        />
        <FormProblem message={errors.root?.message} />
      </form>
    </Dialog>
  );
}
