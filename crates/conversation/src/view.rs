//! What a viewer's page shows besides the timeline: a projection of the state, made for one audience.
//! The page draws it and holds no rules: what it may offer is listed in `you.allowed`.

use crate::event::PersonaProfile;
use crate::handoff::{HandoffReason, HandoffState, Notified};
use crate::ids::{
    AskId, ConversationId, FloorVersion, HandoffId, InvitationId, JoinRequestId, MessageId,
    ParticipantId, Seq, Timestamp, TurnId,
};
use crate::joining::{Door, HistoryGrant, InvitationState};
use crate::media::{InteractionMode, MediaSource};
use crate::participant::{Participant, PresenceMode, Role};
use crate::permissions::Action;
use crate::settings::Settings;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct View {
    pub conversation_id: ConversationId,
    pub seq: Seq,
    pub open: bool,
    pub persona: PersonaProfile,
    pub settings: Settings,
    pub you: You,
    /// Those this viewer may know of, in the order of joining; also the ones who left, for their names.
    pub participants: Vec<ParticipantCard>,
    /// Open knocks that this viewer may decide; empty for everybody else.
    pub knocks: Vec<KnockCard>,
    /// People in the waiting room, for hosts.
    pub waiting: Vec<KnockCard>,
    /// For those who may invite.
    pub invitations: Vec<InvitationCard>,
    pub handoff: Option<HandoffCard>,
    pub floor: FloorCard,
    pub mode: InteractionMode,
    pub video: VideoCard,
    /// What you were asked to switch on, the oldest first.
    pub asks: Vec<AskCard>,
    /// Kept for the owner alone.
    pub drafts: Vec<Draft>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct You {
    /// None for staff who read without being inside.
    pub participant_id: Option<ParticipantId>,
    pub role: Role,
    pub presence_mode: PresenceMode,
    pub sees_from: Seq,
    /// What the page may offer now. The server asks the same table again when it is done.
    pub allowed: Vec<Action>,
}

/// Somebody in the list of people, with what this viewer may do about them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct ParticipantCard {
    #[serde(flatten)]
    pub participant: Participant,
    /// `remove` would be accepted of this one now; `you.allowed` only says that it would of somebody.
    pub may_remove: bool,
    /// `share_history` would be accepted for this one now.
    pub may_share_history: bool,
}

/// A knock as those who decide it see it: an informed choice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct KnockCard {
    pub request_id: JoinRequestId,
    pub name: String,
    pub role: Role,
    pub door: Door,
    /// The full sentence of design §4.1.
    pub text: String,
    /// “Let the user in” or “Let the guest in”.
    pub admit_label: String,
    /// “signed in to this workspace”, “opened the link mailed to …”.
    pub verified: String,
    pub invited_by: Option<String>,
    /// Why they were invited, in the words of whoever did.
    pub invitation_note: Option<String>,
    pub purpose: String,
    pub asks_history: HistoryGrant,
    /// Whether a host may grant less of the history than that. The owner and agents read all of it anyway.
    pub may_grant_less: bool,
    pub requested_at: Timestamp,
    pub expires_at: Timestamp,
    /// Who let them into the waiting room.
    pub decided_by: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct InvitationCard {
    pub invitation_id: InvitationId,
    pub email: String,
    pub state: InvitationState,
    pub expires_at: Timestamp,
    /// `revoke_invitation` would be accepted of this one now; `you.allowed` only says that it would of some.
    pub may_revoke: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct HandoffCard {
    pub handoff_id: HandoffId,
    pub reason: HandoffReason,
    pub questions: Vec<MessageId>,
    pub raised_at: Timestamp,
    pub state: HandoffState,
    pub chain: Vec<Notified>,
    /// The brief for whoever joins; staff only.
    pub brief: Option<Brief>,
}

/// Who, what was asked, what was tried, the open question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Brief {
    pub visitor: String,
    pub asked: Vec<String>,
    pub tried: Vec<String>,
    pub open_question: String,
    pub reason: String,
}

/// Who speaks next, as far as the page shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct FloorCard {
    pub version: FloorVersion,
    /// A human other than the visitor leads; the persona speaks only when named.
    pub persona_stepped_back: bool,
    /// The names that reach the persona just now: without those a present human bears.
    pub persona_answers_to: Vec<String>,
    pub turn: Option<TurnCard>,
    /// Questions that wait their turn.
    pub waiting: Vec<MessageId>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct TurnCard {
    pub turn_id: TurnId,
    pub asker: ParticipantId,
    pub speaking: bool,
}

/// Whether you can see and hear the others, and be seen and heard as far as `you.allowed` says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct VideoCard {
    pub available: bool,
    /// A sentence: “Video is disabled by the owner.”
    pub why_not: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct AskCard {
    /// For `answer_turn_on`.
    pub asked: AskId,
    pub source: MediaSource,
    pub by: ParticipantId,
    /// “Dana asks you to switch your microphone on.”
    pub text: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Draft {
    pub turn_id: TurnId,
    pub text: String,
    pub citations: Vec<crate::message::Citation>,
}

/// What somebody outside sees of their own knock: nothing of the conversation but the persona.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct WaitingView {
    pub request_id: JoinRequestId,
    pub persona_name: String,
    pub persona_picture: Option<String>,
    pub state: WaitingState,
    /// Whether there is a camera and a microphone to choose before joining.
    pub video: bool,
    pub asks_history: HistoryGrant,
    pub expires_at: Timestamp,
}

/// The truth for the one who waits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum WaitingState {
    /// A host is here and has been asked.
    Asked,
    /// Nobody who could answer is here now; they are told when they return.
    NobodyThere,
    /// In the waiting room: may join.
    Admitted {
        history: HistoryGrant,
    },
    Joined,
    Declined {
        may_knock_again_at: Option<Timestamp>,
    },
    Withdrawn,
    Expired,
    Revoked,
    ConversationEnded,
}
