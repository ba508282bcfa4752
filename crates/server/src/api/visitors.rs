//! Visitors: a token of their own, and the conversations they start.

use super::{Answer, Body};
use crate::app::App;
use crate::persona_profile::{Profile, UserNames, conversation_profile, public_persona};
use crate::problem::Problem;
use crate::sign_in::tokens::{hash_token, new_token};
use crate::sign_in::{Caller, ClientAddress};
use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use trialogue_conversation::command::{Actor, Command};
use trialogue_conversation::ids::{ConversationId, PersonaId, VisitorId};
use trialogue_storage::{ConversationFilter, NewVisitor};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(create_visitor))
        .routes(routes!(start_conversation))
        .routes(routes!(list_own_conversations))
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub struct CreateVisitor {
    /// The persona whose page or widget the visitor opened.
    persona_id: Uuid,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct CreatedVisitor {
    #[schema(value_type = Uuid)]
    visitor_id: VisitorId,
    /// Kept by the page; shown once.
    token: String,
}

#[utoipa::path(post, path = "/visitors", tag = "visitors", request_body = CreateVisitor, responses((status = 200, body = CreatedVisitor)))]
async fn create_visitor(
    State(app): State<App>,
    ClientAddress(address): ClientAddress,
    Body(create): Body<CreateVisitor>,
) -> Answer<CreatedVisitor> {
    app.rate_limits.visitor(address)?;
    let persona = public_persona(&app, create.persona_id).await?;
    let token = new_token().map_err(Problem::internal)?;
    let visitor_id = VisitorId(Uuid::now_v7());
    let visitor = NewVisitor {
        visitor_id,
        workspace_id: persona.workspace_id,
        token_hash: hash_token(&token),
        created_at: app.now(),
    };
    app.store.add_visitor(visitor).await?;
    Ok(Json(CreatedVisitor { visitor_id, token }))
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub struct StartConversation {
    persona_id: Uuid,
    name: Option<String>,
    /// An earlier conversation of the same visitor, which the new one knows.
    continues: Option<Uuid>,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct StartedConversation {
    #[schema(value_type = Uuid)]
    conversation_id: ConversationId,
}

#[utoipa::path(post, path = "/conversations", tag = "visitors", request_body = StartConversation, responses((status = 200, body = StartedConversation)))]
async fn start_conversation(
    State(app): State<App>,
    caller: Caller,
    ClientAddress(address): ClientAddress,
    Body(start): Body<StartConversation>,
) -> Answer<StartedConversation> {
    app.rate_limits.visitor(address)?;
    let Caller::Visitor {
        workspace_id,
        visitor_id,
        name,
    } = caller
    else {
        return Err(Problem::forbidden("Only visitors start conversations."));
    };
    let persona_id = PersonaId(start.persona_id);
    let persona = app
        .store
        .persona(workspace_id, persona_id)
        .await?
        .ok_or_else(|| Problem::not_found("persona"))?;
    let profile = Profile::read(&persona)?;
    let names = UserNames::of(&app, workspace_id).await?;
    let continues = match start.continues.map(ConversationId) {
        None => None,
        Some(earlier) => {
            let known = app
                .store
                .conversation(workspace_id, earlier)
                .await?
                .filter(|earlier| earlier.visitor_id == visitor_id);
            Some(
                known
                    .ok_or_else(|| Problem::not_found("conversation"))?
                    .conversation_id,
            )
        }
    };
    let given = start
        .name
        .as_deref()
        .map(str::trim)
        .filter(|name| !name.is_empty());
    if let Some(given) = given {
        let given = super::people::checked_name("name", given)?;
        app.store
            .identify_visitor(workspace_id, visitor_id, Some(given), None)
            .await?;
    }
    let conversation_id = ConversationId(Uuid::now_v7());
    let command = Command::StartConversation {
        conversation_id,
        workspace_id,
        persona: conversation_profile(&persona, &profile, &names),
        visitor_id,
        visitor_name: given
            .map(str::to_owned)
            .or(name)
            .unwrap_or_else(|| "Visitor".into()),
        settings: profile.settings(&app),
        continues,
    };
    app.rooms
        .command(conversation_id, Actor::System, command)
        .await?;
    Ok(Json(StartedConversation { conversation_id }))
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct OwnConversations {
    #[schema(value_type = Vec<Object>)]
    conversations: Vec<OwnConversation>,
}

/// A visitor's earlier conversation, as their drawer shows it.
#[derive(Debug, Serialize)]
pub struct OwnConversation {
    conversation_id: ConversationId,
    persona_id: PersonaId,
    open: bool,
    started_at: trialogue_conversation::ids::Timestamp,
    last_at: trialogue_conversation::ids::Timestamp,
    /// The newest thing said that the visitor may see.
    preview: String,
}

#[utoipa::path(get, path = "/visitors/me/conversations", tag = "visitors", responses((status = 200, body = OwnConversations)))]
async fn list_own_conversations(
    State(app): State<App>,
    caller: Caller,
) -> Answer<OwnConversations> {
    /// Enough for a drawer; older ones have their own link.
    const SHOWN: usize = 50;
    let Caller::Visitor {
        workspace_id,
        visitor_id,
        ..
    } = caller
    else {
        return Err(Problem::forbidden(
            "Only visitors have earlier conversations.",
        ));
    };
    let filter = ConversationFilter {
        visitor_id: Some(visitor_id),
        ..ConversationFilter::default()
    };
    let mut conversations = Vec::new();
    for row in app
        .store
        .conversations(workspace_id, &filter, None, SHOWN)
        .await?
    {
        let summary: trialogue_conversation::Summary =
            serde_json::from_str(&row.summary).map_err(Problem::internal)?;
        conversations.push(OwnConversation {
            conversation_id: row.conversation_id,
            persona_id: row.persona_id,
            open: row.open,
            started_at: row.started_at,
            last_at: row.last_at,
            preview: summary
                .last_message
                .map(|message| message.text)
                .unwrap_or_default(),
        });
    }
    Ok(Json(OwnConversations { conversations }))
}
