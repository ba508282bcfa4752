import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Eraser, Info, Send } from "lucide-react";
import { type FormEvent, useRef, useState } from "react";
import { sentenceOf } from "../../api/rest/http";
import { type Trial, tryPersona } from "../../api/rest/personas";
import { Banner } from "../../ui/Banner";
import { Button } from "../../ui/Button";
import { TextField } from "../../ui/Field";
import { Section } from "../shell/Page";
import { TrialResult } from "./TrialResult";
import styles from "./Try.module.css";
import { usePersona } from "./usePersona";

interface Tried {
  id: number;
  question: string;
  trial: Trial;
}

/** How many earlier questions go along, so that “and on Sundays?” is understood. */
const TURNS_SENT = 4;

export function TryTab() {
  const persona = usePersona();
  const queries = useQueryClient();
  const [question, setQuestion] = useState("");
  const [tried, setTried] = useState<Tried[]>([]);
  const nextId = useRef(1);

  const trying = useMutation({
    mutationFn: (asked: string) =>
      tryPersona(persona.id, [...tried.slice(-(TURNS_SENT - 1)).map((earlier) => earlier.question), asked]),
    onSuccess: (trial, asked) => {
      setTried((before) => [...before, { id: nextId.current++, question: asked, trial }]);
      // Typed meanwhile: the next question.
      setQuestion((typed) => (typed.trim() === asked ? "" : typed));
      void queries.invalidateQueries({ queryKey: ["personas", persona.id] });
    },
  });

  function ask(event: FormEvent) {
    event.preventDefault();
    const asked = question.trim();
    if (asked !== "" && !trying.isPending) trying.mutate(asked);
  }

  return (
    <div className={styles.stack}>
      {persona.retrieval === "keyword_only" && (
        <div className={styles.note}>
          <Banner tone="staff" icon={<Info />}>
            Keyword search only: the embedding model is not installed, so answers are weaker than they could be.
          </Banner>
        </div>
      )}
      {persona.retrieval === "indexing" && (
        <div className={styles.note}>
          <Banner tone="staff" icon={<Info />}>
            Keyword search for the moment: the documents are being read again for their meaning.
          </Banner>
        </div>
      )}
      <Section
        title={`Ask ${persona.name}`}
        lead="As a visitor would. Nothing is kept and nobody is called. Follow-up questions know the ones before."
        actions={
          tried.length > 0 && (
            <Button size="sm" variant="quiet" icon={<Eraser aria-hidden="true" />} onClick={() => setTried([])}>
              Start over
            </Button>
          )
        }
      >
        <form className={styles.ask} onSubmit={ask}>
          <TextField
            label="Question"
            placeholder="What would a visitor ask?"
            autoComplete="off"
            enterKeyHint="send"
            value={question}
            onChange={(event) => setQuestion(event.target.value)}
            error={trying.isError ? sentenceOf(trying.error) : undefined}
          />
          <Button
            variant="primary"
            type="submit"
            icon={<Send aria-hidden="true" />}
            busy={trying.isPending}
            disabled={question.trim() === ""}
          >
            Ask
          </Button>
        </form>
      </Section>
      <div className={styles.stack} aria-live="polite">
        {[...tried].reverse().map(({ id, question: asked, trial }) => (
          <TrialResult key={id} question={asked} trial={trial} persona={persona} />
        ))}
      </div>
    </div>
  );
}
