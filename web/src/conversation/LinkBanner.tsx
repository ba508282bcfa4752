import { WifiOff } from "lucide-react";
import { Banner } from "../ui";
import { useConversation } from "./room-context";
import { useNow } from "./use-now";

/** Says that the connection is lost and what becomes of what is typed meanwhile. */
export function LinkBanner() {
  const { link, view } = useConversation();
  const lost = link.kind === "lost" || (link.kind === "connecting" && view !== null);
  if (!lost) return null;
  return (
    <Banner tone="staff" icon={<WifiOff />}>
      <LostWords retryAt={link.kind === "lost" ? link.retryAt : null} />
    </Banner>
  );
}

function LostWords({ retryAt }: { retryAt: number | null }) {
  const now = useNow(1_000);
  const seconds = retryAt === null ? 0 : Math.ceil((retryAt - now) / 1_000);
  return (
    <>
      Connection lost. Reconnecting {/* A count-down read out every second would drown all else. */}
      <span aria-hidden="true">{seconds > 1 ? `in ${seconds} s` : "now"}</span>… What you write is kept and sent then.
    </>
  );
}
