/** Browser notifications: the browser's permission and this browser's own switch. */

const KEY = "trialogue.handoff-notices";

export type NoticeState = "unsupported" | "denied" | "off" | "on";

export function noticeState(): NoticeState {
  if (typeof Notification === "undefined") return "unsupported";
  if (Notification.permission === "denied") return "denied";
  return noticesWanted() ? "on" : "off";
}

export function noticesWanted(): boolean {
  try {
    return Notification.permission === "granted" && localStorage.getItem(KEY) === "on";
  } catch {
    return false;
  }
}

/** Asks the browser where it has not been asked; only to be called on a press. */
export async function turnNotices(on: boolean): Promise<NoticeState> {
  try {
    if (on && Notification.permission === "default") await Notification.requestPermission();
    if (on) localStorage.setItem(KEY, "on");
    else localStorage.removeItem(KEY);
  } catch {
    // Storage or notifications are blocked; the state tells.
  }
  return noticeState();
}
