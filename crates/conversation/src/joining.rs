//! Knocking and inviting: `requested → admitted → joined`, and `sent → accepted`.

use crate::ids::{InvitationId, JoinRequestId, ParticipantId, Timestamp};
use crate::participant::{Identity, Role};
use serde::{Deserialize, Serialize};

/// By which door somebody knocks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Door {
    ConversationUrl,
    OwnerLink,
    GuestInvitation { invitation_id: InvitationId },
}

/// How much of what was said before their joining somebody sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum HistoryGrant {
    All,
    FromJoin,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum JoinState {
    Requested,
    /// In the waiting room.
    Admitted {
        by: Option<ParticipantId>,
        history: HistoryGrant,
    },
    Joined {
        participant_id: ParticipantId,
    },
    /// `for_good` also ends the invitation.
    Declined {
        by: ParticipantId,
        at: Timestamp,
        for_good: bool,
    },
    Withdrawn,
    Expired,
    /// A grant or knock ended by removal, revocation, or in-call users switched off.
    Revoked,
}

/// A knock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct JoinRequest {
    pub id: JoinRequestId,
    pub identity: Identity,
    pub name: String,
    pub role: Role,
    pub door: Door,
    /// Why, in the knocker's words; may be empty.
    pub purpose: String,
    pub asks_history: HistoryGrant,
    pub requested_at: Timestamp,
    pub expires_at: Timestamp,
    pub state: JoinState,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum InvitationState {
    Sent,
    /// The guest joined with it at least once; it stays good for rejoining.
    Accepted,
    Rejected,
    Expired,
    Revoked,
}

/// To a guest by e-mail. Its token lives outside the core, as a hash.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Invitation {
    pub id: InvitationId,
    pub email: String,
    pub invited_by: ParticipantId,
    pub note: String,
    pub sent_at: Timestamp,
    pub expires_at: Timestamp,
    pub state: InvitationState,
}
