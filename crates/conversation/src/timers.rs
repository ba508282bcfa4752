//! When time alone changes something.

use crate::handoff::{Handoff, HandoffState};
use crate::ids::{HandoffId, InvitationId, JoinRequestId, ParticipantId, Timestamp};
use crate::joining::InvitationState;
use crate::participant::Presence;
use crate::settings::{
    CONVERSATION_IDLE_MS, HANDOFF_STEP_MS, IDLE_MS, PLACE_HELD_MS, TURN_AT_MOST_MS,
};
use crate::state::State;

/// What a time that has come brings about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Due {
    PlaceLost(ParticipantId),
    OthersIdle,
    KnockExpired(JoinRequestId),
    InvitationExpired(InvitationId),
    HandoffStep(HandoffId),
    TurnOverdue,
    NobodySpoke,
}

/// When the server should next send `Command::Wake`; it may lie in the past. None: only people can change something.
pub fn next_wake(state: &State) -> Option<Timestamp> {
    timers(state).into_iter().map(|(at, _)| at).min()
}

pub(crate) fn timers(state: &State) -> Vec<(Timestamp, Due)> {
    let mut timers = Vec::new();
    if !state.is_open() {
        return timers;
    }
    timers.push((
        state.spoken_at.plus_ms(CONVERSATION_IDLE_MS),
        Due::NobodySpoke,
    ));
    for participant in state.inside() {
        if let Presence::Dropped { since } = participant.presence {
            timers.push((since.plus_ms(PLACE_HELD_MS), Due::PlaceLost(participant.id)));
        }
    }
    if state.floor().stepped_back && state.present_others().next().is_some() {
        timers.push((
            state.floor().others_active_at.plus_ms(IDLE_MS),
            Due::OthersIdle,
        ));
    }
    if let Some(turn) = &state.floor().turn {
        timers.push((turn.started_at.plus_ms(TURN_AT_MOST_MS), Due::TurnOverdue));
    }
    for request in state.unsettled_requests() {
        timers.push((request.expires_at, Due::KnockExpired(request.id)));
    }
    for invitation in &state.invitations {
        if invitation.state == InvitationState::Sent {
            timers.push((invitation.expires_at, Due::InvitationExpired(invitation.id)));
        }
    }
    if let Some(handoff) = state.open_handoff()
        && let Some(at) = handoff_due(state, handoff)
    {
        timers.push((at, Due::HandoffStep(handoff.id)));
    }
    timers
}

/// While whoever took it is here, a handoff is theirs without a limit; a claim without coming, or a connection that does not
/// come back, runs out.
fn handoff_due(state: &State, handoff: &Handoff) -> Option<Timestamp> {
    match handoff.state {
        HandoffState::Raised | HandoffState::Notified => Some(handoff.step_ends_at),
        HandoffState::Taken { .. } => match handoff
            .taken_by
            .and_then(|id| state.participant(id))
            .map(|taker| taker.presence)
        {
            Some(Presence::Here | Presence::Dropped { .. }) => None,
            Some(Presence::Away { since }) => {
                Some(handoff.step_ends_at.max(since.plus_ms(HANDOFF_STEP_MS)))
            }
            Some(Presence::Left { .. } | Presence::Removed { .. }) | None => {
                Some(handoff.step_ends_at)
            }
        },
        HandoffState::FollowUp { .. } | HandoffState::Resolved { .. } => None,
    }
}
