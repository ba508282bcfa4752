import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { BellRing, Bot, Mail, MessagesSquare, Users } from "lucide-react";
import type { ReactNode } from "react";
import { needingSomebody } from "../handoffs/truth";
import { handoffsQuery } from "../queries";
import { hasRole, useMe } from "./me";
import styles from "./Nav.module.css";
import { UserMenu } from "./UserMenu";

export function Nav() {
  const me = useMe();
  const handoffs = useQuery(handoffsQuery("open"));
  const waiting = handoffs.data ? needingSomebody(handoffs.data) : 0;
  return (
    <header className={styles.nav}>
      <Link to="/dashboard/personas" className={styles.brand}>
        <img src="/favicon.svg" alt="" />
        <span className={styles.words}>
          <span className={styles.name}>Trialogue</span>
          <span className={styles.workspace}>{me.workspace.name}</span>
        </span>
      </Link>
      <nav aria-label="Dashboard" className={styles.links}>
        <Place to="/dashboard/personas" icon={<Bot />} label="Personas" />
        <Place to="/dashboard/conversations" icon={<MessagesSquare />} label="Conversations" />
        <Place to="/dashboard/handoffs" icon={<BellRing />} label="Handoffs" count={waiting} />
        <Place to="/dashboard/mailbox" icon={<Mail />} label="Mailbox" />
        {hasRole(me, "admin") && <Place to="/dashboard/people" icon={<Users />} label="People" />}
      </nav>
      <UserMenu />
    </header>
  );
}

interface PlaceProps {
  to: string;
  icon: ReactNode;
  label: string;
  count?: number;
}

function Place({ to, icon, label, count = 0 }: PlaceProps) {
  return (
    <Link to={to} className={styles.link} activeProps={{ "data-active": true }}>
      <span className={styles.icon} aria-hidden="true">
        {icon}
      </span>
      <span className={styles.label}>{label}</span>
      {count > 0 && (
        <span className={styles.count}>
          {count}
          <span className="visually-hidden"> waiting</span>
        </span>
      )}
    </Link>
  );
}
