//! Who should speak next: one floor with a version, at most one persona turn, and the questions that wait for it.

use crate::event::Event;
use crate::ids::{FloorVersion, MessageId, ParticipantId, Timestamp, TurnId};
use crate::message::{MessageAudience, Provenance};
use crate::participant::PresenceMode;
use serde::Serialize;
use std::collections::VecDeque;

/// A persona turn under way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Turn {
    pub id: TurnId,
    pub floor_version: FloorVersion,
    pub asker: ParticipantId,
    /// Oldest first.
    pub questions: Vec<MessageId>,
    pub courtesy: bool,
    pub on_whisper_of: Option<ParticipantId>,
    /// The first words are shown.
    pub speaking: bool,
    pub started_at: Timestamp,
}

/// A question to the persona that waits until the running turn ends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Waiting {
    pub message_id: MessageId,
    pub asker: ParticipantId,
    pub courtesy: bool,
    pub whispered: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Floor {
    pub version: FloorVersion,
    /// Another human than the visitor is present and not idle: the persona speaks only when addressed.
    pub stepped_back: bool,
    /// When one of the other humans last joined, returned or spoke.
    pub others_active_at: Timestamp,
    pub turn: Option<Turn>,
    /// Not empty only while a turn runs.
    pub waiting: VecDeque<Waiting>,
    /// Outdated turns whose words may still come in as the owner's draft.
    pub(crate) drafts_due: VecDeque<(TurnId, ParticipantId)>,
}

/// Whether an event changes who should speak, and so the floor's version.
pub(crate) fn alters_floor(event: &Event) -> bool {
    match event {
        Event::MessagePosted {
            provenance,
            audience,
            ..
        } => {
            *audience == MessageAudience::Everyone
                && matches!(provenance, Provenance::Human | Provenance::AiEdited { .. })
        }
        Event::ParticipantJoined { presence_mode, .. }
        | Event::ParticipantWentAway { presence_mode, .. }
        | Event::ParticipantReturned { presence_mode, .. }
        | Event::ParticipantLeft { presence_mode, .. }
        | Event::ParticipantRemoved { presence_mode, .. } => {
            *presence_mode == PresenceMode::Participant
        }
        Event::HandedBack { .. }
        | Event::SteppedBack { .. }
        | Event::TurnOutdated { .. }
        | Event::PersonaChanged { .. } => true,
        _ => false,
    }
}

/// What the next turn answers: the first that waits, with all that the same asker asked in the same manner.
pub(crate) fn waiting_batch<'a>(waiting: impl Iterator<Item = &'a Waiting>) -> Vec<&'a Waiting> {
    let mut batch: Vec<&Waiting> = Vec::new();
    for candidate in waiting {
        let same = batch.first().is_none_or(|first| {
            first.asker == candidate.asker && first.whispered == candidate.whispered
        });
        if same {
            batch.push(candidate);
        }
    }
    batch
}
