//! Work that events cause outside of the log. Effects wait in the store; workers lease them, do them, and record what
//! came of it. What a worker that died had in hand is taken over when its lease runs out.

mod follow_up_owed;
mod handoff_mails;
mod index_again;
mod indexing;
mod invitation_mail;
mod read_source;
mod send_mail;
mod spread_persona;
mod sync_media;
mod turn;
mod wakes;
mod worker;

pub use index_again::catch_up_indexes;
pub use spread_persona::spread_persona;
pub use wakes::run_wakes;
pub use worker::run_worker;

use crate::mails::Tells;
use crate::problem::Problem;
use serde::{Deserialize, Serialize};
use trialogue_conversation::Effect;
use trialogue_conversation::ids::{PersonaId, Timestamp};
use trialogue_storage::{NewEffect, SourceId};

/// What there is to do.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "work", rename_all = "snake_case")]
pub enum Work {
    /// What a conversation's event causes.
    Conversation {
        effect: Effect,
    },
    SendMail {
        key: String,
        tells: Option<Tells>,
    },
    ReadSource {
        source_id: SourceId,
    },
    /// Index a source that was read while there was no embedding model, or by an older version.
    IndexAgain {
        source_id: SourceId,
    },
    /// Tell open conversations how a persona is set now.
    SpreadPersona {
        persona_id: PersonaId,
    },
}

impl Work {
    /// The lane of workers that does it.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Conversation {
                effect: Effect::RunTurn { .. },
            } => "run_turn",
            Self::Conversation {
                effect: Effect::SyncMedia { .. },
            } => "sync_media",
            Self::Conversation { .. } => "conversation",
            Self::SendMail { .. } => "send_mail",
            Self::ReadSource { .. } => "read_source",
            Self::IndexAgain { .. } => "index_again",
            Self::SpreadPersona { .. } => "spread_persona",
        }
    }

    pub fn effect(&self, key: String, due_at: Timestamp) -> Result<NewEffect, Problem> {
        let payload = serde_json::to_string(self).map_err(Problem::internal)?;
        Ok(NewEffect {
            key,
            kind: self.kind().to_owned(),
            payload,
            due_at,
        })
    }
}
