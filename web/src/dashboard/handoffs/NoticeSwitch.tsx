import { Bell, BellOff } from "lucide-react";
import { useState } from "react";
import { Button } from "../../ui/Button";
import styles from "./Handoffs.module.css";
import { noticeState, turnNotices } from "./notices";

/** Browser notifications for new handoffs: asked for by a press, never on arrival. */
export function NoticeSwitch() {
  const [state, setState] = useState(noticeState);
  if (state === "unsupported") return null;
  if (state === "denied") {
    return <p className={styles.meta}>Notifications are blocked for this site in the browser's settings.</p>;
  }
  return (
    <Button
      size="sm"
      variant="quiet"
      aria-pressed={state === "on"}
      icon={state === "on" ? <Bell aria-hidden="true" /> : <BellOff aria-hidden="true" />}
      onClick={() => void turnNotices(state !== "on").then(setState)}
    >
      {state === "on" ? "Browser notifications are on" : "Turn on browser notifications"}
    </Button>
  );
}
