import { useQuery } from "@tanstack/react-query";
import { Link, Outlet, useParams } from "@tanstack/react-router";
import { ExternalLink } from "lucide-react";
import { Problem } from "../../api/rest/http";
import { Avatar } from "../../ui/Avatar";
import { LinkButton } from "../../ui/LinkButton";
import { Skeleton } from "../../ui/Skeleton";
import { Lost } from "../Lost";
import { pageUrl } from "../personas/links";
import { personaQuery } from "../queries";
import { hasRole, useMe } from "../shell/me";
import { Page, Refused } from "../shell/Page";
import styles from "./Persona.module.css";

const TABS = [
  { to: "/dashboard/personas/$personaId", label: "Profile" },
  { to: "/dashboard/personas/$personaId/rules", label: "Rules" },
  { to: "/dashboard/personas/$personaId/knowledge", label: "Knowledge" },
  { to: "/dashboard/personas/$personaId/try", label: "Try it" },
  { to: "/dashboard/personas/$personaId/share", label: "Share" },
] as const;

const back = { to: "/dashboard/personas", label: "Personas" };

export function PersonaPage() {
  const { personaId } = useParams({ from: "/dashboard/personas/$personaId" });
  const me = useMe();
  const persona = useQuery(personaQuery(personaId));

  if (persona.isPending) {
    return (
      <Page title="Persona" back={back}>
        <Skeleton label="Loading the persona" rows={3} height="8rem" />
      </Page>
    );
  }
  if (persona.isError) {
    if (persona.error instanceof Problem && persona.error.status === 404) return <Lost />;
    return (
      <Page title="Persona" back={back}>
        <Refused what="The persona" error={persona.error} retry={persona.refetch} />
      </Page>
    );
  }
  const mayChange = persona.data.owner.user_id === me.user.id || hasRole(me, "admin");
  return (
    <Page
      title={persona.data.name}
      back={back}
      mark={<Avatar name={persona.data.name} picture={persona.data.picture} kind="ai" size="lg" />}
      lead={`AI persona of ${persona.data.owner.name}`}
      actions={
        <LinkButton href={pageUrl(personaId)} newTab icon={<ExternalLink aria-hidden="true" />}>
          Launch
        </LinkButton>
      }
    >
      <nav className={styles.tabs} aria-label={`About ${persona.data.name}`}>
        {TABS.map((tab) => (
          <Link
            key={tab.to}
            to={tab.to}
            params={{ personaId }}
            className={styles.tab}
            activeOptions={{ exact: true }}
            activeProps={{ "data-active": true }}
          >
            {tab.label}
          </Link>
        ))}
      </nav>
      {!mayChange && (
        <p className={styles.hint}>
          You may look at everything here and try it. {persona.data.owner.name} or an admin can change it.
        </p>
      )}
      <Outlet />
    </Page>
  );
}
