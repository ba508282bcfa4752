//! Leaving and being removed, and what follows when somebody is gone.

use super::deciding::{Deciding, Outcome};
use super::handoffs::taker_gone;
use super::turns::{outdated, start_next};
use crate::command::Actor;
use crate::event::{Event, HandbackCause, OutdatedBy};
use crate::ids::ParticipantId;
use crate::joining::InvitationState;
use crate::message::Notice;
use crate::participant::{Participant, Presence, Role};
use crate::permissions::{Action, in_table, may_be_removed};
use crate::refusal::ParticipantRefusal;
use crate::sentences;
use crate::settings::IDLE_MS;
use crate::state::Person;

pub(super) fn leave(mut d: Deciding<'_>, actor: &Actor) -> Outcome {
    let participant = d.inside(actor)?;
    if !d.state.is_open() {
        return d.already();
    }
    d.permitted(actor, Action::Leave)?;
    leave_for_good(&mut d, participant);
    d.done()
}

/// Gives up a place: its holder left, or what let them in ended while they were not connected.
pub(super) fn leave_for_good(d: &mut Deciding<'_>, participant: &Participant) {
    d.push(Event::ParticipantLeft {
        participant_id: participant.id,
        presence_mode: participant.presence_mode,
    });
    gone(d, participant, HandbackCause::Left);
}

/// Removes somebody. Their link is dead, and what was granted to them ends.
pub(super) fn remove(mut d: Deciding<'_>, actor: &Actor, participant_id: ParticipantId) -> Outcome {
    let other = d.state.participant(participant_id);
    let is_removed = other.is_some_and(|one| matches!(one.presence, Presence::Removed { .. }));
    let host = d.inside(actor)?;
    if is_removed && in_table(host.role, host.presence_mode, Action::RemoveParticipant) {
        return d.already();
    }
    d.permitted(actor, Action::RemoveParticipant)?;
    let other = other.ok_or(ParticipantRefusal::Unknown(participant_id))?;
    if !other.is_inside() {
        return Err(ParticipantRefusal::Gone(participant_id).into());
    }
    if !may_be_removed(host, other) {
        return Err(ParticipantRefusal::CannotBeRemoved(participant_id).into());
    }
    d.push(Event::ParticipantRemoved {
        participant_id,
        presence_mode: other.presence_mode,
        by: host.id,
    });
    if let Person::Email(email) = Person::from(&other.identity) {
        for invitation in &d.state.invitations {
            let grants = matches!(
                invitation.state,
                InvitationState::Sent | InvitationState::Accepted
            );
            if grants && invitation.email == email {
                d.push(Event::InvitationRevoked {
                    invitation_id: invitation.id,
                });
            }
        }
    }
    gone(&mut d, other, HandbackCause::Left);
    d.done()
}

/// Somebody is gone for good: their question is dropped, the persona takes the floor if they were the last other human,
/// and a handoff they took is settled or goes on.
fn gone(d: &mut Deciding<'_>, who: &Participant, cause: HandbackCause) {
    let turn = d
        .state
        .floor()
        .turn
        .as_ref()
        .filter(|turn| turn.asker == who.id);
    if let Some(turn) = turn {
        d.push(outdated(turn, OutdatedBy::AskerGone));
    }
    if who.acts() {
        hand_back(d, who, cause);
        taker_gone(d, who.id);
    }
    if turn.is_some() {
        start_next(d, |waiting| waiting.asker != who.id);
    }
}

/// The persona takes the floor again if this was the last other human present.
pub(super) fn hand_back(d: &mut Deciding<'_>, who: &Participant, cause: HandbackCause) {
    let was_other = who.is_human() && who.acts() && who.role != Role::Visitor;
    let another = d.state.present_others().any(|other| other.id != who.id);
    if !was_other || another || !d.state.floor().stepped_back {
        return;
    }
    announce_handback(d, who, cause);
}

pub(super) fn announce_handback(d: &mut Deciding<'_>, who: &Participant, cause: HandbackCause) {
    d.push(Event::HandedBack {
        cause,
        participant_id: who.id,
    });
    let persona = &d.about.persona.name;
    let name = who.name.clone();
    let (text, notice) = match cause {
        HandbackCause::Left => (
            sentences::left(&name, persona),
            Notice::HandbackLeft { name },
        ),
        HandbackCause::Dropped => (
            sentences::dropped(&name, persona),
            Notice::HandbackDropped { name },
        ),
        HandbackCause::Idle => {
            let minutes = u32::try_from(IDLE_MS / 60_000).unwrap_or(u32::MAX);
            (
                sentences::idle(&name, minutes, persona),
                Notice::HandbackIdle { name, minutes },
            )
        }
    };
    d.announce(text, notice);
}
