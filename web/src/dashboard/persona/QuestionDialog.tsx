import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useForm } from "react-hook-form";
import { addQuestion, changeQuestion, type QuestionAnswer } from "../../api/rest/knowledge";
import { showProblem } from "../../sign-in/forms";
import { FormProblem } from "../../sign-in/SignInFrame";
import { Button } from "../../ui/Button";
import { useConfirm } from "../../ui/Confirm";
import { Dialog } from "../../ui/Dialog";
import { TextArea, TextField } from "../../ui/Field";
import { questionsQuery } from "../queries";
import styles from "./Knowledge.module.css";

interface Typed {
  question: string;
  /** One a line. */
  phrasings: string;
  answer: string;
}

interface QuestionDialogProps {
  personaId: string;
  /** Null: a new one. */
  pair: QuestionAnswer | null;
  onClose: () => void;
}

const lines = (text: string): string[] => text.split("\n").flatMap((line) => line.trim() || []);

export function QuestionDialog({ personaId, pair, onClose }: QuestionDialogProps) {
  const queries = useQueryClient();
  const confirm = useConfirm();
  const form = useForm<Typed>({
    defaultValues: {
      question: pair?.question ?? "",
      phrasings: pair?.phrasings.join("\n") ?? "",
      answer: pair?.answer ?? "",
    },
  });
  const { errors, isDirty } = form.formState;
  const saving = useMutation({
    mutationFn: (typed: Typed) => {
      const json = { question: typed.question.trim(), phrasings: lines(typed.phrasings), answer: typed.answer.trim() };
      return pair ? changeQuestion(pair.id, json) : addQuestion(personaId, json);
    },
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: questionsQuery(personaId).queryKey });
      onClose();
    },
    onError: (error) => showProblem<Typed>(error, ["question", "phrasings", "answer"], form.setError),
  });

  async function close() {
    const lose =
      !isDirty ||
      (await confirm({
        title: "Close without saving?",
        description: "What you typed is lost.",
        confirm: "Close",
        cancel: "Go on editing",
        danger: true,
      }));
    if (lose) onClose();
  }

  return (
    <Dialog
      kind="side"
      open
      onOpenChange={(open) => !open && void close()}
      title={pair ? "Edit the question" : "Add a question"}
      actions={
        <Button variant="primary" type="submit" form="question" busy={saving.isPending}>
          Save
        </Button>
      }
    >
      <form
        id="question"
        noValidate
        className={styles.stack}
        onSubmit={form.handleSubmit((typed) => saving.mutate(typed))}
      >
        <TextField
          label="Question"
          autoComplete="off"
          error={errors.question?.message}
          {...form.register("question", { required: "Write the question as a visitor would." })}
        />
        <TextArea
          label="Other phrasings"
          optional
          rows={4}
          hint="One a line. Each one makes it likelier that the question is recognised."
          error={errors.phrasings?.message}
          {...form.register("phrasings")}
        />
        <TextArea
          label="Answer"
          rows={7}
          hint="Given word for word."
          error={errors.answer?.message}
          {...form.register("answer", { required: "Write the answer." })}
        />
        <FormProblem message={errors.root?.message} />
      </form>
    </Dialog>
  );
}
