//! Connections that open and close, and names. Several tabs are one participant: the server reports the first and the last.

use super::deciding::{Deciding, Outcome, already_inside};
use super::entering::{Arrival, arrive};
use super::leaving::leave_for_good;
use crate::command::Actor;
use crate::event::Event;
use crate::ids::ParticipantId;
use crate::limits;
use crate::message::Notice;
use crate::participant::{Participant, Presence, Role};
use crate::permissions::Action;
use crate::refusal::{AccessRefusal, ParticipantRefusal, Refusal};
use crate::sentences;

/// The server reports it, or the participant's own page.
fn reports(actor: &Actor, participant_id: ParticipantId) -> Result<(), Refusal> {
    match actor {
        Actor::System => Ok(()),
        Actor::Participant(id) if *id == participant_id => Ok(()),
        _ => Err(AccessRefusal::WrongActor.into()),
    }
}

pub(super) fn connected(
    mut d: Deciding<'_>,
    actor: &Actor,
    participant_id: ParticipantId,
) -> Outcome {
    reports(actor, participant_id)?;
    let participant = d
        .state
        .participant(participant_id)
        .ok_or(ParticipantRefusal::Unknown(participant_id))?;
    // The visitor's own conversation stays theirs: even after leaving they come back without a knock.
    let may_return = participant.is_inside() || participant.role == Role::Visitor;
    if !may_return || !participant.is_human() {
        return Err(ParticipantRefusal::Gone(participant_id).into());
    }
    if participant.is_here() || !d.state.is_open() {
        return already_inside(participant_id);
    }
    let presence_mode = participant.presence_mode;
    d.push(Event::ParticipantReturned {
        participant_id,
        presence_mode,
    });
    if participant.role == Role::Visitor {
        tell_who_entered(&mut d);
    } else if participant.acts() && matches!(participant.presence, Presence::Away { .. }) {
        let user_id = participant.user_id();
        arrive(
            &mut d,
            &Arrival {
                participant_id,
                name: &participant.name,
                role: participant.role,
                user_id,
            },
        );
    }
    d.done()
}

/// A guest's place lasts as long as the invitation; a revoked one leaves it to them only while they are connected.
fn grant_still_holds(d: &Deciding<'_>, participant: &Participant) -> bool {
    participant
        .invitation_id()
        .is_none_or(|invitation_id| d.state.invitation_holds(invitation_id))
}

fn tell_who_entered(d: &mut Deciding<'_>) {
    let Some(owner) = d.state.entered_alone.and_then(|id| d.state.participant(id)) else {
        return;
    };
    let name = owner.name.clone();
    d.announce(
        sentences::entered_alone(&name),
        Notice::OwnerEnteredAlone { name },
    );
}

pub(super) fn disconnected(
    mut d: Deciding<'_>,
    actor: &Actor,
    participant_id: ParticipantId,
) -> Outcome {
    reports(actor, participant_id)?;
    let participant = d
        .state
        .participant(participant_id)
        .ok_or(ParticipantRefusal::Unknown(participant_id))?;
    if !participant.is_here() || !participant.is_human() || !d.state.is_open() {
        return d.already();
    }
    if grant_still_holds(&d, participant) {
        d.push(Event::ParticipantDropped {
            participant_id,
            presence_mode: participant.presence_mode,
        });
    } else {
        leave_for_good(&mut d, participant);
    }
    d.done()
}

pub(super) fn rename(mut d: Deciding<'_>, actor: &Actor, name: &str) -> Outcome {
    let participant = d.permitted(actor, Action::RenameSelf)?;
    let name = limits::name(name)?;
    if name == participant.name {
        return d.already();
    }
    d.push(Event::ParticipantRenamed {
        participant_id: participant.id,
        name,
    });
    d.done()
}
