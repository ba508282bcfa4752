import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import clsx from "clsx";
import { ChevronLeft, CircleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { sentenceOf } from "../../api/rest/http";
import { Button } from "../../ui/Button";
import { Failure } from "../../ui/States";
import { needingSomebody } from "../handoffs/truth";
import { handoffsQuery } from "../queries";
import styles from "./Page.module.css";

interface PageProps {
  title: string;
  /** Stands before the title. */
  mark?: ReactNode;
  lead?: ReactNode;
  actions?: ReactNode;
  back?: { to: string; label: string };
  children: ReactNode;
}

export function Page({ title, mark, lead, actions, back, children }: PageProps) {
  const handoffs = useQuery(handoffsQuery("open"));
  const waiting = handoffs.data ? needingSomebody(handoffs.data) : 0;
  return (
    <div className={styles.page}>
      <title>{`${waiting > 0 ? `(${waiting}) ` : ""}${title} · Trialogue`}</title>
      {back && (
        <Link to={back.to} className={styles.back}>
          <ChevronLeft aria-hidden="true" />
          {back.label}
        </Link>
      )}
      <header className={styles.header}>
        {mark}
        <div className={clsx(styles.words, mark && styles.narrow)}>
          <h1 className={styles.title}>{title}</h1>
          {lead && <div className={styles.lead}>{lead}</div>}
        </div>
        {actions && <div className={styles.actions}>{actions}</div>}
      </header>
      {children}
    </div>
  );
}

/** A card with a heading. With `aside`, the explanation stands beside the controls where there is room. */
export function Section({
  title,
  lead,
  actions,
  children,
  flush = false,
}: {
  title: string;
  lead?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
  /** The content reaches the card's edges: lists. */
  flush?: boolean;
}) {
  return (
    <section className={styles.section}>
      <div className={styles.sectionHead}>
        <div>
          <h2 className={styles.sectionTitle}>{title}</h2>
          {lead && <div className={styles.sectionLead}>{lead}</div>}
        </div>
        {actions && <div className={styles.actions}>{actions}</div>}
      </div>
      <div className={clsx(styles.sectionBody, flush && styles.flush)}>{children}</div>
    </section>
  );
}

/** In place of a list that could not be fetched. */
export function Refused({ what, error, retry }: { what: string; error: unknown; retry: () => unknown }) {
  return (
    <Failure
      icon={<CircleAlert />}
      title={`${what} could not be loaded`}
      action={<Button onClick={() => void retry()}>Try again</Button>}
    >
      {sentenceOf(error)}
    </Failure>
  );
}
