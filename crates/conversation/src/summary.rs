//! One row of a list of conversations, kept beside the log.

use crate::handoff::HandoffState;
use crate::ids::{ConversationId, PersonaId, Timestamp, VisitorId};
use crate::media::InteractionMode;
use crate::message::{Message, MessageAudience};
use crate::participant::{Participant, Role};
use crate::state::State;
use serde::{Deserialize, Serialize};

/// Longest preview of a message, in Unicode scalar values.
const PREVIEW_CHARS: usize = 160;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Summary {
    pub conversation_id: ConversationId,
    pub persona: SummaryPersona,
    pub visitor_id: VisitorId,
    pub visitor_name: String,
    pub open: bool,
    /// How it is held now; rows kept before this was said count as chats.
    #[serde(default)]
    pub mode: InteractionMode,
    pub started_at: Timestamp,
    pub last_at: Timestamp,
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub message_count: u64,
    /// The newest message to everybody, never a whisper.
    pub last_message: Option<SummaryMessage>,
    /// People inside, monitors left out, with whether they can be reached just now.
    pub here: Vec<SummaryParticipant>,
    /// Of the handoff that is not settled, without the visitor's address.
    pub handoff: Option<HandoffState>,
    /// Open knocks.
    pub knocks: usize,
    /// Somebody waits for a person: an open handoff that nobody has taken, or a knock.
    pub needs_attention: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct SummaryPersona {
    pub id: PersonaId,
    pub name: String,
    pub picture: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct SummaryMessage {
    pub author: String,
    /// None for the system's own lines.
    pub role: Option<Role>,
    pub text: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct SummaryParticipant {
    pub name: String,
    pub role: Role,
    pub here: bool,
}

/// None until the conversation is started.
pub fn summary(state: &State) -> Option<Summary> {
    let about = state.about()?;
    let knocks = if state.is_open() {
        state
            .requests
            .iter()
            .filter(|request| request.is_undecided())
            .count()
    } else {
        0
    };
    let handoff = state.open_handoff().map(|handoff| match &handoff.state {
        HandoffState::FollowUp { owed_by, .. } => HandoffState::FollowUp {
            owed_by: *owed_by,
            email: None,
        },
        other => other.clone(),
    });
    let untaken = handoff
        .as_ref()
        .is_some_and(|handoff| !matches!(handoff, HandoffState::Taken { .. }));
    let last_message = state
        .messages()
        .rev()
        .find(|message| shown_to_everybody(message));
    Some(Summary {
        conversation_id: about.conversation_id,
        persona: SummaryPersona {
            id: about.persona.persona_id,
            name: about.persona.name.clone(),
            picture: about.persona.picture.clone(),
        },
        visitor_id: about.visitor_id,
        visitor_name: state
            .visitor()
            .map(|visitor| visitor.name.clone())
            .unwrap_or_default(),
        open: state.is_open(),
        mode: state.mode(),
        started_at: about.started_at,
        last_at: state.last_at,
        message_count: state.message_count,
        last_message: last_message.map(|message| preview(state, message)),
        here: state
            .inside()
            .filter(|one| one.is_human() && one.acts())
            .map(here)
            .collect(),
        handoff,
        knocks,
        needs_attention: untaken || knocks > 0,
    })
}

fn shown_to_everybody(message: &Message) -> bool {
    message.audience == MessageAudience::Everyone && !message.retracted
}

fn preview(state: &State, message: &Message) -> SummaryMessage {
    let author = message.author.and_then(|id| state.participant(id));
    SummaryMessage {
        author: author.map(|author| author.name.clone()).unwrap_or_default(),
        role: author.map(|author| author.role),
        text: message.text.chars().take(PREVIEW_CHARS).collect(),
    }
}

fn here(participant: &Participant) -> SummaryParticipant {
    SummaryParticipant {
        name: participant.name.clone(),
        role: participant.role,
        here: participant.is_here(),
    }
}
