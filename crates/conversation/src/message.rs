//! What was said, by whom, and how it came about.

use crate::ids::{HandoffId, MessageId, ParticipantId, Timestamp, TurnId};
use serde::{Deserialize, Serialize};

/// Longest text of one message, in Unicode scalar values. Longer is refused, never cut.
pub const MAX_MESSAGE_CHARS: usize = 8_000;
/// Longest idempotency key that a client may choose, in bytes.
pub const MAX_CLIENT_ID_BYTES: usize = 64;

/// How a message came about. A clone may share its owner's name and face: this is what tells them apart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Provenance {
    Human,
    Ai,
    /// The AI spoke because a person told it to, unseen by the visitor.
    AiOnWhisper {
        by: ParticipantId,
    },
    /// A person took the AI's words, changed them or not, and sent them as their own.
    AiEdited {
        by: ParticipantId,
    },
    System,
}

/// Who may see a message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum MessageAudience {
    #[default]
    Everyone,
    /// A whisper among staff.
    Staff,
    /// A whisper that the persona reads too.
    StaffAndPersona,
}

/// Where an answer comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Citation {
    pub source_id: String,
    pub source_title: String,
    /// Section path or page within the source.
    pub place: String,
    /// The words quoted.
    pub text: String,
}

/// What a system message says. The sentence is built from it, so that it can be translated and tested.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Notice {
    /// The last other human left; the persona answers again.
    HandbackLeft {
        name: String,
    },
    /// The last other human dropped and did not come back in time.
    HandbackDropped {
        name: String,
    },
    /// The last other human has been quiet for long.
    HandbackIdle {
        name: String,
        minutes: u32,
    },
    /// The owner entered while no host was connected.
    OwnerEnteredAlone {
        name: String,
    },
    HandoffExpired {
        handoff_id: HandoffId,
    },
    /// Said by the persona: the one in charge is here, so it speaks only when addressed.
    SteppedBack {
        name: String,
    },
    /// No answer could be made; the visitor may ask again.
    TurnFailed,
}

/// One message as the state keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Message {
    pub id: MessageId,
    /// None for system messages.
    pub author: Option<ParticipantId>,
    pub text: String,
    pub at: Timestamp,
    pub provenance: Provenance,
    pub audience: MessageAudience,
    pub reply_to: Option<MessageId>,
    pub citations: Vec<Citation>,
    pub turn_id: Option<TurnId>,
    pub retracted: bool,
    /// The speaker was interrupted; this is what had been said.
    pub interrupted: bool,
}
