//! Question-and-answer pairs.

use super::columns::{list, list_text, time};
use super::{SqliteStore, personas};
use crate::error::Error;
use crate::questions::{Question, QuestionId, QuestionStore};
use async_trait::async_trait;
use rusqlite::{Connection, OptionalExtension, Row, params};
use trialogue_conversation::ids::{PersonaId, WorkspaceId};

const COLUMNS: &str = "id, persona_id, question, phrasings, answer, updated_at";

#[async_trait]
impl QuestionStore for SqliteStore {
    async fn questions(
        &self,
        workspace_id: WorkspaceId,
        persona_id: PersonaId,
    ) -> Result<Vec<Question>, Error> {
        self.read(move |connection| {
            let sql = format!(
                "SELECT {COLUMNS} FROM questions WHERE persona_id = ?1 AND workspace_id = ?2 ORDER BY updated_at DESC, id DESC"
            );
            let mut select = connection.prepare_cached(&sql)?;
            let rows = select.query_map([persona_id.0, workspace_id.0], question)?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
        .await
    }

    async fn question(
        &self,
        workspace_id: WorkspaceId,
        question_id: QuestionId,
    ) -> Result<Option<Question>, Error> {
        self.read(move |connection| {
            let sql =
                format!("SELECT {COLUMNS} FROM questions WHERE id = ?1 AND workspace_id = ?2");
            let mut select = connection.prepare_cached(&sql)?;
            Ok(select
                .query_row([question_id.0, workspace_id.0], question)
                .optional()?)
        })
        .await
    }

    async fn delete_question(
        &self,
        workspace_id: WorkspaceId,
        question_id: QuestionId,
    ) -> Result<bool, Error> {
        self.write_job(move |connection| {
            let deleted = connection
                .prepare_cached("DELETE FROM questions WHERE id = ?1 AND workspace_id = ?2")?
                .execute([question_id.0, workspace_id.0])?;
            Ok(deleted == 1)
        })
        .await
    }
}

pub(super) fn put(
    connection: &Connection,
    workspace_id: WorkspaceId,
    question: &Question,
) -> Result<(), Error> {
    if personas::version(connection, workspace_id, question.persona_id)?.is_none() {
        return Ok(());
    }
    connection
        .prepare_cached(
            "INSERT INTO questions (id, workspace_id, persona_id, question, phrasings, answer, updated_at) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (id) DO UPDATE SET question = excluded.question, \
             phrasings = excluded.phrasings, answer = excluded.answer, updated_at = excluded.updated_at \
             WHERE workspace_id = excluded.workspace_id AND persona_id = excluded.persona_id",
        )?
        .execute(params![
            question.question_id.0,
            workspace_id.0,
            question.persona_id.0,
            question.question,
            list_text(&question.phrasings),
            question.answer,
            question.updated_at.0,
        ])?;
    Ok(())
}

fn question(row: &Row<'_>) -> rusqlite::Result<Question> {
    Ok(Question {
        question_id: QuestionId(row.get("id")?),
        persona_id: PersonaId(row.get("persona_id")?),
        question: row.get("question")?,
        phrasings: list(row, "phrasings")?,
        answer: row.get("answer")?,
        updated_at: time(row, "updated_at")?,
    })
}
