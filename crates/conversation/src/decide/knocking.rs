//! Knocking: who may ask to be let in, by which door, and how often.

use super::access::outsider;
use super::deciding::{Deciding, Outcome, already_at, already_inside};
use super::entering::{Newcomer, enter};
use crate::command::Actor;
use crate::event::Event;
use crate::ids::{InvitationId, JoinRequestId, Timestamp};
use crate::joining::{Door, HistoryGrant, InvitationState, JoinRequest, JoinState};
use crate::limits;
use crate::participant::{Identity, PresenceMode, Role};
use crate::refusal::{InviteRefusal, KnockRefusal, Refusal};
use crate::settings::{
    ADMISSION_EXPIRES_MS, KNOCK_COOL_DOWN_MS, KNOCK_EXPIRES_MS, KNOCK_WINDOW_MS, KNOCKS_AN_HOUR,
    MAX_OPEN_KNOCKS,
};
use crate::state::{Person, State, normal_email};

pub(super) struct Knock<'a> {
    pub name: &'a str,
    pub role: Role,
    pub door: &'a Door,
    pub purpose: &'a str,
    pub asks_history: HistoryGrant,
}

pub(super) fn knock(mut d: Deciding<'_>, actor: &Actor, knock: &Knock<'_>) -> Outcome {
    let identity = outsider(actor)?;
    if let Some(inside) = d.state.participant_of(identity) {
        return already_inside(inside.id);
    }
    d.still_open()?;
    check_door(&d, identity, knock.door)?;
    let person = Person::from(identity);
    let role = role_of(&d, identity, knock.role);
    let may_enter_alone = role == Role::Owner && !d.state.host_is_here();

    let unsettled = d
        .state
        .unsettled_requests()
        .find(|request| Person::from(&request.identity) == person);
    if let Some(request) = unsettled {
        if d.now < request.expires_at {
            if may_enter_alone && request.state == JoinState::Requested {
                let (request_id, name) = (request.id, request.name.clone());
                enter_alone(&mut d, request_id, identity, name);
                return d.done();
            }
            return already_at(request.id.0);
        }
        d.push(Event::JoinExpired {
            request_id: request.id,
        });
    }
    check_pace(&d, &person)?;
    let name = limits::name(knock.name)?;
    let purpose = limits::note(knock.purpose)?;

    let requested = d.push(Event::JoinRequested {
        identity: normal(identity),
        name: name.clone(),
        role,
        door: knock.door.clone(),
        purpose,
        asks_history: sees_at_most(role, knock.asks_history),
        expires_at: d.now.plus_ms(KNOCK_EXPIRES_MS),
    });
    if may_enter_alone {
        enter_alone(&mut d, JoinRequestId(requested.0), identity, name);
    }
    d.done()
}

/// Nobody who could answer is connected, and the persona is the owner's own: they enter, and the visitor is told on return.
fn enter_alone(d: &mut Deciding<'_>, request_id: JoinRequestId, identity: &Identity, name: String) {
    d.push(Event::JoinAdmitted {
        request_id,
        by: None,
        history: HistoryGrant::All,
        expires_at: d.now.plus_ms(ADMISSION_EXPIRES_MS),
    });
    enter(
        d,
        Newcomer {
            identity: identity.clone(),
            name,
            role: Role::Owner,
            presence_mode: PresenceMode::Participant,
            request_id: Some(request_id),
            history: HistoryGrant::All,
        },
    );
}

fn check_door(d: &Deciding<'_>, identity: &Identity, door: &Door) -> Result<(), Refusal> {
    let fits = match (identity, door) {
        (Identity::User { .. }, Door::ConversationUrl | Door::OwnerLink) => true,
        (Identity::Guest { invitation_id, .. }, Door::GuestInvitation { invitation_id: by }) => {
            invitation_id == by
        }
        _ => false,
    };
    if !fits {
        return Err(KnockRefusal::WrongDoor.into());
    }
    if d.state.was_removed(identity) {
        return Err(KnockRefusal::Removed.into());
    }
    if let Identity::Guest { invitation_id, .. } = identity {
        check_invitation(d, *invitation_id, identity)?;
    }
    if !d.about.settings.in_call_users {
        return Err(KnockRefusal::InCallUsersOff.into());
    }
    Ok(())
}

