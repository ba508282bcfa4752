//! The handoffs' inbox.

use super::conversations::{PersonaCards, reader_filter};
use super::{Answer, Body, Caused, Path};
use crate::app::App;
use crate::problem::Problem;
use crate::rooms::HandoffSummary;
use crate::sign_in::{Caller, SameOrigin, User};
use axum::Json;
use axum::extract::{Query, State};
use serde::{Deserialize, Serialize};
use trialogue_conversation::SummaryPersona;
use trialogue_conversation::command::Command;
use trialogue_conversation::ids::{ConversationId, HandoffId};
use trialogue_storage::HandoffFilter;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

/// The newest handoffs shown.
const SHOWN: usize = 200;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_handoffs))
        .routes(routes!(open_handoff))
        .routes(routes!(take_handoff))
        .routes(routes!(resolve_handoff))
        .routes(routes!(answer_handoff))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
pub struct HandoffsQuery {
    /// `open` or `closed`; both if not given.
    state: Option<String>,
}

#[derive(Debug, Serialize)]
pub struct ListedHandoff {
    conversation_id: ConversationId,
    persona: SummaryPersona,
    #[serde(flatten)]
    handoff: HandoffSummary,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Handoffs {
    #[schema(value_type = Vec<Object>)]
    handoffs: Vec<ListedHandoff>,
}

#[utoipa::path(get, path = "/handoffs", tag = "handoffs", params(HandoffsQuery), responses((status = 200, body = Handoffs)))]
async fn list_handoffs(
    State(app): State<App>,
    user: User,
    Query(query): Query<HandoffsQuery>,
) -> Answer<Handoffs> {
    let open = match query.state.as_deref() {
        None => None,
        Some("open") => Some(true),
        Some("closed") => Some(false),
        Some(_) => {
            return Err(Problem::field(
                "state",
                "bad_state",
                "The state is open or closed.",
            ));
        }
    };
    let filter = HandoffFilter {
        open,
        concerns: reader_filter(&user),
    };
    let personas = PersonaCards::of(&app, user.workspace_id).await?;
    let mut handoffs = Vec::new();
    for row in app
        .store
        .handoffs(user.workspace_id, filter, None, SHOWN)
        .await?
    {
        handoffs.push(ListedHandoff {
            conversation_id: row.conversation_id,
            persona: personas.card(row.handoff.persona_id),
            handoff: serde_json::from_str(&row.handoff.json).map_err(Problem::internal)?,
        });
    }
    Ok(Json(Handoffs { handoffs }))
}

/// Gives a command on behalf of a user, who may be inside or not.
async fn act(app: &App, user: User, conversation_id: Uuid, command: Command) -> Answer<Caused> {
    let conversation_id = ConversationId(conversation_id);
    super::conversations::act(app, &Caller::User(user), conversation_id, command).await
}

/// Tells the visitor that somebody looked at their question.
#[utoipa::path(post, path = "/conversations/{id}/handoffs/{handoff_id}/open", tag = "handoffs", params(("id" = Uuid, Path), ("handoff_id" = u64, Path)), responses((status = 200, body = Caused)))]
async fn open_handoff(
    State(app): State<App>,
    _: SameOrigin,
    user: User,
    Path((id, handoff_id)): Path<(Uuid, u64)>,
) -> Answer<Caused> {
    act(
        &app,
        user,
        id,
        Command::OpenHandoff {
            handoff_id: HandoffId(handoff_id),
        },
    )
    .await
}

#[utoipa::path(post, path = "/conversations/{id}/handoffs/{handoff_id}/take", tag = "handoffs", params(("id" = Uuid, Path), ("handoff_id" = u64, Path)), responses((status = 200, body = Caused)))]
async fn take_handoff(
    State(app): State<App>,
    _: SameOrigin,
    user: User,
    Path((id, handoff_id)): Path<(Uuid, u64)>,
) -> Answer<Caused> {
    act(
        &app,
        user,
        id,
        Command::TakeHandoff {
            handoff_id: HandoffId(handoff_id),
        },
    )
    .await
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub struct ResolveBody {
    /// Closes it without an answer, with the reason for the record.
    dismiss: Option<String>,
}

#[utoipa::path(post, path = "/conversations/{id}/handoffs/{handoff_id}/resolve", tag = "handoffs", params(("id" = Uuid, Path), ("handoff_id" = u64, Path)), request_body = ResolveBody, responses((status = 200, body = Caused)))]
async fn resolve_handoff(
    State(app): State<App>,
    _: SameOrigin,
    user: User,
    Path((id, handoff_id)): Path<(Uuid, u64)>,
    Body(body): Body<ResolveBody>,
) -> Answer<Caused> {
    act(
        &app,
        user,
        id,
        Command::ResolveHandoff {
            handoff_id: HandoffId(handoff_id),
            dismiss: body.dismiss,
        },
    )
    .await
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub struct AnswerBody {
    answer: String,
    /// Also becomes the persona's knowledge.
    #[serde(default)]
    keep: bool,
}

/// A written answer to a question that nobody came for.
#[utoipa::path(post, path = "/conversations/{id}/handoffs/{handoff_id}/answer", tag = "handoffs", params(("id" = Uuid, Path), ("handoff_id" = u64, Path)), request_body = AnswerBody, responses((status = 200, body = Caused)))]
async fn answer_handoff(
    State(app): State<App>,
    _: SameOrigin,
    user: User,
    Path((id, handoff_id)): Path<(Uuid, u64)>,
    Body(body): Body<AnswerBody>,
) -> Answer<Caused> {
    let command = Command::AnswerFollowUp {
        handoff_id: HandoffId(handoff_id),
        answer: body.answer,
        keep: body.keep,
    };
    act(&app, user, id, command).await
}
