//! Question-and-answer pairs.

use super::personas::{own_persona, persona_of};
use super::{Answer, Body, NOTHING, Nothing, Path};
use crate::app::App;
use crate::problem::Problem;
use crate::sign_in::User;
use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use trialogue_conversation::ids::Timestamp;
use trialogue_storage::{Question, QuestionId, Write};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

const MAX_QUESTION_CHARS: usize = 500;
const MAX_ANSWER_CHARS: usize = 4_000;
const MAX_PHRASINGS: usize = 50;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_questions, add_question))
        .routes(routes!(change_question, delete_question))
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ListedQuestion {
    #[schema(value_type = Uuid)]
    id: QuestionId,
    question: String,
    phrasings: Vec<String>,
    answer: String,
    #[schema(value_type = i64)]
    updated_at: Timestamp,
}

impl From<Question> for ListedQuestion {
    fn from(question: Question) -> Self {
        Self {
            id: question.question_id,
            question: question.question,
            phrasings: question.phrasings,
            answer: question.answer,
            updated_at: question.updated_at,
        }
    }
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Questions {
    questions: Vec<ListedQuestion>,
}

#[utoipa::path(get, path = "/personas/{id}/questions", tag = "knowledge", params(("id" = Uuid, Path)), responses((status = 200, body = Questions)))]
async fn list_questions(
    State(app): State<App>,
    user: User,
    Path(id): Path<Uuid>,
) -> Answer<Questions> {
    let persona = persona_of(&app, &user, id).await?;
    let questions = app
        .store
        .questions(user.workspace_id, persona.persona_id)
        .await?;
    Ok(Json(Questions {
        questions: questions.into_iter().map(ListedQuestion::from).collect(),
    }))
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub struct QuestionDraft {
    question: String,
    #[serde(default)]
    phrasings: Vec<String>,
    answer: String,
}

#[utoipa::path(post, path = "/personas/{id}/questions", tag = "knowledge", params(("id" = Uuid, Path)), request_body = QuestionDraft, responses((status = 200, body = ListedQuestion)))]
async fn add_question(
    State(app): State<App>,
    user: User,
    Path(id): Path<Uuid>,
    Body(draft): Body<QuestionDraft>,
) -> Answer<ListedQuestion> {
    let persona = own_persona(&app, &user, id).await?;
    let question = Question {
        question_id: QuestionId(Uuid::now_v7()),
        persona_id: persona.persona_id,
        question: draft.question,
        phrasings: draft.phrasings,
        answer: draft.answer,
        updated_at: app.now(),
    };
    Ok(Json(keep(&app, &user, question).await?))
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub struct QuestionChange {
    question: Option<String>,
    phrasings: Option<Vec<String>>,
    answer: Option<String>,
}

#[utoipa::path(patch, path = "/questions/{id}", tag = "knowledge", params(("id" = Uuid, Path)), request_body = QuestionChange, responses((status = 200, body = ListedQuestion)))]
async fn change_question(
    State(app): State<App>,
    user: User,
    Path(id): Path<Uuid>,
    Body(change): Body<QuestionChange>,
) -> Answer<ListedQuestion> {
    let mut question = own_question(&app, &user, id).await?;
    question.question = change.question.unwrap_or(question.question);
    question.phrasings = change.phrasings.unwrap_or(question.phrasings);
    question.answer = change.answer.unwrap_or(question.answer);
    question.updated_at = app.now();
    Ok(Json(keep(&app, &user, question).await?))
}

#[utoipa::path(delete, path = "/questions/{id}", tag = "knowledge", params(("id" = Uuid, Path)), responses((status = 204)))]
async fn delete_question(State(app): State<App>, user: User, Path(id): Path<Uuid>) -> Nothing {
    let question = own_question(&app, &user, id).await?;
    app.store
        .delete_question(user.workspace_id, question.question_id)
        .await?;
    app.knowledge.forget(question.persona_id);
    Ok(NOTHING)
}

async fn own_question(app: &App, user: &User, id: Uuid) -> Result<Question, Problem> {
    let question = app
        .store
        .question(user.workspace_id, QuestionId(id))
        .await?
        .ok_or_else(|| Problem::not_found("question"))?;
    own_persona(app, user, question.persona_id.0).await?;
    Ok(question)
}

async fn keep(app: &App, user: &User, mut question: Question) -> Result<ListedQuestion, Problem> {
    question.question = checked("question", &question.question, MAX_QUESTION_CHARS)?;
    question.answer = checked("answer", &question.answer, MAX_ANSWER_CHARS)?;
    question
        .phrasings
        .retain(|phrasing| !phrasing.trim().is_empty());
    if question.phrasings.len() > MAX_PHRASINGS {
        return Err(Problem::field(
            "phrasings",
            "too_many",
            format!("At most {MAX_PHRASINGS} phrasings."),
        ));
    }
    for phrasing in &mut question.phrasings {
        *phrasing = checked("phrasings", phrasing, MAX_QUESTION_CHARS)?;
    }
    app.store
        .write(user.workspace_id, vec![Write::Question(question.clone())])
        .await?;
    app.knowledge.forget(question.persona_id);
    Ok(question.into())
}

fn checked(field: &str, text: &str, max_chars: usize) -> Result<String, Problem> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > max_chars {
        return Err(Problem::field(
            field,
            "bad_text",
            format!("Please write 1 to {max_chars} characters."),
        ));
    }
    Ok(text.to_owned())
}
