import type { HandoffCard } from "../../api/words";
import { clockTime } from "./time";

/** One thing that has happened, or has not. */
export interface TruthStep {
  text: string;
  done: boolean;
}

/** What the visitor is told about the one who is asked: only what is known, with times. */
export function truthOf(handoff: HandoffCard): { title: string; steps: TruthStep[] } {
  const asked = handoff.chain.filter((notified) => notified.told_at !== null && !notified.withdrawn).at(-1);
  const next = asked ?? handoff.chain.find(({ withdrawn }) => !withdrawn) ?? handoff.chain[0];
  const name = next?.name ?? "A person";
  switch (handoff.state.kind) {
    case "raised":
    case "notified":
      return {
        title: `${name} has been asked to help`,
        steps: [
          asked?.told_at
            ? { text: `Told ${clockTime(asked.told_at)}`, done: true }
            : { text: "Being told now", done: false },
          asked?.opened_at
            ? { text: `Opened ${clockTime(asked.opened_at)}`, done: true }
            : { text: "Not yet opened", done: false },
          { text: "Not yet joined", done: false },
        ],
      };
    case "taken": {
      const { by } = handoff.state;
      const taker = handoff.chain.find(({ user_id }) => user_id === by)?.name ?? name;
      return { title: `${taker} is taking care of your question`, steps: [] };
    }
    case "follow_up": {
      const { owed_by } = handoff.state;
      const owing = handoff.chain.find(({ user_id }) => user_id === owed_by)?.name ?? name;
      return { title: `${owing} owes you an answer`, steps: [] };
    }
    case "resolved":
      return { title: "Your question is settled", steps: [] };
  }
}

/** “told 14:02, opened 14:03, not yet joined” */
export function truthSentence(steps: readonly TruthStep[]): string {
  return steps.map(({ text }) => text.charAt(0).toLowerCase() + text.slice(1)).join(", ");
}
