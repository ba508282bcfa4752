import { ExternalLink } from "lucide-react";
import { CopyButton } from "../../ui/CopyButton";
import { LinkButton } from "../../ui/LinkButton";
import { demoUrl, embedCode, pageUrl } from "../personas/links";
import { Section } from "../shell/Page";
import styles from "./Persona.module.css";
import { usePersona } from "./usePersona";

export function ShareTab() {
  const persona = usePersona();
  const { origin } = window.location;
  const code = embedCode(origin, persona.id);
  const page = origin + pageUrl(persona.id);
  return (
    <div className={styles.stack}>
      <Section
        title="On your website"
        lead={`Put this line before </body>. A button “Launch ${persona.name}” appears in the corner. It needs no cookies.`}
      >
        <pre className={styles.code}>{code}</pre>
        <div className={styles.row}>
          <CopyButton text={code} label="Copy the code" size="md" />
          <LinkButton href={demoUrl(persona.id)} newTab variant="quiet" icon={<ExternalLink aria-hidden="true" />}>
            See it on a demo page
          </LinkButton>
        </div>
      </Section>
      <Section
        title="As a link"
        lead="A page with nothing but the conversation: for a mail signature, a QR code, a chat."
      >
        <pre className={styles.code}>{page}</pre>
        <div className={styles.row}>
          <CopyButton text={page} label="Copy the link" size="md" />
          <LinkButton href={pageUrl(persona.id)} newTab variant="quiet" icon={<ExternalLink aria-hidden="true" />}>
            Open it
          </LinkButton>
        </div>
      </Section>
    </div>
  );
}
