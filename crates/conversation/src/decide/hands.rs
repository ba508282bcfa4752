//! Raised hands.

use super::deciding::{Deciding, Outcome};
use crate::command::Actor;
use crate::event::Event;
use crate::ids::ParticipantId;
use crate::permissions::{Action, in_table};
use crate::refusal::{AccessRefusal, ParticipantRefusal};

pub(super) fn raise(mut d: Deciding<'_>, actor: &Actor) -> Outcome {
    let participant = d.inside(actor)?;
    if participant.hand_raised_at.is_some() {
        return d.already();
    }
    d.permitted(actor, Action::RaiseHand)?;
    d.push(Event::HandRaised {
        participant_id: participant.id,
        by: participant.id,
    });
    d.done()
}

/// One's own hand, or another's.
pub(super) fn lower(
    mut d: Deciding<'_>,
    actor: &Actor,
    participant_id: Option<ParticipantId>,
) -> Outcome {
    let by = d.inside(actor)?;
    let participant_id = participant_id.unwrap_or(by.id);
    if participant_id != by.id && !in_table(by.role, by.presence_mode, Action::LowerHands) {
        return Err(AccessRefusal::NotAllowed(Action::LowerHands).into());
    }
    let whose = d
        .state
        .participant(participant_id)
        .filter(|whose| whose.id == by.id || (whose.acts() && whose.is_human()))
        .ok_or(ParticipantRefusal::Unknown(participant_id))?;
    if whose.hand_raised_at.is_none() {
        return d.already();
    }
    if whose.id != by.id {
        d.permitted(actor, Action::LowerHands)?;
    }
    d.push(Event::HandLowered {
        participant_id,
        by: by.id,
    });
    d.done()
}
