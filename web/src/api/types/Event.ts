import type { Citation } from "./Citation";
import type { ConversationId } from "./ConversationId";
import type { Door } from "./Door";
import type { EndCause } from "./EndCause";
import type { FloorVersion } from "./FloorVersion";
import type { HandbackCause } from "./HandbackCause";
import type { HandoffId } from "./HandoffId";
import type { HandoffReason } from "./HandoffReason";
import type { HandoffResolution } from "./HandoffResolution";
import type { HistoryGrant } from "./HistoryGrant";
import type { Identity } from "./Identity";
import type { InvitationId } from "./InvitationId";
import type { JoinRequestId } from "./JoinRequestId";
import type { MessageAudience } from "./MessageAudience";
import type { MessageId } from "./MessageId";
import type { Notice } from "./Notice";
import type { OutdatedBy } from "./OutdatedBy";
import type { ParticipantId } from "./ParticipantId";
import type { PersonaProfile } from "./PersonaProfile";
import type { PresenceMode } from "./PresenceMode";
import type { Provenance } from "./Provenance";
import type { Reason } from "./Reason";
import type { Role } from "./Role";
import type { Seq } from "./Seq";
import type { Settings } from "./Settings";
import type { Timestamp } from "./Timestamp";
import type { TurnId } from "./TurnId";
import type { UserId } from "./UserId";
import type { UserRef } from "./UserRef";
import type { VisitorId } from "./VisitorId";
import type { WorkspaceId } from "./WorkspaceId";

export type Event = { "type": "conversation_started", conversation_id: ConversationId, workspace_id: WorkspaceId, persona: PersonaProfile, visitor_id: VisitorId, settings: Settings, continues: ConversationId | null }
  | { "type": "settings_changed", settings: Settings }
  | { "type": "persona_changed", persona: PersonaProfile }
  | { "type": "conversation_ended", cause: EndCause, by: ParticipantId | null }
  | { "type": "join_requested", identity: Identity, name: string, role: Role, door: Door, purpose: string, asks_history: HistoryGrant, expires_at: Timestamp }
  | { "type": "join_admitted", request_id: JoinRequestId, by: ParticipantId | null, history: HistoryGrant }
  | { "type": "join_declined", request_id: JoinRequestId, by: ParticipantId, for_good: boolean }
  | { "type": "join_withdrawn", request_id: JoinRequestId }
  | { "type": "join_expired", request_id: JoinRequestId }
  | { "type": "join_revoked", request_id: JoinRequestId }
  | { "type": "invitation_sent", email: string, invited_by: ParticipantId, note: string, expires_at: Timestamp }
  | { "type": "invitation_accepted", invitation_id: InvitationId }
  | { "type": "invitation_rejected", invitation_id: InvitationId }
  | { "type": "invitation_expired", invitation_id: InvitationId }
  | { "type": "invitation_revoked", invitation_id: InvitationId }
  | { "type": "participant_joined", identity: Identity, name: string, role: Role, presence_mode: PresenceMode, request_id: JoinRequestId | null, sees_from: Seq }
  | { "type": "participant_dropped", participant_id: ParticipantId, presence_mode: PresenceMode }
  | { "type": "participant_went_away", participant_id: ParticipantId, presence_mode: PresenceMode }
  | { "type": "participant_returned", participant_id: ParticipantId, presence_mode: PresenceMode }
  | { "type": "participant_left", participant_id: ParticipantId, presence_mode: PresenceMode }
  | { "type": "participant_removed", participant_id: ParticipantId, presence_mode: PresenceMode, by: ParticipantId }
  | { "type": "participant_renamed", participant_id: ParticipantId, name: string }
  | { "type": "history_shared", participant_id: ParticipantId, by: ParticipantId }
  | { "type": "message_posted", author: ParticipantId | null, text: string, provenance: Provenance, audience: MessageAudience, reply_to: MessageId | null, citations: Array<Citation>, turn_id: TurnId | null, interrupted: boolean, confidence: number | null, notice: Notice | null, client_id: string | null }
  | { "type": "message_retracted", message_id: MessageId, by: ParticipantId }
  | { "type": "floor_decided", message_id: MessageId, speaks: boolean, reason: Reason, version: FloorVersion }
  | { "type": "turn_started", floor_version: FloorVersion, asker: ParticipantId, questions: Array<MessageId>, courtesy: boolean, on_whisper_of: ParticipantId | null }
  | { "type": "turn_speaking", turn_id: TurnId }
  | { "type": "turn_outdated", turn_id: TurnId, by: OutdatedBy, kept_as_draft: boolean }
  | { "type": "turn_finished", turn_id: TurnId }
  | { "type": "draft_kept", turn_id: TurnId, owner: ParticipantId, text: string, citations: Array<Citation> }
  | { "type": "handed_back", cause: HandbackCause, participant_id: ParticipantId }
  | { "type": "handoff_raised", reason: HandoffReason, question: MessageId, chain: Array<UserRef>, step_ends_at: Timestamp }
  | { "type": "handoff_question_added", handoff_id: HandoffId, question: MessageId }
  | { "type": "handoff_notified", handoff_id: HandoffId, user_id: UserId }
  | { "type": "handoff_opened", handoff_id: HandoffId, user_id: UserId }
  | { "type": "handoff_taken", handoff_id: HandoffId, user_id: UserId }
  | { "type": "handoff_released", handoff_id: HandoffId, user_id: UserId, step_ends_at: Timestamp }
  | { "type": "handoff_passed_on", handoff_id: HandoffId, to: UserRef, step_ends_at: Timestamp }
  | { "type": "handoff_expired", handoff_id: HandoffId, owed_by: UserRef }
  | { "type": "follow_up_email_given", handoff_id: HandoffId, email: string }
  | { "type": "handoff_resolved", handoff_id: HandoffId, how: HandoffResolution, by: UserId | null }
  | { "type": "knowledge_kept", question: string, answer: string, by: UserId };
