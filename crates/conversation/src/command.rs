//! What somebody wants. Imperative; `decide` turns a command into events or a refusal.

use crate::event::PersonaProfile;
use crate::ids::{
    AskId, ConversationId, HandoffId, InvitationId, JoinRequestId, MessageId, ParticipantId,
    TurnId, UserId, VisitorId, WorkspaceId,
};
use crate::joining::{Door, HistoryGrant};
use crate::media::{InteractionMode, MediaSource, Sources};
use crate::message::{Citation, MessageAudience};
use crate::participant::{Identity, PresenceMode, Role};
use crate::settings::Settings;
use serde::{Deserialize, Serialize};

/// Who gives a command. The server authenticates; the core authorises.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// Somebody inside.
    Participant(ParticipantId),
    /// Somebody who proved this identity but is not inside: knocks, waits, joins.
    Outsider(Identity),
    /// A user in the dashboard, outside of the conversation, with what the directory says of them.
    Staff {
        user_id: UserId,
        is_owner: bool,
        is_admin: bool,
        is_supervisor: bool,
    },
    /// Timers, workers, the persona's settings: the server itself.
    System,
}

/// What a persona turn came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TurnOutcome {
    Answered {
        text: String,
        citations: Vec<Citation>,
        confidence: u8,
    },
    /// Small talk and courtesies: said without sources, never a handoff.
    Courtesy { text: String },
    /// The sources do not hold it; `confidence` is what the answerer had, in percent.
    CannotAnswer { confidence: u8 },
    /// The visitor wants a person.
    AskedForPerson,
    /// The question touches a topic the owner listed.
    Topic { topic: String },
    /// A whisper is due: these are the words.
    OnWhisper { text: String },
    /// The worker could not make an answer at all.
    Failed,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    StartConversation {
        conversation_id: ConversationId,
        workspace_id: WorkspaceId,
        persona: PersonaProfile,
        visitor_id: VisitorId,
        visitor_name: String,
        settings: Settings,
        continues: Option<ConversationId>,
    },
    ChangeSettings {
        settings: Settings,
    },
    ChangePersona {
        persona: PersonaProfile,
    },
    EndConversation,

    Knock {
        name: String,
        role: Role,
        door: Door,
        purpose: String,
        asks_history: HistoryGrant,
    },
    Admit {
        request_id: JoinRequestId,
        history: HistoryGrant,
    },
    Decline {
        request_id: JoinRequestId,
        for_good: bool,
    },
    WithdrawKnock {
        request_id: JoinRequestId,
    },
    /// From the waiting room into the conversation.
    Join {
        request_id: JoinRequestId,
    },
    /// Staff of the queue, without a knock (agents and supervisors).
    JoinAsStaff {
        name: String,
        role: Role,
        presence_mode: PresenceMode,
    },
    /// Who only watched takes part from now on, as somebody who has just come in.
    StepIn,

    InviteGuest {
        email: String,
        note: String,
    },
    RevokeInvitation {
        invitation_id: InvitationId,
    },
    RejectInvitation {
        invitation_id: InvitationId,
    },

    /// The participant's first connection opened, or one opened again.
    Connected {
        participant_id: ParticipantId,
    },
    /// The participant's last connection closed without a leave.
    Disconnected {
        participant_id: ParticipantId,
    },
    Leave,
    Remove {
        participant_id: ParticipantId,
    },
    Rename {
        name: String,
    },
    ShareHistory {
        participant_id: ParticipantId,
    },

    /// Takes part in the call that is on, whatever is switched on. In a chat there is none to join.
    JoinCall,
    /// Goes on without the call.
    LeaveCall,
    /// What the participant is about to switch on, or has switched off. On is asked for first and off told afterwards, so that
    /// nothing is on that the log does not know of.
    SetMedia(Sources),
    /// What is still on, said again, or what is left of it. Unlike [`Self::SetMedia`] it begins no call: the page that says so may not
    /// know yet that the call has just ended.
    KeepMedia(Sources),
    /// Switches another's source off; never on.
    MuteParticipant {
        participant_id: ParticipantId,
        source: MediaSource,
    },
    AskToTurnOn {
        participant_id: ParticipantId,
        source: MediaSource,
    },
    AnswerTurnOn {
        asked: AskId,
        accept: bool,
    },
    RaiseHand,
    /// One's own when nobody is named.
    LowerHand {
        participant_id: Option<ParticipantId>,
    },
    ChooseMode {
        mode: InteractionMode,
    },

    PostMessage(PostMessage),
    RetractMessage {
        message_id: MessageId,
    },
    StopPersona,

    /// The worker has the first words and asks to show them.
    BeginSpeaking {
        turn_id: TurnId,
    },
    FinishTurn {
        turn_id: TurnId,
        outcome: TurnOutcome,
    },
    /// What an outdated turn had come to, for the owner alone.
    KeepDraft {
        turn_id: TurnId,
        text: String,
        citations: Vec<Citation>,
    },

    MarkHandoffNotified {
        handoff_id: HandoffId,
        user_id: UserId,
    },
    OpenHandoff {
        handoff_id: HandoffId,
    },
    TakeHandoff {
        handoff_id: HandoffId,
    },
    CancelHandoff {
        handoff_id: HandoffId,
    },
    GiveFollowUpEmail {
        handoff_id: HandoffId,
        email: String,
    },
    AnswerFollowUp {
        handoff_id: HandoffId,
        answer: String,
        keep: bool,
    },
    ResolveHandoff {
        handoff_id: HandoffId,
        dismiss: Option<String>,
    },
    KeepKnowledge {
        question: String,
        answer: String,
    },

    /// Time passed: whatever is due at `now` happens. See `next_wake`.
    Wake,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct PostMessage {
    pub text: String,
    #[serde(default)]
    pub reply_to: Option<MessageId>,
    /// A structured @mention chosen from the list, of these participants.
    #[serde(default)]
    pub mentions: Vec<ParticipantId>,
    #[serde(default)]
    pub audience: MessageAudience,
    /// The draft that this message is made from.
    #[serde(default)]
    pub from_draft: Option<TurnId>,
    /// The sender's own id; the same id again is answered with the first event.
    #[serde(default)]
    pub client_id: Option<String>,
}
