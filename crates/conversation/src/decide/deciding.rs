//! A decision in the making: the state it is made against and the events so far.

use super::Decision;
use crate::event::Event;
use crate::ids::{FloorVersion, ParticipantId, Seq, Timestamp};
use crate::message::{MessageAudience, Notice, Provenance};
use crate::refusal::Refusal;
use crate::state::{About, State, alters_floor};

pub(super) type Outcome = Result<Decision, Refusal>;

pub(super) struct Deciding<'a> {
    pub state: &'a State,
    pub about: &'a About,
    pub now: Timestamp,
    events: Vec<Event>,
    version: FloorVersion,
}

impl<'a> Deciding<'a> {
    pub(super) fn new(state: &'a State, about: &'a About, now: Timestamp) -> Self {
        Self {
            state,
            about,
            now,
            events: Vec::new(),
            version: state.floor().version,
        }
    }

    /// Where the next event will be in the log.
    pub(super) fn next_seq(&self) -> Seq {
        Seq(self.state.seq().0 + self.events.len() as u64 + 1)
    }

    /// The floor's version after the events so far.
    pub(super) fn version(&self) -> FloorVersion {
        self.version
    }

    /// Adds what happens next. Returns where it will be in the log.
    pub(super) fn push(&mut self, event: Event) -> Seq {
        let seq = self.next_seq();
        if alters_floor(&event) {
            self.version = FloorVersion(self.version.0 + 1);
        }
        self.events.push(event);
        seq
    }

    /// A line of the system's own, for everybody.
    pub(super) fn announce(&mut self, text: String, notice: Notice) {
        self.push(Event::MessagePosted {
            author: None,
            text,
            provenance: Provenance::System,
            audience: MessageAudience::Everyone,
            reply_to: None,
            citations: Vec::new(),
            turn_id: None,
            interrupted: false,
            confidence: None,
            notice: Some(notice),
            client_id: None,
        });
    }

    pub(super) fn done(self) -> Outcome {
        Ok(Decision::Events(self.events))
    }

    /// Nothing is left to be done.
    pub(super) fn already(&self) -> Outcome {
        Ok(Decision::Already {
            seq: self.state.seq(),
            participant_id: None,
        })
    }
}

/// The event that this command led to earlier.
pub(super) fn already_at(seq: u64) -> Outcome {
    Ok(Decision::Already {
        seq: Seq(seq),
        participant_id: None,
    })
}

pub(super) fn already_inside(participant_id: ParticipantId) -> Outcome {
    Ok(Decision::Already {
        seq: Seq(participant_id.0),
        participant_id: Some(participant_id),
    })
}
