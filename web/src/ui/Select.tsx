import clsx from "clsx";
import { ChevronDown } from "lucide-react";
import type { ComponentProps, ReactNode } from "react";
import { Field } from "./Field";
import styles from "./Select.module.css";

interface SelectProps extends ComponentProps<"select"> {
  label: string;
  hint?: ReactNode;
  error?: string | undefined;
  /** Small, with the label for screen readers alone: for filters. */
  compact?: boolean;
}

/** The platform's own list: the best one on a phone, and it needs no teaching. */
export function Select({ label, hint, error, compact = false, className, children, ...rest }: SelectProps) {
  if (compact) {
    return (
      <span className={clsx(styles.box, styles.compact)}>
        <select {...rest} aria-label={label} className={clsx(styles.control, className)}>
          {children}
        </select>
        <ChevronDown aria-hidden="true" />
      </span>
    );
  }
  return (
    <Field label={label} hint={hint} error={error}>
      {({ id, describedBy, invalid }) => (
        <span className={styles.box}>
          <select
            {...rest}
            id={id}
            aria-describedby={describedBy}
            aria-invalid={invalid || undefined}
            className={clsx(styles.control, className)}
          >
            {children}
          </select>
          <ChevronDown aria-hidden="true" />
        </span>
      )}
    </Field>
  );
}
