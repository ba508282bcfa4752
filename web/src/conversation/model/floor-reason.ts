import type { Reason } from "../../api/words";
import { listed } from "./people";

/** Why the persona spoke or kept silent, for staff. */
export function reasonSentence(reason: Reason, persona: string): string {
  switch (reason.code) {
    case "own_text":
      return `These are ${persona}’s own words.`;
    case "persona_speaks":
      return `${reason.speaker} is a persona, and personas never answer each other.`;
    case "told_to_stop":
      return `${reason.speaker} told ${persona} to be quiet.`;
    case "alone":
      return `${persona} was alone with ${reason.speaker}.`;
    case "alone_acknowledgement":
      return `${persona} was alone with ${reason.speaker}, who only acknowledged: a short courtesy at most.`;
    case "other_persona_addressed":
      return `This was for ${reason.name}, another persona.`;
    case "addressed_by_name":
      return `${persona} was addressed as “${reason.name}” (${reason.rule.replaceAll("_", " ")}).`;
    case "addressed_by_mention":
      return `${reason.speaker} mentioned ${persona} with @.`;
    case "addressed_by_reply":
      return `${reason.speaker} replied to ${persona}’s message.`;
    case "only_named":
      return `“${reason.name}” was named but not addressed (${reason.rule.replaceAll("_", " ")}).`;
    case "same_name":
      return `${reason.name} is present, so the bare name means that person.`;
    case "acknowledgement":
      return `An acknowledgement while ${are(reason.present)} present.`;
    case "other_addressed":
      return `This was for ${reason.name}.`;
    case "not_addressed":
      return `${are(reason.present)} present and nobody addressed ${persona}.`;
  }
}

function are(present: readonly string[]): string {
  if (present.length === 0) return "somebody else is";
  return `${listed(present)} ${present.length === 1 ? "is" : "are"}`;
}
