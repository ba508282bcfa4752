import { BellRing, BookOpen, Check } from "lucide-react";
import type { Persona, Trial } from "../../api/rest/personas";
import { Avatar } from "../../ui/Avatar";
import { Badge } from "../../ui/Badge";
import styles from "./Try.module.css";

export function TrialResult({ question, trial, persona }: { question: string; trial: Trial; persona: Persona }) {
  return (
    <article className={styles.result} aria-label={question}>
      <h3 className={styles.question}>{question}</h3>
      <div className={styles.answer}>
        <Avatar name={persona.name} picture={persona.picture} kind="ai" size="sm" />
        <div className={styles.words}>
          {trial.answer ? <p>{trial.answer}</p> : <p className={styles.none}>No answer in the sources.</p>}
          {trial.citations.length > 0 && (
            <ul className={styles.citations}>
              {trial.citations.map((citation, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: a result never changes
                <li key={index} className={styles.citation}>
                  <BookOpen aria-hidden="true" />
                  <span>
                    <strong>{citation.source_title}</strong>
                    {citation.place && ` · ${citation.place}`}
                  </span>
                </li>
              ))}
            </ul>
          )}
        </div>
      </div>
      <div className={styles.verdict}>
        {trial.handoff ? (
          <Badge tone="staff" icon={<BellRing aria-hidden="true" />}>
            Would call {persona.owner.name} in
          </Badge>
        ) : (
          <Badge tone="accent" icon={<Check aria-hidden="true" />}>
            Would answer
          </Badge>
        )}
        {trial.written_by === "model" && <Badge tone="ai">Judged by the language model</Badge>}
        <Meter confidence={trial.confidence} threshold={persona.confidence_threshold} />
      </div>
      {trial.passages.length > 0 && (
        <details className={styles.passages}>
          <summary>
            {trial.passages.length === 1 ? "The passage it found" : `The ${trial.passages.length} passages it found`}
          </summary>
          <ol>
            {trial.passages.map((passage, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a result never changes
              <li key={index}>
                <p className={styles.passageHead}>
                  <strong>{passage.title}</strong>
                  {passage.place && <span> · {passage.place}</span>}
                  <span className={styles.score}>{passage.score.toFixed(2)}</span>
                </p>
                <p className={styles.passageText}>{passage.text}</p>
              </li>
            ))}
          </ol>
        </details>
      )}
    </article>
  );
}

/** How sure it was, with the threshold marked on the same scale. */
function Meter({ confidence, threshold }: { confidence: number; threshold: number }) {
  return (
    <div className={styles.meter}>
      <div className={styles.bar} aria-hidden="true">
        <span
          className={confidence < threshold ? styles.low : styles.high}
          style={{ inlineSize: `${Math.max(2, Math.min(100, confidence))}%` }}
        />
        <span className={styles.mark} style={{ insetInlineStart: `${threshold}%` }} />
      </div>
      <span className={styles.percent}>
        {Math.round(confidence)} % sure, threshold {threshold} %
      </span>
    </div>
  );
}
