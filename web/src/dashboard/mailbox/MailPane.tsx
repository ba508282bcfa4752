import { useQuery } from "@tanstack/react-query";
import { ChevronLeft, CircleAlert } from "lucide-react";
import { useState } from "react";
import type { Mail } from "../../api/rest/mails";
import { Banner } from "../../ui/Banner";
import { Button } from "../../ui/Button";
import { Segments } from "../../ui/Segments";
import { Loading } from "../../ui/States";
import { mailQuery } from "../queries";
import { Refused } from "../shell/Page";
import { full } from "../time";
import styles from "./Mailbox.module.css";
import { MailStateBadge } from "./MailRow";

const FORMS = [
  { value: "html", label: "As it looks" },
  { value: "text", label: "Text" },
] as const;

export function MailPane({ id, onClose }: { id: string; onClose: () => void }) {
  const mail = useQuery(mailQuery(id));
  return (
    <article className={styles.mail} aria-label="Mail">
      <Button
        className={styles.back}
        size="sm"
        variant="quiet"
        icon={<ChevronLeft aria-hidden="true" />}
        onClick={onClose}
      >
        All mails
      </Button>
      {mail.isPending && <Loading label="Loading the mail" />}
      {mail.isError && <Refused what="The mail" error={mail.error} retry={mail.refetch} />}
      {mail.data && <Letter mail={mail.data} />}
    </article>
  );
}

function Letter({ mail }: { mail: Mail }) {
  const [form, setForm] = useState<"html" | "text">("html");
  return (
    <>
      <header className={styles.letterHead}>
        <h2>{mail.subject}</h2>
        <p className={styles.to}>
          To {mail.to} · {full(mail.at)}
        </p>
        <div className={styles.letterBar}>
          <MailStateBadge state={mail.state} />
          <Segments label="Form" options={FORMS} value={form} onChange={setForm} />
        </div>
      </header>
      {mail.error && (
        <Banner tone="danger" icon={<CircleAlert />}>
          {mail.state === "failed" ? "Given up: " : "Last try: "}
          {mail.error}
        </Banner>
      )}
      {form === "html" ? (
        <iframe
          className={styles.frame}
          title={mail.subject}
          // Nothing in it runs, since scripts are not allowed; the same origin is, to learn how tall it is.
          sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox"
          srcDoc={withBase(mail.html)}
          onLoad={(event) => fitHeight(event.currentTarget)}
        />
      ) : (
        <pre className={styles.text}>{mail.text}</pre>
      )}
    </>
  );
}

/** As tall as the mail, so that the page scrolls and not the frame. */
function fitHeight(frame: HTMLIFrameElement) {
  const height = frame.contentDocument?.documentElement.scrollHeight;
  if (height) frame.style.blockSize = `${height}px`;
}

/** Every link of the mail leaves the frame. */
function withBase(html: string): string {
  const base = '<base target="_blank">';
  return /<head[^>]*>/i.test(html) ? html.replace(/<head[^>]*>/i, (head) => head + base) : base + html;
}
