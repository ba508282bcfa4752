import { CircleAlert } from "lucide-react";
import type { ReactNode } from "react";
import styles from "./SignInFrame.module.css";

/** One calm card in the middle of the page. */
export function SignInFrame({ title, lead, children }: { title: string; lead?: ReactNode; children: ReactNode }) {
  return (
    <main className={styles.page}>
      <div className={styles.card}>
        <img className={styles.mark} src="/favicon.svg" alt="" />
        <h1 className={styles.title}>{title}</h1>
        {lead && <p className={styles.lead}>{lead}</p>}
        <div className={styles.body}>{children}</div>
      </div>
      <title>{`${title} · Trialogue`}</title>
    </main>
  );
}

/** Why the form as a whole was refused. */
export function FormProblem({ message }: { message: string | undefined }) {
  if (!message) return null;
  return (
    <p className={styles.problem} role="alert">
      <CircleAlert aria-hidden="true" />
      {message}
    </p>
  );
}

export function FormNote({ children }: { children: ReactNode }) {
  return <p className={styles.note}>{children}</p>;
}