/// The invitation still lets its guest knock.
pub(super) fn check_invitation(
    d: &Deciding<'_>,
    id: InvitationId,
    identity: &Identity,
) -> Result<(), Refusal> {
    let invitation = d.state.invitation(id).ok_or(InviteRefusal::Unknown(id))?;
    if Person::from(identity) != Person::Email(invitation.email.clone()) {
        return Err(KnockRefusal::WrongDoor.into());
    }
    match invitation.state {
        _ if invitation.is_good_at(d.now) => Ok(()),
        InvitationState::Rejected => Err(InviteRefusal::Rejected(id).into()),
        InvitationState::Revoked => Err(InviteRefusal::Revoked(id).into()),
        InvitationState::Sent | InvitationState::Accepted | InvitationState::Expired => {
            Err(InviteRefusal::Expired(id).into())
        }
    }
}

/// What somebody is inside follows from who they are. Among users only the roles that the persona's profile or an open
/// handoff gives them can be asked for; everybody else is a colleague.
fn role_of(d: &Deciding<'_>, identity: &Identity, asked: Role) -> Role {
    let Identity::User { user_id } = identity else {
        return Role::Guest;
    };
    let persona = &d.about.persona;
    if persona.owner.user_id == *user_id {
        return Role::Owner;
    }
    let stands_in = persona
        .backups
        .iter()
        .any(|backup| backup.user_id == *user_id)
        || d.state
            .open_handoff()
            .is_some_and(|handoff| handoff.asks(*user_id));
    if asked == Role::Agent && stands_in {
        Role::Agent
    } else {
        Role::Colleague
    }
}

/// The owner and agents read the whole conversation anyway (design §4.6).
pub(crate) fn sees_at_most(role: Role, granted: HistoryGrant) -> HistoryGrant {
    match role {
        Role::Owner | Role::Agent | Role::Supervisor => HistoryGrant::All,
        Role::Visitor | Role::Persona | Role::Colleague | Role::Guest => granted,
    }
}

fn normal(identity: &Identity) -> Identity {
    match identity {
        Identity::Guest {
            invitation_id,
            email,
        } => Identity::Guest {
            invitation_id: *invitation_id,
            email: normal_email(email),
        },
        other => other.clone(),
    }
}

/// A cool-down after a decline, at most three knocks an hour per person, and a bound on all of them together.
fn check_pace(d: &Deciding<'_>, person: &Person) -> Result<(), KnockRefusal> {
    let theirs = || {
        d.state
            .requests
            .iter()
            .filter(|request| Person::from(&request.identity) == *person)
    };
    let cooled_down_at = theirs().filter_map(cools_down_until).max();
    if let Some(until) = cooled_down_at
        && d.now < until
    {
        return Err(KnockRefusal::CoolingDown {
            retry_after_ms: until.0 - d.now.0,
        });
    }
    if let Some(until) = next_knock_at(theirs(), d.now, KNOCKS_AN_HOUR) {
        return Err(KnockRefusal::TooOften {
            retry_after_ms: until - d.now.0,
        });
    }
    if let Some(until) = next_knock_at(
        d.state.requests.iter(),
        d.now,
        limits::KNOCKS_AN_HOUR_BY_ALL,
    ) {
        return Err(KnockRefusal::Flooded {
            retry_after_ms: until - d.now.0,
        });
    }
    let open = d
        .state
        .requests
        .iter()
        .filter(|request| request.is_open_at(d.now))
        .count();
    if open >= MAX_OPEN_KNOCKS {
        return Err(KnockRefusal::Flooded {
            retry_after_ms: KNOCK_EXPIRES_MS,
        });
    }
    Ok(())
}

fn cools_down_until(request: &JoinRequest) -> Option<Timestamp> {
    match request.state {
        JoinState::Declined { at, .. } => Some(at.plus_ms(KNOCK_COOL_DOWN_MS)),
        _ => None,
    }
}

/// When a further knock fits into the hour, if it does not now. Requests come in the order of their time.
fn next_knock_at<'a>(
    requests: impl DoubleEndedIterator<Item = &'a JoinRequest>,
    now: Timestamp,
    at_most: usize,
) -> Option<i64> {
    let ends_at = requests
        .rev()
        .nth(at_most - 1)?
        .requested_at
        .0
        .saturating_add(KNOCK_WINDOW_MS);
    (now.0 < ends_at).then_some(ends_at)
}

/// When this person may knock again: the pace for the waiting page.
pub(crate) fn may_knock_again_at(state: &State, request: &JoinRequest) -> Option<Timestamp> {
    let JoinState::Declined {
        at,
        for_good: false,
        ..
    } = request.state
    else {
        return None;
    };
    let person = Person::from(&request.identity);
    let cooled_down_at = at.plus_ms(KNOCK_COOL_DOWN_MS);
    let theirs = state
        .requests
        .iter()
        .filter(|other| Person::from(&other.identity) == person);
    let fits_at = next_knock_at(theirs, cooled_down_at, KNOCKS_AN_HOUR).map(Timestamp);
    Some(fits_at.unwrap_or(cooled_down_at))
}
