//! A persona's documents.

use super::personas::{own_persona, persona_of};
use super::{Answer, Body, NOTHING, Nothing, Path};
use crate::app::App;
use crate::dashboard_changes::ChangedList;
use crate::effects::Work;
use crate::problem::Problem;
use crate::sign_in::User;
use axum::Json;
use axum::extract::{DefaultBodyLimit, Multipart, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use trialogue_conversation::ids::{PersonaId, Timestamp, WorkspaceId};
use trialogue_storage::{NewSource, Source, SourceId, SourceProgress, SourceState, Write};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

/// One upload request; a large manual as PDF has some ten megabytes.
const MAX_UPLOAD: usize = 64 * 1024 * 1024;
const MAX_TITLE_CHARS: usize = 200;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_sources, upload_sources))
        .routes(routes!(add_text_source))
        .routes(routes!(reindex_source))
        .routes(routes!(delete_source))
        .routes(routes!(get_source_content))
        .layer(DefaultBodyLimit::max(MAX_UPLOAD))
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ListedSource {
    #[schema(value_type = Uuid)]
    id: SourceId,
    title: String,
    kind: String,
    #[schema(value_type = String)]
    state: SourceState,
    /// Percent.
    progress: u8,
    passages: u64,
    bytes: u64,
    /// In plain words, when the state is `failed`.
    error: Option<String>,
    #[schema(value_type = i64)]
    updated_at: Timestamp,
}

