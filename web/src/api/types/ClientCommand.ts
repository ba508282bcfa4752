import type { HandoffId } from "./HandoffId";
import type { HistoryGrant } from "./HistoryGrant";
import type { InvitationId } from "./InvitationId";
import type { JoinRequestId } from "./JoinRequestId";
import type { MessageId } from "./MessageId";
import type { ParticipantId } from "./ParticipantId";

export type ClientCommand = { "do": "admit", request_id: JoinRequestId, history: HistoryGrant } | { "do": "decline", request_id: JoinRequestId, for_good: boolean } | { "do": "join", request_id: JoinRequestId } | { "do": "withdraw_knock", request_id: JoinRequestId } | { "do": "remove", participant_id: ParticipantId } | { "do": "leave" } | { "do": "rename", name: string } | { "do": "invite_guest", email: string, note: string } | { "do": "revoke_invitation", invitation_id: InvitationId } | { "do": "share_history", participant_id: ParticipantId } | { "do": "retract_message", message_id: MessageId } | { "do": "stop_persona" } | { "do": "take_handoff", handoff_id: HandoffId } | { "do": "cancel_handoff", handoff_id: HandoffId } | { "do": "give_follow_up_email", handoff_id: HandoffId, email: string } | { "do": "resolve_handoff", handoff_id: HandoffId, dismiss: string | null } | { "do": "keep_knowledge", question: string, answer: string } | { "do": "end_conversation" };
