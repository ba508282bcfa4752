//! A handoff as the visitor may follow it, with the brief for staff.

use crate::handoff::{Handoff, HandoffReason, HandoffResolution, HandoffState, Notified};
use crate::ids::{MessageId, Seq};
use crate::message::{Message, Provenance};
use crate::participant::Role;
use crate::permissions::Action;
use crate::state::State;
use crate::view::{Brief, HandoffCard};
use crate::viewer::Viewer;
use crate::visibility::public_reason;

/// The persona's latest answers that a brief quotes.
const TRIED: usize = 5;

/// The open handoff, or the last one that was settled.
pub(super) fn handoff_card(state: &State, viewer: &Viewer) -> Option<HandoffCard> {
    let handoff = state
        .open_handoff()
        .or_else(|| state.handoffs().next_back())?;
    let staff = viewer.is_staff();
    if !staff && Seq(handoff.id.0) < viewer.sees_from {
        return None;
    }
    let questions = handoff
        .questions
        .iter()
        .copied()
        .filter(|id| id.0 >= viewer.sees_from.0);
    Some(HandoffCard {
        handoff_id: handoff.id,
        reason: if staff {
            handoff.reason.clone()
        } else {
            public_reason(&handoff.reason)
        },
        questions: questions.collect(),
        raised_at: handoff.raised_at,
        state: shown_state(&handoff.state, viewer),
        chain: if staff {
            handoff.chain.clone()
        } else {
            asked_so_far(handoff)
        },
        brief: viewer
            .sees(Action::SeeHandoffBrief)
            .then(|| brief(state, handoff, viewer)),
    })
}

/// The visitor's address is the visitor's and staff's to see, the reason for dismissing staff's alone.
fn shown_state(state: &HandoffState, viewer: &Viewer) -> HandoffState {
    let staff = viewer.is_staff();
    match state {
        HandoffState::FollowUp { owed_by, .. } if !staff && viewer.role != Role::Visitor => {
            HandoffState::FollowUp {
                owed_by: *owed_by,
                email: None,
            }
        }
        HandoffState::Resolved {
            how: HandoffResolution::Dismissed { .. },
        } if !staff => HandoffState::Resolved {
            how: HandoffResolution::Dismissed { why: String::new() },
        },
        other => other.clone(),
    }
}

/// Told, opened, not yet joined: of those who were asked, not of those who would be asked later.
fn asked_so_far(handoff: &Handoff) -> Vec<Notified> {
    let asked =
        |(step, notified): &(usize, &Notified)| *step <= handoff.step || notified.told_at.is_some();
    handoff
        .chain
        .iter()
        .enumerate()
        .filter(asked)
        .map(|(_, notified)| notified.clone())
        .collect()
}

fn brief(state: &State, handoff: &Handoff, viewer: &Viewer) -> Brief {
    let seen = |message: &&Message| message.id.0 >= viewer.sees_from.0 && !message.retracted;
    let text = |id: &MessageId| {
        state
            .message(*id)
            .filter(seen)
            .map(|message| message.text.clone())
    };
    let asked: Vec<String> = handoff.questions.iter().filter_map(text).collect();
    let answers = state.messages().rev().filter(seen).filter(|message| {
        message.provenance == Provenance::Ai
            && message.turn_id.is_some()
            && !message.citations.is_empty()
    });
    let mut tried: Vec<String> = answers
        .take(TRIED)
        .map(|message| message.text.clone())
        .collect();
    tried.reverse();
    Brief {
        visitor: state
            .visitor()
            .map(|visitor| visitor.name.clone())
            .unwrap_or_default(),
        open_question: asked.last().cloned().unwrap_or_default(),
        asked,
        tried,
        reason: reason(&handoff.reason),
    }
}

fn reason(reason: &HandoffReason) -> String {
    match reason {
        HandoffReason::CannotAnswer => "The sources do not hold an answer.".to_owned(),
        HandoffReason::LowConfidence {
            confidence,
            threshold,
        } => {
            format!("The best answer found is {confidence} % sure; {threshold} % are asked for.")
        }
        HandoffReason::AskedForPerson => "The visitor asked for a person.".to_owned(),
        HandoffReason::Topic { topic } => {
            format!("The question touches “{topic}”, which is to be handed off.")
        }
    }
}
