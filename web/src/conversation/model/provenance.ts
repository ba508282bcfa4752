import type { ParticipantCard, Provenance, View } from "../../api/words";
import { personById, roleLabel } from "./people";

/** How a message is marked so that nobody takes an AI for a person. */
export interface Mark {
  /** Drawn as an AI's words, as a person's, or as the house's own. */
  kind: "ai" | "person" | "system";
  /** The badge beside the name. */
  badge: string;
  /** More about it, beside the badge; empty for none. */
  note: string;
  /** For screen readers, before the words: name and nature. */
  spoken: string;
}

export function markOf(provenance: Provenance, author: ParticipantCard | undefined, view: View): Mark {
  const name = author?.name ?? "Somebody";
  switch (provenance.kind) {
    case "ai":
      return { kind: "ai", badge: "AI", note: "", spoken: `${name}, an AI` };
    case "ai_on_whisper": {
      const by = nameOf(view, provenance.by);
      return { kind: "ai", badge: "AI", note: `at ${by}’s request`, spoken: `${name}, an AI, at ${by}’s request` };
    }
    case "ai_edited": {
      const by = nameOf(view, provenance.by);
      return {
        kind: "person",
        badge: author ? roleLabel(author.role) : "Person",
        note: `AI text, edited by ${by}`,
        spoken: `${name}, a person, with an AI’s text that ${by} edited`,
      };
    }
    case "human":
      return {
        kind: "person",
        badge: author ? roleLabel(author.role) : "Person",
        note: "",
        spoken: author ? `${name}, ${roleLabel(author.role).toLowerCase()}, a person` : name,
      };
    case "system":
      return { kind: "system", badge: "", note: "", spoken: "Notice" };
  }
}

function nameOf(view: View, id: number): string {
  return personById(view, id)?.name ?? "somebody";
}
