import { useBlocker } from "@tanstack/react-router";
import { useConfirm } from "../ui/Confirm";

/** Asks before somebody leaves what they typed and didn't save: within the dashboard, or by closing the tab. */
export function useUnsavedGuard(unsaved: boolean): void {
  const confirm = useConfirm();
  useBlocker({
    shouldBlockFn: async () => {
      if (!unsaved) return false;
      const leave = await confirm({
        title: "Leave without saving?",
        description: "What you changed on this page is not saved yet.",
        confirm: "Leave and lose it",
        cancel: "Stay here",
        danger: true,
      });
      return !leave;
    },
    enableBeforeUnload: unsaved,
  });
}
