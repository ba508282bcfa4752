//! Question-and-answer pairs: answers in an owner's own words.

use crate::error::Error;
use crate::words::row_id;
use async_trait::async_trait;
use trialogue_conversation::ids::{PersonaId, Timestamp, WorkspaceId};

row_id! {
    /// A question-and-answer pair of a persona.
    QuestionId
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    pub question_id: QuestionId,
    pub persona_id: PersonaId,
    pub question: String,
    /// Other ways to ask the same.
    pub phrasings: Vec<String>,
    pub answer: String,
    pub updated_at: Timestamp,
}

/// Pairs are added and replaced with [`Write::Question`](crate::Write::Question), so that a person's answer can be kept
/// together with the event that says so.
#[async_trait]
pub trait QuestionStore {
    /// Newest first.
    async fn questions(
        &self,
        workspace_id: WorkspaceId,
        persona_id: PersonaId,
    ) -> Result<Vec<Question>, Error>;

    async fn question(
        &self,
        workspace_id: WorkspaceId,
        question_id: QuestionId,
    ) -> Result<Option<Question>, Error>;

    /// False if there is no such pair.
    async fn delete_question(
        &self,
        workspace_id: WorkspaceId,
        question_id: QuestionId,
    ) -> Result<bool, Error>;
}