impl From<Source> for ListedSource {
    fn from(source: Source) -> Self {
        Self {
            id: source.source_id,
            title: source.title,
            kind: source.kind,
            state: source.state,
            progress: source.progress,
            passages: source.passages,
            bytes: source.content_bytes,
            error: source.error,
            updated_at: source.updated_at,
        }
    }
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Sources {
    sources: Vec<ListedSource>,
}

#[utoipa::path(get, path = "/personas/{id}/sources", tag = "knowledge", params(("id" = Uuid, Path)), responses((status = 200, body = Sources)))]
async fn list_sources(State(app): State<App>, user: User, Path(id): Path<Uuid>) -> Answer<Sources> {
    let persona = persona_of(&app, &user, id).await?;
    let sources = app
        .store
        .sources(user.workspace_id, persona.persona_id)
        .await?;
    Ok(Json(Sources {
        sources: sources.into_iter().map(ListedSource::from).collect(),
    }))
}

#[utoipa::path(post, path = "/personas/{id}/sources", tag = "knowledge", params(("id" = Uuid, Path)), request_body(content_type = "multipart/form-data"), responses((status = 200, body = Sources)))]
async fn upload_sources(
    State(app): State<App>,
    user: User,
    Path(id): Path<Uuid>,
    mut form: Multipart,
) -> Answer<Sources> {
    let persona = own_persona(&app, &user, id).await?;
    let mut sources = Vec::new();
    let broken = |error: axum::extract::multipart::MultipartError| {
        Problem::new(error.status(), "bad_upload", error.body_text())
    };
    while let Some(field) = form.next_field().await.map_err(broken)? {
        let Some(title) = field.file_name().map(str::to_owned) else {
            continue;
        };
        let content = field.bytes().await.map_err(broken)?;
        let kind = crate::knowledge::kind_of_file(&title);
        sources.push(
            add_source(
                &app,
                user.workspace_id,
                persona.persona_id,
                &title,
                kind,
                content.to_vec(),
            )
            .await?
            .into(),
        );
    }
    if sources.is_empty() {
        return Err(Problem::invalid(
            "no_file",
            "There was no file in this upload.",
        ));
    }
    Ok(Json(Sources { sources }))
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub struct TextSource {
    title: String,
    text: String,
}

#[utoipa::path(post, path = "/personas/{id}/sources/text", tag = "knowledge", params(("id" = Uuid, Path)), request_body = TextSource, responses((status = 200, body = ListedSource)))]
async fn add_text_source(
    State(app): State<App>,
    user: User,
    Path(id): Path<Uuid>,
    Body(text): Body<TextSource>,
) -> Answer<ListedSource> {
    let persona = own_persona(&app, &user, id).await?;
    if text.text.trim().is_empty() {
        return Err(Problem::field("text", "no_text", "There is no text yet."));
    }
    let source = add_source(
        &app,
        user.workspace_id,
        persona.persona_id,
        &text.title,
        "markdown",
        text.text.into_bytes(),
    )
    .await?;
    Ok(Json(source.into()))
}

/// Keeps a document and has it read.
pub async fn add_source(
    app: &App,
    workspace_id: WorkspaceId,
    persona_id: PersonaId,
    title: &str,
    kind: &str,
    content: Vec<u8>,
) -> Result<Source, Problem> {
    let title: String = title
        .trim()
        .chars()
        .filter(|character| !character.is_control())
        .take(MAX_TITLE_CHARS)
        .collect();
    if title.is_empty() {
        return Err(Problem::field(
            "title",
            "bad_title",
            "A source needs a title.",
        ));
    }
    let source_id = SourceId(Uuid::now_v7());
    let now = app.now();
    let source = NewSource {
        source_id,
        persona_id,
        title,
        kind: kind.to_owned(),
        content,
        created_at: now,
    };
    let read =
        Work::ReadSource { source_id }.effect(format!("read_source/{source_id}/{}", now.0), now)?;
    if !app
        .store
        .add_source(workspace_id, source, vec![Write::Effect(read)])
        .await?
    {
        return Err(Problem::not_found("persona"));
    }
    app.effects_due.notify_waiters();
    app.dashboard_changes
        .tell(workspace_id, ChangedList::Sources);
    app.store
        .source(workspace_id, source_id)
        .await?
        .ok_or_else(|| Problem::not_found("source"))
}

async fn own_source(app: &App, user: &User, id: Uuid) -> Result<Source, Problem> {
    let source = app
        .store
        .source(user.workspace_id, SourceId(id))
        .await?
        .ok_or_else(|| Problem::not_found("source"))?;
    own_persona(app, user, source.persona_id.0).await?;
    Ok(source)
}

#[utoipa::path(post, path = "/sources/{id}/reindex", tag = "knowledge", params(("id" = Uuid, Path)), responses((status = 202)))]
async fn reindex_source(
    State(app): State<App>,
    user: User,
    Path(id): Path<Uuid>,
) -> Result<StatusCode, Problem> {
    let source = own_source(&app, &user, id).await?;
    let now = app.now();
    let read = Work::ReadSource {
        source_id: source.source_id,
    }
    .effect(format!("read_source/{}/{}", source.source_id, now.0), now)?;
    let queued = SourceProgress {
        source_id: source.source_id,
        state: SourceState::Queued,
        progress: 0,
        passages: None,
        error: None,
        now,
    };
    app.store
        .write(
            user.workspace_id,
            vec![Write::SourceProgress(queued), Write::Effect(read)],
        )
        .await?;
    app.effects_due.notify_waiters();
    app.dashboard_changes
        .tell(user.workspace_id, ChangedList::Sources);
    Ok(StatusCode::ACCEPTED)
}

#[utoipa::path(delete, path = "/sources/{id}", tag = "knowledge", params(("id" = Uuid, Path)), responses((status = 204)))]
async fn delete_source(State(app): State<App>, user: User, Path(id): Path<Uuid>) -> Nothing {
    let source = own_source(&app, &user, id).await?;
    app.store
        .delete_source(user.workspace_id, source.source_id)
        .await?;
    app.knowledge.forget(source.persona_id);
    app.dashboard_changes
        .tell(user.workspace_id, ChangedList::Sources);
    Ok(NOTHING)
}

/// A source as the persona reads it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct SourceContent {
    title: String,
    text: String,
}

#[utoipa::path(get, path = "/sources/{id}/content", tag = "knowledge", params(("id" = Uuid, Path)), responses((status = 200, body = SourceContent)))]
async fn get_source_content(
    State(app): State<App>,
    user: User,
    Path(id): Path<Uuid>,
) -> Answer<SourceContent> {
    let source = app
        .store
        .source(user.workspace_id, SourceId(id))
        .await?
        .ok_or_else(|| Problem::not_found("source"))?;
    let content = app
        .store
        .source_content(user.workspace_id, source.source_id)
        .await?
        .ok_or_else(|| Problem::not_found("source"))?;
    let text = app.knowledge.readable_text(&source, content).await?;
    Ok(Json(SourceContent {
        title: source.title,
        text,
    }))
}
