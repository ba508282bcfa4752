//! Calling a person in: `raised → notified → taken → resolved`, or `expired` with a follow-up.

use crate::ids::{HandoffId, MessageId, ParticipantId, Timestamp, UserId};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum HandoffReason {
    CannotAnswer,
    /// In percent.
    LowConfidence {
        confidence: u8,
        threshold: u8,
    },
    AskedForPerson,
    Topic {
        topic: String,
    },
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum HandoffResolution {
    /// The one who took it settled it in the conversation.
    AnsweredLive,
    /// An answer was written and sent to the visitor's address, or shown on their return.
    FollowUpAnswered {
        answer: String,
    },
    CancelledByVisitor,
    /// Closed by staff without an answer, with a reason for the record.
    Dismissed {
        why: String,
    },
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum HandoffState {
    Raised,
    Notified,
    Taken {
        by: UserId,
    },
    /// Nobody came; an answer is owed by `owed_by`.
    FollowUp {
        owed_by: UserId,
        email: Option<String>,
    },
    Resolved {
        how: HandoffResolution,
    },
}

/// One who is told, in the order of the chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Notified {
    pub user_id: UserId,
    pub name: String,
    pub told_at: Option<Timestamp>,
    pub opened_at: Option<Timestamp>,
    /// Somebody else took it, or it went on to the next.
    pub withdrawn: bool,
}

/// An open question for a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Handoff {
    pub id: HandoffId,
    pub reason: HandoffReason,
    /// The visitor's messages that ask; later ones join the same handoff.
    pub questions: Vec<MessageId>,
    pub raised_at: Timestamp,
    pub step_ends_at: Timestamp,
    pub chain: Vec<Notified>,
    pub state: HandoffState,
    /// Which of the chain is asked now.
    pub step: usize,
    /// Who took it and did not give it up; kept when it is settled, since the others were told of it then.
    pub claimed_by: Option<UserId>,
    /// The participant of the one who took it, once inside.
    pub taken_by: Option<ParticipantId>,
    /// Whether the one who took it has spoken to everybody since.
    pub taker_spoke: bool,
    /// Where the visitor wants the answer sent.
    pub email: Option<String>,
}

impl Handoff {
    pub fn is_open(&self) -> bool {
        !matches!(self.state, HandoffState::Resolved { .. })
    }
}
