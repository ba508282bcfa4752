import { Link } from "@tanstack/react-router";
import { ExternalLink, MessagesSquare, UserX, VideoOff } from "lucide-react";
import type { PersonaCard } from "../../api/rest/personas";
import { Avatar } from "../../ui/Avatar";
import { Badge } from "../../ui/Badge";
import { CopyButton } from "../../ui/CopyButton";
import { LinkButton } from "../../ui/LinkButton";
import { pageUrl } from "./links";
import styles from "./Personas.module.css";

export function PersonaCardView({ card }: { card: PersonaCard }) {
  return (
    <li className={styles.card}>
      <div className={styles.top}>
        <Avatar name={card.name} picture={card.picture} kind="ai" size="lg" />
        <div className={styles.who}>
          <h2 className={styles.name}>
            {/* Its ::after covers the card, so that the whole of it can be pressed. */}
            <Link className={styles.cover} to="/dashboard/personas/$personaId" params={{ personaId: card.id }}>
              {card.name}
            </Link>
          </h2>
          <p className={styles.owner}>AI persona of {card.owner.name}</p>
        </div>
      </div>
      <ul className={styles.facts}>
        <li>
          <SourcesFact ready={card.sources_ready} total={card.sources_total} />
        </li>
        {card.open_conversations > 0 && (
          <li>
            <Badge tone="accent" icon={<MessagesSquare aria-hidden="true" />}>
              {card.open_conversations} open
            </Badge>
          </li>
        )}
        {!card.settings.in_call_users && (
          <li>
            <Badge icon={<UserX aria-hidden="true" />}>Nobody joins</Badge>
          </li>
        )}
        {card.settings.disable_video && (
          <li>
            <Badge icon={<VideoOff aria-hidden="true" />}>No video</Badge>
          </li>
        )}
      </ul>
      <div className={styles.actions}>
        <LinkButton href={pageUrl(card.id)} newTab size="sm" icon={<ExternalLink aria-hidden="true" />}>
          Launch
        </LinkButton>
        <CopyButton text={window.location.origin + pageUrl(card.id)} label="Copy link" />
      </div>
    </li>
  );
}

function SourcesFact({ ready, total }: { ready: number; total: number }) {
  if (total === 0) return <Badge tone="staff">No sources yet</Badge>;
  if (ready < total) {
    return (
      <Badge tone="staff">
        {ready} of {total} sources ready
      </Badge>
    );
  }
  return <Badge>{total === 1 ? "1 source" : `${total} sources`}</Badge>;
}
