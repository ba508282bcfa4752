import { CloudOff } from "lucide-react";
import { Banner } from "../../ui/Banner";
import type { LinkState } from "../live/connection";
import styles from "./Shell.module.css";

/** Says so while lists do not update by themselves. */
export function LostLink({ state }: { state: LinkState }) {
  if (state !== "lost") return null;
  return (
    <div className={styles.lost}>
      <Banner tone="staff" icon={<CloudOff />}>
        The connection is gone. What you see may be old; trying again…
      </Banner>
    </div>
  );
}
