//! Identifiers. What lives inside one conversation is named by the seq of the event that created it, so the core
//! needs no randomness; what exists outside of conversations carries a UUID that the caller chooses.

use serde::{Deserialize, Serialize};
use std::fmt;
use uuid::Uuid;

macro_rules! uuid_id {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[cfg_attr(feature = "ts", derive(ts_rs::TS))]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    )*};
}

macro_rules! seq_id {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(type = "number"))]
        #[serde(transparent)]
        pub struct $name(pub u64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    )*};
}

uuid_id! {
    /// A tenant. Nothing crosses workspaces.
    WorkspaceId,
    /// One ordered, durable log of events.
    ConversationId,
    /// An AI speaker.
    PersonaId,
    /// A person with a dashboard account.
    UserId,
    /// Whoever starts conversations from one browser; anonymous or identified.
    VisitorId,
}

seq_id! {
    /// An event's position in its conversation's log, from 1, without gaps.
    Seq,
    /// The seq of the message's `message_posted`.
    MessageId,
    /// The seq of the `participant_joined` with which the presence began.
    ParticipantId,
    /// The seq of the knock's `join_requested`.
    JoinRequestId,
    /// The seq of the invitation's `invitation_sent`.
    InvitationId,
    /// The seq of the handoff's `handoff_raised`.
    HandoffId,
    /// The seq of the persona turn's `turn_started`.
    TurnId,
    /// The seq of the `turn_on_asked` by which somebody was asked to switch something on.
    AskId,
    /// Counts what changes who should speak; a persona turn is made against one value of it.
    FloorVersion,
}

/// Milliseconds since the Unix epoch. The core never reads a clock: every time is handed in.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(type = "number"))]
#[serde(transparent)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// This instant, `ms` milliseconds later.
    #[must_use]
    pub fn plus_ms(self, ms: i64) -> Self {
        Self(self.0.saturating_add(ms))
    }
}

impl Seq {
    /// The next position in the log.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}
