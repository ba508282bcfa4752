import type { WaitingState, WaitingView } from "../api/words";
import { clockTime } from "../conversation/model/time";

/** What the one who waits is told: the truth, and what comes next. */
export function waitingWords({ state, persona_name, expires_at }: WaitingView): { title: string; words: string } {
  switch (state.kind) {
    case "asked":
      return {
        title: "You knocked",
        words: `The people with ${persona_name} see your request. This page goes on by itself when one of them answers.`,
      };
    case "nobody_there":
      return {
        title: "Nobody is there just now",
        words: `Nobody who could let you in is connected. Your request waits until ${clockTime(expires_at)}, and they find it when they return.`,
      };
    case "admitted":
      return {
        title: "You are in the waiting room",
        words:
          state.history === "all"
            ? "You may come in. You will see the whole conversation."
            : "You may come in. You will see what is said from then on.",
      };
    case "joined":
      return { title: "You are inside", words: "Opening the conversation." };
    case "declined":
      return {
        title: "Your request was declined",
        words:
          state.may_knock_again_at === null
            ? "Somebody inside answered with “No thanks”, and this invitation is closed."
            : `Somebody inside answered with “No thanks”. You may try again from ${clockTime(state.may_knock_again_at)}.`,
      };
    case "withdrawn":
      return { title: "You took your request back", words: "You can knock again whenever you like." };
    case "expired":
      return {
        title: "Nobody answered in time",
        words: "Your request has expired. Nobody declined it; you can knock again.",
      };
    case "revoked":
      return {
        title: "The door was closed",
        words: "The invitation was taken back, or joining was switched off. You were not declined in person.",
      };
    case "conversation_ended":
      return { title: "This conversation has ended", words: "There is nothing left to join." };
  }
}

/** From when another knock may be tried, in milliseconds since the epoch; nothing when it never may. */
export function mayKnockAgainAt(state: WaitingState): number | null {
  if (state.kind === "withdrawn" || state.kind === "expired") return 0;
  return state.kind === "declined" ? state.may_knock_again_at : null;
}
