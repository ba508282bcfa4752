//! Who is in a conversation, as what, and whether they are here now.

use crate::ids::{
    InvitationId, JoinRequestId, ParticipantId, PersonaId, Seq, Timestamp, UserId, VisitorId,
};
use crate::media::Sources;
use serde::{Deserialize, Serialize};

/// What a participant is in this conversation. A user's dashboard roles are something else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Visitor,
    Persona,
    /// The persona's owner.
    Owner,
    /// A user of the workspace who came by conversation URL.
    Colleague,
    /// Without an account, invited by e-mail.
    Guest,
    Agent,
    Supervisor,
}

/// Whether someone acts or only watches.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum PresenceMode {
    #[default]
    Participant,
    Monitor,
}

/// Who somebody is outside of the conversation, and so how that was verified.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Identity {
    /// Holds the visitor's token.
    Visitor {
        visitor_id: VisitorId,
    },
    Persona {
        persona_id: PersonaId,
    },
    /// Signed in to the workspace's dashboard.
    User {
        user_id: UserId,
    },
    /// Holds the token that was mailed to this address.
    Guest {
        invitation_id: InvitationId,
        email: String,
    },
}

/// Whether a participant can be reached just now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Presence {
    Here,
    /// The connection is gone; the place is held for a while.
    Dropped {
        since: Timestamp,
    },
    /// Did not come back in time. May still return without a knock.
    Away {
        since: Timestamp,
    },
    Left {
        at: Timestamp,
    },
    Removed {
        at: Timestamp,
    },
}

/// One person's or persona's presence in this conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Participant {
    pub id: ParticipantId,
    pub identity: Identity,
    pub name: String,
    pub role: Role,
    pub presence_mode: PresenceMode,
    pub presence: Presence,
    /// The first seq whose content this participant may see.
    pub sees_from: Seq,
    pub joined_at: Timestamp,
    /// The knock that let them in, if there was one.
    pub request_id: Option<JoinRequestId>,
    /// When they last spoke, for the rule about idling.
    pub spoke_at: Option<Timestamp>,
    /// What they have switched on.
    #[serde(default)]
    pub media: Sources,
    /// Takes part in the call, with something switched on or nothing.
    #[serde(default)]
    pub in_call: bool,
    /// Since when they wish to speak.
    #[serde(default)]
    pub hand_raised_at: Option<Timestamp>,
}

impl Participant {
    /// Out of the call, with everything off.
    pub(crate) fn all_off(&mut self) {
        self.media = Sources::NONE;
        self.in_call = false;
    }

    /// Still part of the conversation: here, or with a place that is held.
    pub fn is_inside(&self) -> bool {
        !matches!(
            self.presence,
            Presence::Left { .. } | Presence::Removed { .. }
        )
    }

    pub fn is_here(&self) -> bool {
        self.presence == Presence::Here
    }

    pub fn is_human(&self) -> bool {
        self.role != Role::Persona
    }

    /// Works for the workspace; may see whispers and reasons.
    pub fn is_staff(&self) -> bool {
        matches!(
            self.role,
            Role::Owner | Role::Colleague | Role::Agent | Role::Supervisor
        )
    }

    pub fn acts(&self) -> bool {
        self.presence_mode == PresenceMode::Participant
    }

    /// May admit others: the visitor, and the owner or agent once joined.
    pub fn is_host(&self) -> bool {
        self.acts() && matches!(self.role, Role::Visitor | Role::Owner | Role::Agent)
    }
}
