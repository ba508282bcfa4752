//! What a turn is to answer, and what was said before.

use super::remarks::{MESSAGE, told};
use trialogue_conversation::State;
use trialogue_conversation::ids::{ConversationId, PersonaId, Timestamp, TurnId};
use trialogue_conversation::message::MessageAudience;
use trialogue_conversation::participant::Role;
use trialogue_conversation::remarks::only_the_visitor_reads;
use trialogue_persona::{Remark, Settings, Turn};

/// Earlier turns that a question is understood with.
pub(super) const TURNS_BEFORE: usize = 12;

/// What a turn is to answer.
pub(super) struct Asked {
    pub persona_id: PersonaId,
    pub courtesy: bool,
    pub whisper: Option<String>,
    /// What was said, oldest first; the question last.
    pub turns: Vec<Turn>,
    /// What people told everybody, oldest first.
    pub remarks: Vec<Remark>,
    pub settings: Settings,
    pub topics: Vec<String>,
    pub continues: Option<ConversationId>,
    /// What is answered may draw on what people said in the earlier conversation.
    pub knows_earlier_remarks: bool,
}

impl Asked {
    /// None when the turn is outdated already.
    pub(super) fn of(state: &State, turn_id: TurnId, now: Timestamp) -> Option<Self> {
        let about = state.about()?;
        let turn = state
            .floor()
            .turn
            .as_ref()
            .filter(|turn| turn.id == turn_id)?;
        let question: Vec<String> = turn
            .questions
            .iter()
            .filter_map(|id| state.message(*id))
            .map(|message| message.text.clone())
            .collect();
        let mut turns = said(state, |id| !turn.questions.contains(&id), TURNS_BEFORE);
        turns.push(Turn {
            role: trialogue_persona::Role::Visitor,
            text: question.join("\n"),
        });
        Some(Self {
            persona_id: about.persona.persona_id,
            courtesy: turn.courtesy,
            whisper: turn.on_whisper_of.map(|_| question.join("\n")),
            turns,
            remarks: told(state, now, MESSAGE),
            settings: Settings {
                persona_name: about.persona.name.clone(),
                call_names: about.persona.call_names.clone(),
                owner_name: about.persona.owner.name.clone(),
                // Only a language model follows them; they are read when it is asked.
                instructions: String::new(),
                threshold: f32::from(about.settings.confidence_threshold) / 100.0,
            },
            topics: about.settings.handoff_topics.clone(),
            continues: about.continues,
            // Whoever else is here was not let into that one.
            knows_earlier_remarks: only_the_visitor_reads(state),
        })
    }
}

/// The newest things said to everybody, oldest first.
pub(super) fn said(
    state: &State,
    wanted: impl Fn(trialogue_conversation::ids::MessageId) -> bool,
    at_most: usize,
) -> Vec<Turn> {
    let heard = state.messages().rev().filter(|message| {
        message.audience == MessageAudience::Everyone && !message.retracted && wanted(message.id)
    });
    let mut turns: Vec<Turn> = heard
        .filter_map(|message| {
            let author = state.participant(message.author?)?;
            let role = match author.role {
                Role::Visitor => trialogue_persona::Role::Visitor,
                Role::Persona => trialogue_persona::Role::Persona,
                _ => trialogue_persona::Role::Person,
            };
            Some(Turn {
                role,
                text: message.text.clone(),
            })
        })
        .take(at_most)
        .collect();
    turns.reverse();
    turns
}
