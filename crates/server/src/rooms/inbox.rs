//! The handoffs' inbox and the list of readers, as far as events change them.

use super::delivery::{Durable, to_json};
use serde::{Deserialize, Serialize};
use trialogue_conversation::State;
use trialogue_conversation::event::{Event, UserRef};
use trialogue_conversation::handoff::{Handoff, HandoffReason, HandoffState, Notified};
use trialogue_conversation::ids::{HandoffId, Timestamp, UserId};
use trialogue_conversation::participant::{Identity, PresenceMode};
use trialogue_storage::HandoffRow;

/// What the inbox shows of one handoff.
#[derive(Debug, Serialize, Deserialize)]
pub struct HandoffSummary {
    pub handoff_id: HandoffId,
    pub visitor_name: String,
    /// The first that was not taken back: what the handoff is about.
    pub question: String,
    /// How many joined it.
    #[serde(default)]
    pub further_questions: usize,
    pub reason: HandoffReason,
    pub state: HandoffState,
    pub raised_at: Timestamp,
    pub notified: Vec<Notified>,
    pub taken_by: Option<UserRef>,
    pub owed_by: Option<UserRef>,
    pub email: Option<String>,
}

pub(super) fn is_of_handoff(event: &Event) -> bool {
    matches!(
        event,
        Event::HandoffRaised { .. }
            | Event::HandoffQuestionAdded { .. }
            | Event::HandoffNotified { .. }
            | Event::HandoffOpened { .. }
            | Event::HandoffTaken { .. }
            | Event::HandoffReleased { .. }
            | Event::HandoffPassedOn { .. }
            | Event::HandoffExpired { .. }
            | Event::FollowUpEmailGiven { .. }
            | Event::HandoffResolved { .. }
            // It may be the question that the row shows.
            | Event::MessageRetracted { .. }
    )
}

/// The rows of handoffs that these events touch.
pub(super) fn changed_handoffs(state: &State, durable: &[Durable]) -> Vec<HandoffRow> {
    if !durable
        .iter()
        .any(|durable| is_of_handoff(&durable.recorded.event))
    {
        return Vec::new();
    }
    // At most one is open at a time, and a batch rarely closes one and opens the next: the newest two are enough.
    state
        .handoffs()
        .rev()
        .take(2)
        .filter_map(|handoff| row(state, handoff))
        .collect()
}

fn row(state: &State, handoff: &Handoff) -> Option<HandoffRow> {
    let about = state.about()?;
    let name = |user_id: UserId| {
        let asked = handoff
            .chain
            .iter()
            .find(|asked| asked.user_id == user_id)
            .map(|asked| asked.name.clone());
        let inside = || {
            state
                .participants()
                .find(|one| one.user_id() == Some(user_id))
                .map(|one| one.name.clone())
        };
        UserRef {
            user_id,
            name: asked.or_else(inside).unwrap_or_else(|| "Somebody".into()),
        }
    };
    let (taken_by, owed_by) = match &handoff.state {
        HandoffState::Taken { by } => (Some(name(*by)), None),
        HandoffState::FollowUp { owed_by, .. } => (None, Some(name(*owed_by))),
        HandoffState::Raised | HandoffState::Notified | HandoffState::Resolved { .. } => {
            (None, None)
        }
    };
    let asked_now = handoff.chain.get(handoff.step).map(|asked| asked.user_id);
    let mut questions = handoff.questions.iter().filter_map(|id| state.said(*id));
    let question = questions.next().map(|message| message.text.clone());
    let further_questions = questions.count();
    let summary = HandoffSummary {
        handoff_id: handoff.id,
        visitor_name: state
            .visitor()
            .map(|visitor| visitor.name.clone())
            .unwrap_or_default(),
        question: question.unwrap_or_default(),
        further_questions,
        reason: handoff.reason.clone(),
        state: handoff.state.clone(),
        raised_at: handoff.raised_at,
        notified: handoff.chain.clone(),
        taken_by: taken_by.clone(),
        owed_by: owed_by.clone(),
        email: handoff.email.clone(),
    };
    Some(HandoffRow {
        handoff_id: handoff.id,
        persona_id: about.persona.persona_id,
        assignee: taken_by.or(owed_by).map(|user| user.user_id).or(asked_now),
        open: handoff.is_open(),
        raised_at: handoff.raised_at,
        json: to_json(&summary),
    })
}

/// Users who joined: from now on they find the conversation in their list.
pub(super) fn newcomers(durable: &[Durable]) -> Vec<UserId> {
    let joined = durable
        .iter()
        .filter_map(|durable| match durable.recorded.event {
            Event::ParticipantJoined {
                identity: Identity::User { user_id },
                ..
            } => Some(user_id),
            _ => None,
        });
    joined.collect()
}

/// Users who took part and left, or were removed, and have not come back since: the conversation is no longer in their list.
pub(super) fn removed(state: &State, durable: &[Durable]) -> Vec<UserId> {
    let gone = durable
        .iter()
        .filter_map(|durable| match durable.recorded.event {
            Event::ParticipantRemoved { participant_id, .. }
            | Event::ParticipantLeft {
                participant_id,
                presence_mode: PresenceMode::Participant,
            } => state.participant(participant_id)?.user_id(),
            _ => None,
        });
    gone.filter(|user_id| !state.inside().any(|one| one.user_id() == Some(*user_id)))
        .collect()
}
