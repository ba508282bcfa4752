//! What happened: the log's entries. Past tense, append-only, versioned; the state is nothing but their sum.

use crate::floor::Reason as FloorReason;
use crate::handoff::{HandoffReason, HandoffResolution};
use crate::ids::{
    AskId, ConversationId, FloorVersion, HandoffId, InvitationId, JoinRequestId, MessageId,
    ParticipantId, PersonaId, Seq, Timestamp, TurnId, UserId, VisitorId, WorkspaceId,
};
use crate::joining::{Door, HistoryGrant};
use crate::media::{InteractionMode, MediaSource, ModeCause};
use crate::message::{Citation, MessageAudience, Notice, Provenance};
use crate::participant::{Identity, PresenceMode, Role};
use crate::settings::Settings;
use serde::{Deserialize, Serialize};

/// The version written with every event. A reader upgrades older ones before `apply`.
pub const EVENT_VERSION: u16 = 1;

/// One entry of a conversation's log, as stored, as sent to viewers, and as exported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Recorded {
    pub seq: Seq,
    pub at: Timestamp,
    pub v: u16,
    pub event: Event,
}

/// A user by id and the name shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct UserRef {
    pub user_id: UserId,
    pub name: String,
}

/// The persona as the rules and the page need it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct PersonaProfile {
    pub persona_id: PersonaId,
    pub name: String,
    pub call_names: Vec<String>,
    /// Said first, as the persona's own message. Empty for none.
    pub greeting: String,
    pub owner: UserRef,
    /// Who is asked after the owner when a handoff is not taken.
    pub backups: Vec<UserRef>,
    /// Where the picture is served, if there is one.
    pub picture: Option<String>,
}

/// Why a persona turn is outdated (design §4.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum OutdatedBy {
    /// Another human than the asker spoke.
    SomeoneElseSpoke,
    OwnerJoined,
    ToldToStop,
    QuestionRetracted,
    /// The asker's next message joins the turn; a new one begins at once.
    AskerAdded,
    /// The asker left or was removed, or the conversation ended.
    AskerGone,
    ConversationEnded,
    /// The worker gave up; the visitor is told.
    Failed,
}

