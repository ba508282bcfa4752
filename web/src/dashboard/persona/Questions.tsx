import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Ellipsis, MessageCircleQuestionMark, Pencil, Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import { sentenceOf } from "../../api/rest/http";
import { deleteQuestion, type QuestionAnswer } from "../../api/rest/knowledge";
import { Button, IconButton } from "../../ui/Button";
import { useConfirm } from "../../ui/Confirm";
import { Menu, MenuItem, MenuSeparator } from "../../ui/Menu";
import { Skeleton } from "../../ui/Skeleton";
import { useToast } from "../../ui/Toasts";
import { questionsQuery } from "../queries";
import { Refused, Section } from "../shell/Page";
import styles from "./Knowledge.module.css";
import { QuestionDialog } from "./QuestionDialog";

export function Questions({ personaId, mayChange }: { personaId: string; mayChange: boolean }) {
  const questions = useQuery(questionsQuery(personaId));
  const [editing, setEditing] = useState<QuestionAnswer | "new" | null>(null);
  return (
    <Section
      title="Questions and answers"
      lead="Answered by people, word for word. Answers you keep from handoffs land here."
      actions={
        mayChange && (
          <Button size="sm" icon={<Plus aria-hidden="true" />} onClick={() => setEditing("new")}>
            Add a question
          </Button>
        )
      }
    >
      {questions.isPending && <Skeleton label="Loading questions" rows={2} height="3.5rem" />}
      {questions.isError && <Refused what="The questions" error={questions.error} retry={questions.refetch} />}
      {questions.data?.length === 0 && <p className={styles.hint}>None yet.</p>}
      {questions.data && questions.data.length > 0 && (
        <ul className={styles.list}>
          {questions.data.map((pair) => (
            <QuestionRow
              key={pair.id}
              pair={pair}
              personaId={personaId}
              onEdit={mayChange ? () => setEditing(pair) : null}
            />
          ))}
        </ul>
      )}
      {editing && (
        <QuestionDialog
          key={editing === "new" ? "new" : editing.id}
          personaId={personaId}
          pair={editing === "new" ? null : editing}
          onClose={() => setEditing(null)}
        />
      )}
    </Section>
  );
}

interface QuestionRowProps {
  pair: QuestionAnswer;
  personaId: string;
  /** Null for those who may only look. */
  onEdit: (() => void) | null;
}

function QuestionRow({ pair, personaId, onEdit }: QuestionRowProps) {
  const queries = useQueryClient();
  const confirm = useConfirm();
  const say = useToast();
  const { queryKey } = questionsQuery(personaId);
  const deleting = useMutation({
    mutationFn: () => deleteQuestion(pair.id),
    onMutate: async () => {
      await queries.cancelQueries({ queryKey });
      const before = queries.getQueryData(queryKey);
      queries.setQueryData(queryKey, (page) =>
        page ? { questions: page.questions.filter((other) => other.id !== pair.id) } : page,
      );
      return { before };
    },
    onError: (error, _, context) => {
      if (context?.before) queries.setQueryData(queryKey, context.before);
      say(`The question was not deleted. ${sentenceOf(error)}`, "problem");
    },
    onSettled: () => void queries.invalidateQueries({ queryKey }),
  });
  return (
    <li className={styles.item}>
      <span className={styles.itemIcon} aria-hidden="true">
        <MessageCircleQuestionMark />
      </span>
      <div className={styles.itemWords}>
        <p className={styles.itemTitle}>{pair.question}</p>
        <p className={styles.answer}>{pair.answer}</p>
        {pair.phrasings.length > 0 && (
          <p className={styles.itemMeta}>
            {pair.phrasings.length === 1 ? "1 other phrasing" : `${pair.phrasings.length} other phrasings`}
          </p>
        )}
      </div>
      {onEdit && (
        <Menu
          trigger={
            <IconButton label={`Actions for ${pair.question}`} size="sm">
              <Ellipsis aria-hidden="true" />
            </IconButton>
          }
        >
          <MenuItem icon={<Pencil aria-hidden="true" />} onSelect={onEdit}>
            Edit
          </MenuItem>
          <MenuSeparator />
          <MenuItem
            danger
            icon={<Trash2 aria-hidden="true" />}
            onSelect={async () => {
              const sure = await confirm({
                title: "Delete this question?",
                description: `“${pair.question}” and its answer are forgotten.`,
                confirm: "Delete the question",
                danger: true,
              });
              if (sure) deleting.mutate();
            }}
          >
            Delete…
          </MenuItem>
        </Menu>
      )}
    </li>
  );
}
