//! Time passed. Each wake settles the one matter that is due longest, so the server wakes the conversation until
//! `next_wake` lies ahead.

use super::access::system_only;
use super::deciding::{Deciding, Outcome};
use super::ending::end;
use super::handoffs::{pass_on, release};
use super::leaving::{announce_handback, hand_back};
use super::turns::{fail, start_next};
use crate::command::Actor;
use crate::event::{EndCause, Event, HandbackCause};
use crate::handoff::HandoffState;
use crate::timers::{Due, timers};

pub(super) fn wake(mut d: Deciding<'_>, actor: &Actor) -> Outcome {
    system_only(actor)?;
    let Some((_, due)) = timers(d.state)
        .into_iter()
        .filter(|(at, _)| *at <= d.now)
        .min_by_key(|(at, _)| *at)
    else {
        return d.already();
    };
    let state = d.state;
    match due {
        Due::PlaceLost(participant_id) => {
            if let Some(participant) = state.participant(participant_id) {
                d.push(Event::ParticipantWentAway {
                    participant_id,
                    presence_mode: participant.presence_mode,
                });
                hand_back(&mut d, participant, HandbackCause::Dropped);
            }
        }
        Due::OthersIdle => {
            let last_active = state
                .present_others()
                .max_by_key(|other| other.spoke_at.unwrap_or(other.joined_at));
            if let Some(other) = last_active {
                announce_handback(&mut d, other, HandbackCause::Idle);
            }
        }
        Due::KnockExpired(request_id) => {
            d.push(Event::JoinExpired { request_id });
        }
        Due::InvitationExpired(invitation_id) => {
            d.push(Event::InvitationExpired { invitation_id });
        }
        Due::HandoffStep(handoff_id) => match state.handoff(handoff_id) {
            Some(handoff) if matches!(handoff.state, HandoffState::Taken { .. }) => {
                release(&mut d, handoff)
            }
            Some(handoff) => pass_on(&mut d, handoff),
            None => {}
        },
        Due::TurnOverdue => {
            if let Some(turn) = &state.floor().turn {
                fail(&mut d, turn);
                start_next(&mut d, |_| true);
            }
        }
        Due::NobodySpoke => end(&mut d, EndCause::NobodySpoke, None),
    }
    d.done()
}
