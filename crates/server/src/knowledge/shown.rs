//! What pages are shown of an answer, a citation, and the one who answers.

use serde::Serialize;
use trialogue_conversation::message::Citation;
use trialogue_persona::{Answer, WrittenBy};

/// A confidence in percent.
pub fn percent(confidence: f32) -> u8 {
    (confidence.clamp(0.0, 1.0) * 100.0).round() as u8
}

/// The state of the one who answers.
#[derive(Debug, Serialize)]
pub struct AnswererHealth {
    pub(super) kind: WrittenBy,
    /// Why the model's newest answer was not used, and the built-in answerer's was.
    pub(super) trouble: Option<String>,
}

/// What the try-it panel shows.
#[derive(Debug, Serialize)]
pub struct Trial {
    answer: String,
    written_by: WrittenBy,
    confidence: u8,
    handoff: bool,
    citations: Vec<Citation>,
    passages: Vec<TrialPassage>,
}

#[derive(Debug, Serialize)]
pub struct TrialPassage {
    title: String,
    place: String,
    text: String,
    score: f32,
}

impl From<Answer> for Trial {
    fn from(answer: Answer) -> Self {
        Self {
            confidence: percent(answer.confidence),
            handoff: answer.is_handoff(),
            written_by: answer.written_by,
            citations: answer.citations.into_iter().map(citation).collect(),
            passages: answer
                .ranked
                .into_iter()
                .map(|ranked| TrialPassage {
                    title: ranked.source_title,
                    place: ranked.place,
                    text: ranked.text,
                    score: ranked.score,
                })
                .collect(),
            answer: answer.text,
        }
    }
}

pub fn citation(citation: trialogue_persona::Citation) -> Citation {
    Citation {
        source_id: citation.source_id,
        source_title: citation.source_title,
        place: citation.place,
        text: citation.text,
    }
}

/// The passage around a citation.
#[derive(Debug, Serialize)]
pub struct Passage {
    pub(super) source_title: String,
    pub(super) place: String,
    pub(super) before: String,
    pub(super) text: String,
    pub(super) after: String,
}
