import { X } from "lucide-react";
import { type KeyboardEvent, useRef, useState } from "react";
import { Field } from "./Field";
import styles from "./TagField.module.css";
import { addTags } from "./tags";

interface TagFieldProps {
  label: string;
  hint?: string;
  error?: string | undefined;
  /** What one tag is called, for the remove buttons: “call name”. */
  noun: string;
  tags: readonly string[];
  onChange: (tags: string[]) => void;
  onBlur?: () => void;
  placeholder?: string;
  most?: number;
}

const LONGEST_TAG = 80;

/** A short list of words. Enter or a comma adds, Backspace in the empty field takes the last one back. */
export function TagField({ label, hint, error, noun, tags, onChange, onBlur, placeholder, most = 20 }: TagFieldProps) {
  const [typed, setTyped] = useState("");
  const input = useRef<HTMLInputElement>(null);
  const limits = { most, longest: LONGEST_TAG };

  function commit(text: string) {
    const next = addTags(tags, text, limits);
    if (next.length !== tags.length) onChange(next);
    setTyped("");
  }

  function onKeyDown(event: KeyboardEvent) {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "Enter" && typed.trim() !== "") {
      event.preventDefault();
      commit(typed);
    } else if (event.key === "Backspace" && typed === "" && tags.length > 0) {
      event.preventDefault();
      setTyped(tags.at(-1) ?? "");
      onChange(tags.slice(0, -1));
    }
  }

  return (
    <Field label={label} hint={hint} error={error}>
      {({ id, describedBy, invalid }) => (
        <div className={styles.box} data-invalid={invalid || undefined}>
          {tags.length > 0 && (
            <ul className={styles.tags} aria-label="Added">
              {tags.map((tag) => (
                <li key={tag} className={styles.tag}>
                  <span className={styles.word}>{tag}</span>
                  <button
                    type="button"
                    className={styles.remove}
                    aria-label={`Remove ${noun} ${tag}`}
                    onClick={() => {
                      onChange(tags.filter((other) => other !== tag));
                      input.current?.focus();
                    }}
                  >
                    <X aria-hidden="true" />
                  </button>
                </li>
              ))}
            </ul>
          )}
          <input
            ref={input}
            id={id}
            className={styles.input}
            value={typed}
            placeholder={tags.length === 0 ? placeholder : undefined}
            aria-describedby={describedBy}
            aria-invalid={invalid || undefined}
            autoComplete="off"
            enterKeyHint="done"
            onChange={(event) => {
              const text = event.target.value;
              if (/[,;\n]/.test(text)) commit(text);
              else setTyped(text);
            }}
            onPaste={(event) => {
              const pasted = event.clipboardData.getData("text");
              if (!/[,;\n]/.test(pasted)) return;
              event.preventDefault();
              commit(typed + pasted);
            }}
            onKeyDown={onKeyDown}
            onBlur={() => {
              if (typed.trim() !== "") commit(typed);
              onBlur?.();
            }}
          />
        </div>
      )}
    </Field>
  );
}
