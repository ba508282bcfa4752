//! Inviting a guest by e-mail, and ending an invitation.

use super::access::outsider;
use super::deciding::{Deciding, Outcome, already_at};
use super::leaving::leave_for_good;
use crate::command::Actor;
use crate::event::Event;
use crate::ids::InvitationId;
use crate::joining::{Door, InvitationState};
use crate::limits::{self, INVITATIONS_AN_HOUR, MAX_OPEN_INVITATIONS};
use crate::participant::{Identity, Participant};
use crate::permissions::{Action, in_table, may_revoke};
use crate::refusal::{AccessRefusal, InviteRefusal, KnockRefusal};
use crate::settings::{INVITATION_EXPIRES_MS, KNOCK_WINDOW_MS};
use crate::state::Person;

pub(super) fn invite_guest(mut d: Deciding<'_>, actor: &Actor, email: &str, note: &str) -> Outcome {
    let inviter = d.inside(actor)?;
    d.still_open()?;
    let may_at_all = in_table(inviter.role, inviter.presence_mode, Action::AddGuestByEmail);
    if may_at_all && !d.about.settings.in_call_users {
        return Err(KnockRefusal::InCallUsersOff.into());
    }
    d.permitted(actor, Action::AddGuestByEmail)?;
    let email = limits::email(email)?;
    let note = limits::note(note)?;
    let guest = Person::Email(email.clone());
    if d.state
        .inside()
        .any(|participant| Person::from(&participant.identity) == guest)
    {
        return Err(InviteRefusal::AlreadyInside.into());
    }
    if d.state.removed.contains(&guest) {
        return Err(InviteRefusal::Removed.into());
    }
    let open = || {
        d.state
            .invitations
            .iter()
            .filter(|invitation| invitation.is_good_at(d.now))
    };
    if let Some(invitation) = open().find(|invitation| invitation.email == email) {
        return already_at(invitation.id.0);
    }
    if open().count() >= MAX_OPEN_INVITATIONS {
        return Err(InviteRefusal::TooManyOpen.into());
    }
    if let Some(oldest) = d
        .state
        .invitations
        .iter()
        .rev()
        .nth(INVITATIONS_AN_HOUR - 1)
    {
        let retry_after_ms = oldest.sent_at.0.saturating_add(KNOCK_WINDOW_MS) - d.now.0;
        if retry_after_ms > 0 {
            return Err(InviteRefusal::TooOften { retry_after_ms }.into());
        }
    }
    let expires_at = d.now.plus_ms(INVITATION_EXPIRES_MS);
    d.push(Event::InvitationSent {
        email,
        invited_by: inviter.id,
        note,
        expires_at,
    });
    d.done()
}

/// Ends an invitation and what it granted: an open knock, an admission, and coming back. A guest who is here stays as long as
/// they are connected; one whose connection dropped is out.
pub(super) fn revoke(mut d: Deciding<'_>, actor: &Actor, invitation_id: InvitationId) -> Outcome {
    let participant = d.inside(actor)?;
    let invitation = d
        .state
        .invitation(invitation_id)
        .ok_or(InviteRefusal::Unknown(invitation_id))?;
    let own_or_host = participant.is_host() || invitation.invited_by == participant.id;
    if invitation.state == InvitationState::Revoked && own_or_host {
        return already_at(invitation_id.0);
    }
    d.permitted(actor, Action::RevokeInvitation)?;
    if !may_revoke(participant, invitation) {
        return Err(match invitation.state {
            InvitationState::Rejected => InviteRefusal::Rejected(invitation_id).into(),
            InvitationState::Expired => InviteRefusal::Expired(invitation_id).into(),
            InvitationState::Revoked | InvitationState::Sent | InvitationState::Accepted => {
                AccessRefusal::NotAllowed(Action::RevokeInvitation).into()
            }
        });
    }
    d.push(Event::InvitationRevoked { invitation_id });
    for request in d.state.unsettled_requests() {
        if request.door == (Door::GuestInvitation { invitation_id }) {
            d.push(Event::JoinRevoked {
                request_id: request.id,
            });
        }
    }
    let came_by_it = |guest: &&Participant| matches!(guest.identity, Identity::Guest { invitation_id: id, .. } if id == invitation_id);
    let guest = d.state.inside().find(came_by_it);
    if let Some(guest) = guest.filter(|guest| !guest.is_here()) {
        leave_for_good(&mut d, guest);
    }
    d.done()
}

/// The invited person turns it down.
pub(super) fn reject(mut d: Deciding<'_>, actor: &Actor, invitation_id: InvitationId) -> Outcome {
    let identity = outsider(actor)?;
    let invitation = d
        .state
        .invitation(invitation_id)
        .ok_or(InviteRefusal::Unknown(invitation_id))?;
    let is_theirs = matches!(identity, Identity::Guest { invitation_id: id, .. } if *id == invitation_id)
        && Person::from(identity) == Person::Email(invitation.email.clone());
    if !is_theirs {
        return Err(InviteRefusal::Unknown(invitation_id).into());
    }
    match invitation.state {
        InvitationState::Rejected => return already_at(invitation_id.0),
        InvitationState::Revoked => return Err(InviteRefusal::Revoked(invitation_id).into()),
        InvitationState::Accepted => {
            return Err(InviteRefusal::AlreadyAccepted(invitation_id).into());
        }
        InvitationState::Expired => return Err(InviteRefusal::Expired(invitation_id).into()),
        InvitationState::Sent => {}
    }
    d.still_open()?;
    d.push(Event::InvitationRejected { invitation_id });
    for request in d.state.unsettled_requests() {
        if request.door == (Door::GuestInvitation { invitation_id }) {
            d.push(Event::JoinWithdrawn {
                request_id: request.id,
            });
        }
    }
    d.done()
}
