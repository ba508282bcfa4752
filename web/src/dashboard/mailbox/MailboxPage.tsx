import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Inbox, Info, MailCheck } from "lucide-react";
import { Banner } from "../../ui/Banner";
import { Skeleton } from "../../ui/Skeleton";
import { Empty } from "../../ui/States";
import { mailsQuery } from "../queries";
import { Page, Refused } from "../shell/Page";
import { useNow } from "../useNow";
import styles from "./Mailbox.module.css";
import { MailPane } from "./MailPane";
import { MailRow } from "./MailRow";

export function MailboxPage() {
  const { mail: openId } = useSearch({ from: "/dashboard/mailbox" });
  const navigate = useNavigate();
  const mails = useQuery(mailsQuery);
  const now = useNow();
  const open = (mail: string | undefined) =>
    void navigate({
      to: "/dashboard/mailbox",
      search: mail ? { mail } : {},
      replace: openId !== undefined && mail !== undefined,
    });

  return (
    <Page title="Mailbox" lead="Every mail that Trialogue wrote, and what became of it.">
      {mails.data && !mails.data.smtp_configured && (
        <div className={styles.note}>
          <Banner tone="staff" icon={<Info />}>
            <strong>No mail leaves this server.</strong> No SMTP server is configured, so mails are only kept here.
            Their links work: pass them on yourself, or set <code>smtp</code> in the configuration.
          </Banner>
        </div>
      )}
      {mails.isPending && <Skeleton label="Loading mails" rows={4} height="4rem" />}
      {mails.isError && !mails.data && <Refused what="The mailbox" error={mails.error} retry={mails.refetch} />}
      {mails.data?.mails.length === 0 && (
        <Empty icon={<Inbox />} title="No mail yet">
          Handoffs, guest invitations, workspace invitations and password resets are written here first.
        </Empty>
      )}
      {mails.data && mails.data.mails.length > 0 && (
        <div className={styles.columns} data-open={openId !== undefined || undefined}>
          <ul className={styles.list} aria-label="Mails">
            {mails.data.mails.map((mail) => (
              <MailRow key={mail.id} mail={mail} now={now} current={mail.id === openId} onOpen={() => open(mail.id)} />
            ))}
          </ul>
          <div className={styles.pane}>
            {openId ? (
              <MailPane key={openId} id={openId} onClose={() => open(undefined)} />
            ) : (
              <Empty icon={<MailCheck />} title="Choose a mail" />
            )}
          </div>
        </div>
      )}
    </Page>
  );
}