/// Who began a handback and how; each has its own announced rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum HandbackCause {
    Left,
    Dropped,
    Idle,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum EndCause {
    EndedBySomeone,
    NobodySpoke,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Event {
    ConversationStarted {
        conversation_id: ConversationId,
        workspace_id: WorkspaceId,
        persona: PersonaProfile,
        visitor_id: VisitorId,
        settings: Settings,
        /// The earlier conversation of the same visitor that this one continues.
        continues: Option<ConversationId>,
    },
    SettingsChanged {
        settings: Settings,
    },
    /// Name, call names, owner or backups changed while the conversation runs.
    PersonaChanged {
        persona: PersonaProfile,
    },
    ConversationEnded {
        cause: EndCause,
        by: Option<ParticipantId>,
    },

    JoinRequested {
        identity: Identity,
        name: String,
        role: Role,
        door: Door,
        purpose: String,
        asks_history: HistoryGrant,
        expires_at: Timestamp,
    },
    JoinAdmitted {
        request_id: JoinRequestId,
        /// None: the owner entered while no host was connected.
        by: Option<ParticipantId>,
        history: HistoryGrant,
        /// Until when the waiting room is held.
        expires_at: Timestamp,
    },
    JoinDeclined {
        request_id: JoinRequestId,
        by: ParticipantId,
        for_good: bool,
    },
    JoinWithdrawn {
        request_id: JoinRequestId,
    },
    JoinExpired {
        request_id: JoinRequestId,
    },
    /// A knock or an admission ended by removal, revocation, or in-call users switched off.
    JoinRevoked {
        request_id: JoinRequestId,
    },

    InvitationSent {
        email: String,
        invited_by: ParticipantId,
        note: String,
        expires_at: Timestamp,
    },
    InvitationAccepted {
        invitation_id: InvitationId,
    },
    InvitationRejected {
        invitation_id: InvitationId,
    },
    InvitationExpired {
        invitation_id: InvitationId,
    },
    InvitationRevoked {
        invitation_id: InvitationId,
    },

    ParticipantJoined {
        identity: Identity,
        name: String,
        role: Role,
        presence_mode: PresenceMode,
        request_id: Option<JoinRequestId>,
        sees_from: Seq,
    },
    ParticipantDropped {
        participant_id: ParticipantId,
        presence_mode: PresenceMode,
    },
    ParticipantWentAway {
        participant_id: ParticipantId,
        presence_mode: PresenceMode,
    },
    ParticipantReturned {
        participant_id: ParticipantId,
        presence_mode: PresenceMode,
    },
    ParticipantLeft {
        participant_id: ParticipantId,
        presence_mode: PresenceMode,
    },
    ParticipantRemoved {
        participant_id: ParticipantId,
        presence_mode: PresenceMode,
        by: ParticipantId,
    },
    ParticipantRenamed {
        participant_id: ParticipantId,
        name: String,
    },
    /// A host shares what was said before a guest joined.
    HistoryShared {
        participant_id: ParticipantId,
        by: ParticipantId,
    },

    /// A participant takes part in the call. Who switched something on before saying so joined by [`Self::MediaSet`].
    CallJoined {
        participant_id: ParticipantId,
    },
    /// A participant goes on without the call, and has nothing on any more.
    CallLeft {
        participant_id: ParticipantId,
    },
    /// What a participant has switched on from now on, by their own hand.
    MediaSet {
        participant_id: ParticipantId,
        camera: bool,
        microphone: bool,
        screen: bool,
    },
    /// Somebody else switched it off.
    ParticipantMuted {
        participant_id: ParticipantId,
        source: MediaSource,
        by: ParticipantId,
    },
    /// Nobody switches another's microphone or camera on; one can only ask.
    TurnOnAsked {
        participant_id: ParticipantId,
        source: MediaSource,
        by: ParticipantId,
    },
    /// Accepting switches nothing on by itself: a `media_set` follows when the device is ready.
    TurnOnAnswered {
        asked: AskId,
        accepted: bool,
    },
    HandRaised {
        participant_id: ParticipantId,
        by: ParticipantId,
    },
    HandLowered {
        participant_id: ParticipantId,
        by: ParticipantId,
    },
    /// `chat` ends the call: everything is switched off.
    ModeChosen {
        mode: InteractionMode,
        /// None where the settings brought it about.
        by: Option<ParticipantId>,
        cause: ModeCause,
    },

    MessagePosted {
        /// None for system messages.
        author: Option<ParticipantId>,
        text: String,
        provenance: Provenance,
        audience: MessageAudience,
        reply_to: Option<MessageId>,
        citations: Vec<Citation>,
        /// Set on what a persona turn said.
        turn_id: Option<TurnId>,
        interrupted: bool,
        /// Confidence of a persona's answer in percent.
        confidence: Option<u8>,
        notice: Option<Notice>,
        /// The sender's own id for the command that caused this; a repeat is answered with this event.
        client_id: Option<String>,
    },
    MessageRetracted {
        message_id: MessageId,
        by: ParticipantId,
        /// Of the message: who never saw it does not hear of its end either.
        audience: MessageAudience,
    },
    /// Why the persona speaks or stays silent after a message; staff see it on the message.
    FloorDecided {
        message_id: MessageId,
        speaks: bool,
        reason: FloorReason,
        version: FloorVersion,
    },
    TurnStarted {
        floor_version: FloorVersion,
        asker: ParticipantId,
        /// The messages that the turn answers, oldest first.
        questions: Vec<MessageId>,
        /// At most a short courtesy is due.
        courtesy: bool,
        /// Set when staff told the persona to speak by a whisper.
        on_whisper_of: Option<ParticipantId>,
    },
    /// The first words are shown.
    TurnSpeaking {
        turn_id: TurnId,
        /// The turn was asked for by a whisper: who does not see whispers does not hear of it before it speaks.
        whispered: bool,
    },
    TurnOutdated {
        turn_id: TurnId,
        by: OutdatedBy,
        /// What had been made is kept for the owner, seen by nobody else.
        kept_as_draft: bool,
        whispered: bool,
    },
    /// The turn ended: with the message just before this event, or without a word.
    TurnFinished {
        turn_id: TurnId,
        whispered: bool,
    },
    DraftKept {
        turn_id: TurnId,
        /// The owner's participant; only they see it.
        owner: ParticipantId,
        text: String,
        citations: Vec<Citation>,
    },
    /// The last other human is gone or quiet: the persona answers the visitor again.
    HandedBack {
        cause: HandbackCause,
        participant_id: ParticipantId,
    },
    /// Another human than the visitor is here or speaks again: the persona speaks only when addressed.
    SteppedBack {
        participant_id: ParticipantId,
    },

    HandoffRaised {
        reason: HandoffReason,
        question: MessageId,
        chain: Vec<UserRef>,
        step_ends_at: Timestamp,
    },
    HandoffQuestionAdded {
        handoff_id: HandoffId,
        question: MessageId,
    },
    HandoffNotified {
        handoff_id: HandoffId,
        user_id: UserId,
    },
    HandoffOpened {
        handoff_id: HandoffId,
        user_id: UserId,
    },
    HandoffTaken {
        handoff_id: HandoffId,
        user_id: UserId,
        /// Whoever took it and is not inside by then gives it up.
        lease_ends_at: Timestamp,
    },
    /// The one who took it left without settling it; it is open again.
    HandoffReleased {
        handoff_id: HandoffId,
        user_id: UserId,
        step_ends_at: Timestamp,
    },
    /// Nobody took it in time; the next in the chain is asked.
    HandoffPassedOn {
        handoff_id: HandoffId,
        to: UserRef,
        step_ends_at: Timestamp,
    },
    /// The chain is at its end: an answer is owed, and the visitor is asked for an address.
    HandoffExpired {
        handoff_id: HandoffId,
        owed_by: UserRef,
    },
    FollowUpEmailGiven {
        handoff_id: HandoffId,
        email: String,
    },
    HandoffResolved {
        handoff_id: HandoffId,
        how: HandoffResolution,
        by: Option<UserId>,
    },
    /// A person's answer becomes the persona's knowledge.
    KnowledgeKept {
        question: String,
        answer: String,
        by: UserId,
    },
}
