//! Questions, answers, and who may give them.

mod built_in;
mod candidates;
mod expected;
mod leaning;
mod pairs;
mod quote;

pub use built_in::BuiltIn;

use crate::confidence::IN_THE_SAME_WORDS;
use crate::index::Index;
use crate::said::Remark;
use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Who said a turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// The visitor, or another person who asks.
    Visitor,
    Persona,
    /// The owner, an agent, a colleague or a guest.
    Person,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Turn {
    pub role: Role,
    pub text: String,
}

/// What is asked: the turns so far, oldest first. The last one is the question.
#[derive(Debug, Clone, Default)]
pub struct Question {
    pub turns: Vec<Turn>,
    /// What people said in this conversation and may be told again, oldest first; for this question alone. It is searched beside
    /// the sources. Only the newest 256 are read.
    pub remarks: Vec<Remark>,
}

impl Question {
    /// A question with nothing before it.
    pub fn new(text: impl Into<String>) -> Self {
        Self {
            turns: vec![Turn {
                role: Role::Visitor,
                text: text.into(),
            }],
            remarks: Vec::new(),
        }
    }

    /// The text of the last turn.
    pub fn text(&self) -> &str {
        self.turns.last().map_or("", |turn| turn.text.as_str())
    }
}

/// A persona's settings that bear on answering.
#[derive(Debug, Clone)]
pub struct Settings {
    pub persona_name: String,
    /// Other names by which it is called; they are no part of a question.
    pub call_names: Vec<String>,
    /// Who is asked when the persona cannot answer.
    pub owner_name: String,
    /// The owner's instructions. Only a language model follows them.
    pub instructions: String,
    /// Below this confidence, 0 to 1, a handoff.
    pub threshold: f32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            persona_name: "the assistant".into(),
            call_names: Vec::new(),
            owner_name: "the owner".into(),
            instructions: String::new(),
            threshold: 0.5,
        }
    }
}

/// What the persona has to say, and what should follow.
#[derive(Debug, Clone, Serialize)]
pub struct Answer {
    /// Empty on a handoff: what the persona says then depends on who can be reached, which is not known here.
    pub text: String,
    pub citations: Vec<Citation>,
    /// The probability, 0 to 1, that the sources answer the question with this text.
    pub confidence: f32,
    pub outcome: Outcome,
    /// What was found, best first, for staff and for evaluation.
    pub ranked: Vec<Ranked>,
    /// What the confidence was computed from.
    pub evidence: BTreeMap<&'static str, f32>,
    pub written_by: WrittenBy,
}

impl Answer {
    pub fn is_handoff(&self) -> bool {
        matches!(self.outcome, Outcome::Handoff(_))
    }

    /// Whether the owner wrote this text for this very question.
    pub(crate) fn is_owners_own(&self) -> bool {
        self.outcome == Outcome::Answered && self.evidence.contains_key(IN_THE_SAME_WORDS)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Answered,
    /// Small talk: a short reply that needs no source.
    Courtesy,
    Handoff(HandoffReason),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum HandoffReason {
    AskedForPerson,
    /// The persona has no sources.
    NoSources,
    /// Something was found, and it is not likely enough to be the answer.
    NotConfident,
    /// The language model read the passages and said that they do not suffice.
    NotEnoughInPassages,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum WrittenBy {
    /// Quoted or in the owner's own words.
    BuiltIn,
    /// Worded by a language model from the passages it was given.
    Model,
}

/// Where a part of the answer comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Citation {
    pub source_id: String,
    pub source_title: String,
    /// “section › subsection”, “page 3”; empty where the source has neither.
    pub place: String,
    /// Exactly as in the passage; for a pair, the owner's answer.
    pub text: String,
    /// The passage's number in its source.
    pub passage: usize,
}

/// A passage that was found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Ranked {
    pub source_id: String,
    pub source_title: String,
    pub place: String,
    /// The passage; for a pair, the owner's answer.
    pub text: String,
    pub passage: usize,
    pub score: f32,
}

/// A question with all that is needed to answer it.
#[derive(Debug, Clone)]
pub struct Request {
    pub index: Arc<Index>,
    pub question: Question,
    pub settings: Settings,
}

/// Is given pieces of an answer's text as they come.
pub type OnText<'a> = dyn for<'text> FnMut(&'text str) + Send + 'a;

/// Somebody who answers: the built-in answerer, or a language model with the built-in one behind it.
#[async_trait]
pub trait Answerer: Send + Sync {
    /// Answers. `on_text` is given pieces of the text as they come, to be shown as provisional: the text of the returned [`Answer`] is
    /// what counts, and differs when a model broke off and another answerer took over.
    async fn answer(&self, request: Request, on_text: &mut OnText<'_>) -> Answer;
}

#[async_trait]
impl Answerer for BuiltIn {
    async fn answer(&self, request: Request, on_text: &mut OnText<'_>) -> Answer {
        let answerer = self.clone();
        let request = Arc::new(request);
        let asked = Arc::clone(&request);
        let work = tokio::task::spawn_blocking(move || {
            BuiltIn::answer(&answerer, &asked.index, &asked.question, &asked.settings)
        });
        let answer = work.await.unwrap_or_else(|error| {
            // One question that breaks the search must not end the conversation: a person takes it.
            tracing::error!(%error, "the built-in answerer panicked");
            built_in::handoff(HandoffReason::NotConfident)
        });
        on_text(&answer.text);
        // Of a long talk only a part is read before the first answer; the next question finds all of it.
        let answerer = self.clone();
        tokio::task::spawn_blocking(move || answerer.read_ahead(&request.question.remarks));
        answer
    }
}

#[cfg(test)]
mod tests;
