import { useRoom } from "../conversation/room-context";
import { CheckDialog } from "./check/CheckDialog";
import { DevicesDialog } from "./DevicesDialog";
import { readChoice } from "./devices/choice";
import { ShortcutsDialog } from "./ShortcutsDialog";

export type OpenDialog = "devices" | "check" | "shortcuts" | null;

export function CallDialogs({ open, onClose }: { open: OpenDialog; onClose: () => void }) {
  const { conversationId, token, keep } = useRoom();
  if (open === "devices") return <DevicesDialog onClose={onClose} />;
  if (open === "shortcuts") return <ShortcutsDialog onClose={onClose} />;
  if (open === "check") {
    return <CheckDialog place={{ conversation: conversationId, token }} choice={readChoice(keep)} onClose={onClose} />;
  }
  return null;
}
