//! From a knock to being inside: decided by a host, withdrawn by its knocker, joined from the waiting room.

use super::access::outsider;
use super::deciding::{Deciding, Outcome, already_at, already_inside};
use super::entering::{Newcomer, enter};
use super::knocking::{check_invitation, sees_at_most};
use crate::command::Actor;
use crate::event::Event;
use crate::ids::{JoinRequestId, ParticipantId};
use crate::joining::{Door, HistoryGrant, InvitationState, JoinRequest, JoinState};
use crate::participant::{Identity, PresenceMode};
use crate::permissions::{Action, in_table, lacks_history};
use crate::refusal::{KnockRefusal, ParticipantRefusal, Refusal};
use crate::settings::{ADMISSION_EXPIRES_MS, MAX_PARTICIPANTS};
use crate::state::Person;

pub(super) fn admit(
    mut d: Deciding<'_>,
    actor: &Actor,
    request_id: JoinRequestId,
    history: HistoryGrant,
) -> Outcome {
    let host = d.permitted(actor, Action::DecideKnock)?;
    let request = d
        .state
        .request(request_id)
        .ok_or(KnockRefusal::Unknown(request_id))?;
    if matches!(request.state, JoinState::Admitted { by: Some(by), .. } if by == host.id) {
        return already_at(request_id.0);
    }
    undecided(&d, request)?;
    if d.state.inside().count() >= MAX_PARTICIPANTS {
        return Err(KnockRefusal::Full.into());
    }
    d.push(Event::JoinAdmitted {
        request_id,
        by: Some(host.id),
        history: sees_at_most(request.role, history),
        expires_at: d.now.plus_ms(ADMISSION_EXPIRES_MS),
    });
    d.done()
}

/// Turns a knock away; `for_good` ends the invitation it came by.
pub(super) fn decline(
    mut d: Deciding<'_>,
    actor: &Actor,
    request_id: JoinRequestId,
    for_good: bool,
) -> Outcome {
    let host = d.permitted(actor, Action::DecideKnock)?;
    let request = d
        .state
        .request(request_id)
        .ok_or(KnockRefusal::Unknown(request_id))?;
    if matches!(request.state, JoinState::Declined { by, for_good: before, .. } if by == host.id && before == for_good)
    {
        return already_at(request_id.0);
    }
    undecided(&d, request)?;
    let invitation_id = match request.door {
        Door::GuestInvitation { invitation_id } => Some(invitation_id),
        Door::ConversationUrl | Door::OwnerLink => None,
    };
    if for_good && invitation_id.is_none() {
        return Err(KnockRefusal::NoInvitationToEnd.into());
    }
    d.push(Event::JoinDeclined {
        request_id,
        by: host.id,
        for_good,
    });
    if let (true, Some(invitation_id)) = (for_good, invitation_id) {
        d.push(Event::InvitationRevoked { invitation_id });
    }
    d.done()
}

/// The first decision wins; the others learn who took it.
fn undecided(d: &Deciding<'_>, request: &JoinRequest) -> Result<(), Refusal> {
    let by = match request.state {
        JoinState::Requested if d.now < request.expires_at => return Ok(()),
        JoinState::Requested | JoinState::Withdrawn | JoinState::Expired | JoinState::Revoked => {
            return Err(KnockRefusal::Over(request.id).into());
        }
        JoinState::Admitted { by, .. } => by,
        JoinState::Declined { by, .. } => Some(by),
        JoinState::Joined { .. } => None,
    };
    let by = by.map(|by| d.state.name_of(by).to_owned());
    Err(KnockRefusal::AlreadyDecided {
        request_id: request.id,
        by,
    }
    .into())
}

/// The request, if it is this outsider's own. Somebody else's does not exist for them.
fn own_request<'a>(
    d: &Deciding<'a>,
    actor: &Actor,
    request_id: JoinRequestId,
) -> Result<&'a JoinRequest, Refusal> {
    let person = Person::from(outsider(actor)?);
    match d.state.request(request_id) {
        Some(request) if Person::from(&request.identity) == person => Ok(request),
        _ => Err(KnockRefusal::Unknown(request_id).into()),
    }
}

pub(super) fn withdraw(mut d: Deciding<'_>, actor: &Actor, request_id: JoinRequestId) -> Outcome {
    let request = own_request(&d, actor, request_id)?;
    if request.state == JoinState::Withdrawn {
        return already_at(request_id.0);
    }
    d.still_open()?;
    if !request.is_unsettled() {
        return Err(KnockRefusal::Over(request_id).into());
    }
    d.push(Event::JoinWithdrawn { request_id });
    d.done()
}

/// From the waiting room into the conversation.
pub(super) fn join(mut d: Deciding<'_>, actor: &Actor, request_id: JoinRequestId) -> Outcome {
    let identity = outsider(actor)?;
    let request = own_request(&d, actor, request_id)?;
    if let Some(inside) = d.state.participant_of(identity) {
        return already_inside(inside.id);
    }
    d.still_open()?;
    let JoinState::Admitted { history, .. } = request.state else {
        return Err(match request.state {
            JoinState::Requested => KnockRefusal::NotAdmitted(request_id),
            _ => KnockRefusal::Over(request_id),
        }
        .into());
    };
    if !request.is_admitted_at(d.now) {
        return Err(KnockRefusal::Over(request_id).into());
    }
    if d.state.was_removed(identity) {
        return Err(KnockRefusal::Removed.into());
    }
    if d.state.inside().count() >= MAX_PARTICIPANTS {
        return Err(KnockRefusal::Full.into());
    }
    if let Identity::Guest { invitation_id, .. } = request.identity
        && let Some(invitation) = d.state.invitation(invitation_id)
    {
        // An invitation that ran out after its knock still counts: the guest was in time.
        if invitation.state == InvitationState::Revoked
            || invitation.state == InvitationState::Rejected
        {
            check_invitation(&d, invitation_id, identity)?;
        }
        if invitation.state != InvitationState::Accepted {
            d.push(Event::InvitationAccepted { invitation_id });
        }
    }
    enter(
        &mut d,
        Newcomer {
            identity: request.identity.clone(),
            name: request.name.clone(),
            role: request.role,
            presence_mode: PresenceMode::Participant,
            request_id: Some(request_id),
            history,
        },
    );
    d.done()
}

pub(super) fn share_history(
    mut d: Deciding<'_>,
    actor: &Actor,
    participant_id: ParticipantId,
) -> Outcome {
    let host = d.inside(actor)?;
    let guest = d
        .state
        .participant(participant_id)
        .ok_or(ParticipantRefusal::Unknown(participant_id))?;
    let may_at_all = in_table(host.role, host.presence_mode, Action::ShareHistory);
    if may_at_all && guest.is_inside() && guest.is_human() && !lacks_history(guest) {
        return d.already();
    }
    d.permitted(actor, Action::ShareHistory)?;
    if !guest.is_inside() {
        return Err(ParticipantRefusal::Gone(participant_id).into());
    }
    if !guest.is_human() {
        return Err(ParticipantRefusal::Unknown(participant_id).into());
    }
    d.push(Event::HistoryShared {
        participant_id,
        by: host.id,
    });
    d.done()
}
