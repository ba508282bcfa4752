import type { ConversationId } from "./ConversationId";
import type { JoinRequestId } from "./JoinRequestId";
import type { Seq } from "./Seq";

export type Hello = { conversation_id: ConversationId, token?: string, after?: Seq, request_id?: JoinRequestId };
