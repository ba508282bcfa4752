//! Under which conditions the table's rows apply.

use super::{Action, in_table};
use crate::handoff::HandoffState;
use crate::ids::Seq;
use crate::joining::{Invitation, InvitationState};
use crate::media::{MediaSource, barred, may_be_asked, screen_taken_by, video_refused};
use crate::participant::{Participant, Role};
use crate::state::State;

/// Everything this participant may do now.
pub fn allowed(state: &State, participant: &Participant) -> Vec<Action> {
    Action::ALL
        .into_iter()
        .filter(|action| may(state, participant, *action))
        .collect()
}

/// Whether this participant may do this now. What concerns one message, person or invitation is checked once more
/// against that very one when it is done.
pub fn may(state: &State, participant: &Participant, action: Action) -> bool {
    participant.is_inside()
        && in_table(participant.role, participant.presence_mode, action)
        && (state.is_open() || outlives_the_end(action))
        && condition(state, participant, action)
}

/// What remains when the conversation has ended: reading, and settling what is owed.
fn outlives_the_end(action: Action) -> bool {
    matches!(
        action,
        Action::SeeWhispers
            | Action::SeeFloorReasons
            | Action::SeeMonitors
            | Action::SeeHandoffBrief
            | Action::Export
            | Action::ResolveHandoff
            | Action::AnswerFollowUp
            | Action::CancelHandoff
            | Action::GiveFollowUpEmail
            | Action::KeepAsKnowledge
    )
}

fn condition(state: &State, participant: &Participant, action: Action) -> bool {
    match action {
        Action::CopyConversationUrl | Action::AddGuestByEmail | Action::DecideKnock => state
            .settings()
            .is_some_and(|settings| settings.in_call_users),
        Action::StepIn => state.about().is_some_and(|about| {
            about.settings.in_call_users
                && participant.user_id() != Some(about.persona.owner.user_id)
        }),
        Action::RevokeInvitation => state
            .invitations
            .iter()
            .any(|invitation| may_revoke(participant, invitation)),
        Action::ShareHistory => state.inside().any(lacks_history),
        Action::RemoveParticipant => state
            .inside()
            .any(|other| may_be_removed(participant, other)),
        Action::StopPersona => state.floor().turn.is_some(),
        Action::WatchMedia | Action::PublishMedia => barred(state, participant).is_none(),
        Action::ShareScreen => {
            barred(state, participant).is_none() && screen_taken_by(state, participant).is_none()
        }
        Action::MuteOthers => others(state, participant).any(|other| other.media.any()),
        Action::AskToTurnOn => others(state, participant).any(|other| {
            MediaSource::ALL
                .into_iter()
                .any(|source| may_be_asked(state, other, source))
        }),
        Action::RaiseHand => {
            others(state, participant).any(|other| other.is_human() && other.acts())
        }
        Action::LowerHands => {
            others(state, participant).any(|other| other.hand_raised_at.is_some())
        }
        Action::ChooseMode => video_refused(state).is_none(),
        Action::UseDraft => state
            .drafts()
            .iter()
            .any(|draft| draft.owner == participant.id),
        Action::TakeHandoff => state
            .open_handoff()
            .is_some_and(|handoff| match handoff.state {
                HandoffState::Taken { by } => Some(by) == participant.user_id(),
                _ => true,
            }),
        Action::ResolveHandoff | Action::AnswerFollowUp | Action::CancelHandoff => {
            state.open_handoff().is_some()
        }
        Action::GiveFollowUpEmail => state
            .open_handoff()
            .is_some_and(|handoff| matches!(handoff.state, HandoffState::FollowUp { .. })),
        Action::PostMessage
        | Action::Whisper
        | Action::SeeWhispers
        | Action::SeeFloorReasons
        | Action::SeeMonitors
        | Action::SeeHandoffBrief
        | Action::RetractOwnMessage
        | Action::KeepAsKnowledge
        | Action::EndConversation
        | Action::Leave
        | Action::RenameSelf
        | Action::Export => true,
    }
}

fn others<'a>(
    state: &'a State,
    participant: &Participant,
) -> impl Iterator<Item = &'a Participant> {
    let id = participant.id;
    state.inside().filter(move |other| other.id != id)
}

/// An invitation that still grants something; who is not a host may take back only their own.
pub(crate) fn may_revoke(participant: &Participant, invitation: &Invitation) -> bool {
    matches!(
        invitation.state,
        InvitationState::Sent | InvitationState::Accepted
    ) && (participant.is_host() || invitation.invited_by == participant.id)
}

/// Somebody who does not see what was said before their joining.
pub(crate) fn lacks_history(participant: &Participant) -> bool {
    participant.is_human() && participant.sees_from > Seq(1)
}

/// The visitor's conversation cannot lose its visitor or its persona, and monitors are not the visitor's to see or remove.
pub(crate) fn may_be_removed(by: &Participant, other: &Participant) -> bool {
    other.id != by.id
        && !matches!(other.role, Role::Visitor | Role::Persona)
        && (other.acts() || by.is_staff())
}
