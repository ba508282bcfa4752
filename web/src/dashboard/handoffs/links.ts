import type { HandoffRow } from "../../api/rest/handoffs";

/** The conversation's own page: whoever is signed in and opens it from here knocks there. */
export const joinUrl = (row: Pick<HandoffRow, "conversation_id">): string =>
  `/c/${encodeURIComponent(row.conversation_id)}`;
