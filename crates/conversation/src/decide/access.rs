//! Who the actor is to this conversation, and what the table lets them do.

use super::deciding::Deciding;
use crate::command::Actor;
use crate::participant::{Identity, Participant};
use crate::permissions::{Action, may};
use crate::refusal::{AccessRefusal, Refusal};

impl<'a> Deciding<'a> {
    pub(super) fn inside(&self, actor: &Actor) -> Result<&'a Participant, Refusal> {
        let Actor::Participant(id) = actor else {
            return Err(AccessRefusal::NotInside.into());
        };
        match self.state.participant(*id) {
            Some(participant) if participant.is_inside() => Ok(participant),
            _ => Err(AccessRefusal::NotInside.into()),
        }
    }

    /// The participant who acts, if the table lets them do this now.
    pub(super) fn permitted(
        &self,
        actor: &Actor,
        action: Action,
    ) -> Result<&'a Participant, Refusal> {
        let participant = self.inside(actor)?;
        if may(self.state, participant, action) {
            return Ok(participant);
        }
        Err(if self.state.is_open() {
            AccessRefusal::NotAllowed(action)
        } else {
            AccessRefusal::Ended
        }
        .into())
    }

    pub(super) fn still_open(&self) -> Result<(), Refusal> {
        if self.state.is_open() {
            Ok(())
        } else {
            Err(AccessRefusal::Ended.into())
        }
    }
}

pub(super) fn outsider(actor: &Actor) -> Result<&Identity, Refusal> {
    match actor {
        Actor::Outsider(identity) => Ok(identity),
        Actor::Participant(_) | Actor::Staff { .. } | Actor::System => {
            Err(AccessRefusal::WrongActor.into())
        }
    }
}

pub(super) fn system_only(actor: &Actor) -> Result<(), Refusal> {
    if *actor == Actor::System {
        Ok(())
    } else {
        Err(AccessRefusal::WrongActor.into())
    }
}

/// The persona's owner or an admin in the dashboard, or the server itself.
pub(super) fn governs(actor: &Actor) -> bool {
    matches!(
        actor,
        Actor::System | Actor::Staff { is_owner: true, .. } | Actor::Staff { is_admin: true, .. }
    )
}
