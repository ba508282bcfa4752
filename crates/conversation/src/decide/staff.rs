//! Staff of the queue: they come in without a knock, to take part or to watch, and step in from watching.

use super::deciding::{Deciding, Outcome, already_inside};
use super::entering::{Newcomer, enter};
use super::leaving::leave_for_good;
use crate::command::Actor;
use crate::event::Event;
use crate::ids::UserId;
use crate::joining::HistoryGrant;
use crate::limits;
use crate::participant::{Identity, PresenceMode, Role};
use crate::permissions::Action;
use crate::refusal::{AccessRefusal, KnockRefusal};
use crate::settings::MAX_PARTICIPANTS;
use crate::state::{About, Person, State};

/// As what a user of the dashboard comes in without a knock; none for whoever has to knock.
pub fn comes_as(state: &State, actor: &Actor) -> Option<Role> {
    let Actor::Staff {
        user_id,
        is_admin,
        is_supervisor,
        ..
    } = *actor
    else {
        return None;
    };
    if is_backup(state.about()?, user_id) {
        return Some(Role::Agent);
    }
    (is_admin || is_supervisor).then_some(Role::Supervisor)
}

fn is_backup(about: &About, user_id: UserId) -> bool {
    let backups = &about.persona.backups;
    backups.iter().any(|backup| backup.user_id == user_id)
}

/// Staff of the queue come in without a knock. Until queues have their own staff, these are the persona's backups, the
/// workspace's supervisors and its admins.
pub(super) fn join_as_staff(
    mut d: Deciding<'_>,
    actor: &Actor,
    name: &str,
    role: Role,
    presence_mode: PresenceMode,
) -> Outcome {
    let Actor::Staff {
        user_id,
        is_admin,
        is_supervisor,
        ..
    } = *actor
    else {
        return Err(AccessRefusal::WrongActor.into());
    };
    let identity = Identity::User { user_id };
    if let Some(inside) = d.state.participant_of(&identity) {
        return already_inside(inside.id);
    }
    d.still_open()?;
    let belongs = match role {
        Role::Agent => is_admin || is_backup(d.about, user_id),
        Role::Supervisor => is_admin || is_supervisor,
        Role::Visitor | Role::Persona | Role::Owner | Role::Colleague | Role::Guest => false,
    };
    if !belongs {
        return Err(KnockRefusal::WrongDoor.into());
    }
    if d.state.was_removed(&identity) {
        return Err(KnockRefusal::Removed.into());
    }
    if presence_mode == PresenceMode::Participant && !d.about.settings.in_call_users {
        return Err(KnockRefusal::InCallUsersOff.into());
    }
    if d.state.inside().count() >= MAX_PARTICIPANTS {
        return Err(KnockRefusal::Full.into());
    }
    let name = limits::name(name)?;
    // Whoever knocked and then comes as staff leaves no card at the hosts' door.
    let person = Person::from(&identity);
    for request in d
        .state
        .unsettled_requests()
        .filter(|request| Person::from(&request.identity) == person)
    {
        d.push(Event::JoinWithdrawn {
            request_id: request.id,
        });
    }
    enter(
        &mut d,
        Newcomer {
            identity,
            name,
            role,
            presence_mode,
            request_id: None,
            history: HistoryGrant::All,
        },
    );
    d.done()
}

/// Whoever watched is gone and comes in as somebody whom everybody sees: the others learn of them from then on, as of anybody.
pub(super) fn step_in(mut d: Deciding<'_>, actor: &Actor) -> Outcome {
    let watching = d.permitted(actor, Action::StepIn)?;
    leave_for_good(&mut d, watching);
    enter(
        &mut d,
        Newcomer {
            identity: watching.identity.clone(),
            name: watching.name.clone(),
            role: watching.role,
            presence_mode: PresenceMode::Participant,
            request_id: None,
            history: HistoryGrant::All,
        },
    );
    d.done()
}
