//! The state of one conversation: the sum of its events, as much of it as the rules need. Its size does not grow with
//! the log; what it forgets is noted at each bound.

mod apply;
mod floor;
mod media;
mod person;
mod queries;

pub use apply::apply;
pub use floor::{Floor, Turn, Waiting};
pub(crate) use floor::{alters_floor, waiting_batch};
pub use person::Person;
pub(crate) use person::normal_email;

use crate::event::{EndCause, PersonaProfile, Recorded};
use crate::handoff::Handoff;
use crate::ids::{ConversationId, ParticipantId, Seq, Timestamp, TurnId, VisitorId, WorkspaceId};
use crate::joining::{Invitation, JoinRequest};
use crate::media::{Ask, InteractionMode};
use crate::message::{Citation, Message};
use crate::participant::Participant;
use crate::settings::Settings;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Messages kept at hand: what can be replied to, retracted, and read by a persona turn.
pub const MESSAGES_AT_HAND: usize = 256;
/// Client ids kept for each participant inside; a repeat that comes later than this many messages is a new message.
pub const CLIENT_IDS_KEPT: usize = 64;
/// People who left, kept for their names.
pub(crate) const GONE_KEPT: usize = 200;
/// Knocks that are over; never fewer than an hour's, see `KNOCKS_AN_HOUR_BY_ALL`.
pub(crate) const CLOSED_KNOCKS_KEPT: usize = 200;
/// Invitations that are over.
pub(crate) const CLOSED_INVITATIONS_KEPT: usize = 100;
/// Handoffs that are resolved.
pub(crate) const RESOLVED_HANDOFFS_KEPT: usize = 20;
/// Drafts kept for the owner.
pub(crate) const DRAFTS_KEPT: usize = 10;

/// What a conversation is about and belongs to, from its first event on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct About {
    pub conversation_id: ConversationId,
    pub workspace_id: WorkspaceId,
    pub visitor_id: VisitorId,
    pub continues: Option<ConversationId>,
    pub started_at: Timestamp,
    pub persona: PersonaProfile,
    pub settings: Settings,
}

/// How a conversation ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Ended {
    pub at: Timestamp,
    pub cause: EndCause,
    pub by: Option<ParticipantId>,
}

/// What an outdated turn had come to, kept for the owner alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct KeptDraft {
    pub turn_id: TurnId,
    pub owner: ParticipantId,
    pub text: String,
    pub citations: Vec<Citation>,
}

/// The state of one conversation. Empty until it is started.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct State {
    pub(crate) seq: Seq,
    pub(crate) about: Option<About>,
    pub(crate) ended: Option<Ended>,
    /// In the order of their ids.
    pub(crate) participants: Vec<Participant>,
    pub(crate) requests: Vec<JoinRequest>,
    pub(crate) invitations: Vec<Invitation>,
    pub(crate) handoffs: Vec<Handoff>,
    pub(crate) floor: Floor,
    pub(crate) mode: InteractionMode,
    /// Not answered yet.
    pub(crate) asks: Vec<Ask>,
    pub(crate) drafts: Vec<KeptDraft>,
    pub(crate) messages: VecDeque<Message>,
    pub(crate) message_count: u64,
    /// When the last event happened.
    pub(crate) last_at: Timestamp,
    /// When somebody last spoke, or the conversation started.
    pub(crate) spoken_at: Timestamp,
    pub(crate) client_ids: BTreeMap<ParticipantId, VecDeque<(String, Seq)>>,
    /// Who was removed and may not come back. Each entry took a host an admission and a removal, so it needs no bound.
    pub(crate) removed: BTreeSet<Person>,
    /// The owner who entered while no host was connected, until the visitor has been told.
    pub(crate) entered_alone: Option<ParticipantId>,
}

impl State {
    /// The state after these entries of a log, from its first on.
    pub fn replay<'a>(log: impl IntoIterator<Item = &'a Recorded>) -> Self {
        let mut state = Self::default();
        for recorded in log {
            apply(&mut state, recorded);
        }
        state
    }
}
