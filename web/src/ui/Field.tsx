import clsx from "clsx";
import { type ComponentProps, type ReactNode, useId } from "react";
import styles from "./Field.module.css";

interface FieldProps {
  label: string;
  /** One sentence under the field. */
  hint?: ReactNode;
  /** Why what was typed cannot be taken; read out when it appears. */
  error?: string | undefined;
  optional?: boolean;
  children: (ids: { id: string; describedBy: string | undefined; invalid: boolean }) => ReactNode;
}

/** A label, a control, and what is to be said about it, tied together for screen readers. */
export function Field({ label, hint, error, optional = false, children }: FieldProps) {
  const id = useId();
  const hintId = hint ? `${id}-hint` : undefined;
  const errorId = error ? `${id}-error` : undefined;
  return (
    <div className={styles.field}>
      <label className={styles.label} htmlFor={id}>
        {label}
        {optional && <span className={styles.optional}> (optional)</span>}
      </label>
      {children({ id, describedBy: clsx(hintId, errorId) || undefined, invalid: error !== undefined })}
      {hint && (
        <p id={hintId} className={styles.hint}>
          {hint}
        </p>
      )}
      {error && (
        <p id={errorId} className={styles.error} role="alert">
          {error}
        </p>
      )}
    </div>
  );
}

type Shared = Pick<FieldProps, "label" | "hint" | "error" | "optional">;

export function TextField({ label, hint, error, optional, className, ...rest }: Shared & ComponentProps<"input">) {
  return (
    <Field label={label} hint={hint} error={error} {...(optional !== undefined && { optional })}>
      {({ id, describedBy, invalid }) => (
        <input
          {...rest}
          id={id}
          aria-describedby={describedBy}
          aria-invalid={invalid || undefined}
          className={clsx(styles.control, className)}
        />
      )}
    </Field>
  );
}

export function TextArea({ label, hint, error, optional, className, ...rest }: Shared & ComponentProps<"textarea">) {
  return (
    <Field label={label} hint={hint} error={error} {...(optional !== undefined && { optional })}>
      {({ id, describedBy, invalid }) => (
        <textarea
          rows={3}
          {...rest}
          id={id}
          aria-describedby={describedBy}
          aria-invalid={invalid || undefined}
          className={clsx(styles.control, styles.area, className)}
        />
      )}
    </Field>
  );
}
