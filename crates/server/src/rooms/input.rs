//! What a room is asked, and what it answers.

use super::subscriber::{Subscription, Watcher};
use crate::problem::Problem;
use tokio::sync::oneshot;
use trialogue_conversation::command::{Actor, Command};
use trialogue_conversation::ids::{ParticipantId, Seq, TurnId};
use trialogue_conversation::{Refusal, Signal, State};
use trialogue_storage::{AppendError, EffectLease};

/// What a command led to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Done {
    /// The first event that it caused, or the state's seq if it changed nothing.
    pub seq: Seq,
    /// Set when the actor was inside already, or came in without a knock.
    pub participant_id: Option<ParticipantId>,
}

/// Why a command led to nothing.
#[derive(Debug)]
pub enum NotDone {
    Refused(Refusal),
    /// Another worker holds the effect by now.
    LeaseLost,
    Storage(AppendError),
}

impl From<NotDone> for Problem {
    fn from(not_done: NotDone) -> Self {
        match not_done {
            NotDone::Refused(refusal) => refusal.into(),
            NotDone::LeaseLost => Self::internal("an effect's lease was lost"),
            NotDone::Storage(error) => error.into(),
        }
    }
}

pub(super) struct CommandInput {
    pub actor: Actor,
    pub command: Command,
    /// The effect whose outcome this is; it is completed together with the events.
    pub finishes: Option<EffectLease>,
    pub reply: Reply,
}

/// Who hears what a command led to.
pub(super) enum Reply {
    Caller(oneshot::Sender<Result<Done, NotDone>>),
    /// The connection it came from, by the client's own id for it. So a socket may send on without waiting.
    Connection {
        subscriber: u64,
        id: String,
    },
}

pub(super) enum RoomInput {
    /// Boxed: an inbox keeps room for 32 inputs, which would be most of what an idle room costs.
    Command(Box<CommandInput>),
    Subscribe {
        watcher: Watcher,
        after: Option<Seq>,
        reply: oneshot::Sender<Result<Subscription, Problem>>,
    },
    Unsubscribe {
        id: u64,
    },
    Signal {
        signal: Signal,
    },
    Ask(Box<dyn FnOnce(&State) + Send>),
    /// Told when this turn is over, by whatever.
    WatchTurn {
        turn_id: TurnId,
        over: oneshot::Sender<()>,
    },
    /// Who is here without a connection.
    Absent(oneshot::Sender<Vec<ParticipantId>>),
    /// Connections of these people ended on this node, and nobody has recorded it. Answered once the room sees to it.
    Dropped {
        participants: Vec<ParticipantId>,
        reply: oneshot::Sender<()>,
    },
    /// Say goodbye to everybody and stop.
    GoDown,
}
