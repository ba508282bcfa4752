//! Asking somebody to switch something on, since nobody can do it for them, and their answer.

use super::deciding::{Deciding, Outcome, already_at};
use crate::command::Actor;
use crate::event::Event;
use crate::ids::{AskId, ParticipantId};
use crate::media::{MediaSource, may_be_asked, video_refused};
use crate::permissions::{Action, in_table};
use crate::refusal::{AccessRefusal, MediaRefusal, ParticipantRefusal};

/// One request at a time for each person and source, whoever makes it.
pub(super) fn ask(
    mut d: Deciding<'_>,
    actor: &Actor,
    participant_id: ParticipantId,
    source: MediaSource,
) -> Outcome {
    let by = d.inside(actor)?;
    if !in_table(by.role, by.presence_mode, Action::AskToTurnOn) {
        return Err(AccessRefusal::NotAllowed(Action::AskToTurnOn).into());
    }
    d.still_open()?;
    if let Some(refusal) = video_refused(d.state) {
        return Err(refusal.into());
    }
    let other = d
        .state
        .participant(participant_id)
        .filter(|other| other.acts() && other.is_human())
        .ok_or(ParticipantRefusal::Unknown(participant_id))?;
    if other.id == by.id {
        return Err(MediaRefusal::OwnMedia.into());
    }
    if !other.is_inside() {
        return Err(ParticipantRefusal::Gone(participant_id).into());
    }
    if other.media.has(source) {
        return d.already();
    }
    let open = d
        .state
        .asks()
        .iter()
        .find(|ask| ask.participant_id == participant_id && ask.source == source);
    if let Some(open) = open {
        return already_at(open.id.0);
    }
    if !may_be_asked(d.state, other, source) {
        return Err(MediaRefusal::CannotBeAsked(participant_id).into());
    }
    d.permitted(actor, Action::AskToTurnOn)?;
    d.push(Event::TurnOnAsked {
        participant_id,
        source,
        by: by.id,
    });
    d.done()
}

/// Only the one who was asked answers. Their page switches on by itself, with `SetMedia`.
pub(super) fn answer(mut d: Deciding<'_>, actor: &Actor, asked: AskId, accept: bool) -> Outcome {
    let participant = d.inside(actor)?;
    let is_theirs = d
        .state
        .asks()
        .iter()
        .any(|ask| ask.id == asked && ask.participant_id == participant.id);
    if !is_theirs {
        return Err(MediaRefusal::UnknownAsk(asked).into());
    }
    d.push(Event::TurnOnAnswered {
        asked,
        accepted: accept,
    });
    d.done()
}
