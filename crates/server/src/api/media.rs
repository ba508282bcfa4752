//! Tokens for the media server: for a conversation's call, and to try a connection before it, or before there is a conversation.

use super::{Answer, Path};
use crate::app::App;
use crate::media::MediaToken;
use crate::persona_profile::{Profile, public_persona};
use crate::problem::Problem;
use crate::sign_in::{Caller, ClientAddress, SameOrigin};
use axum::Json;
use axum::extract::State;
use trialogue_conversation::Refusal;
use trialogue_conversation::ids::ConversationId;
use trialogue_conversation::media::{may_check_media, media_grant, video_refusal};
use trialogue_conversation::refusal::{AccessRefusal, MediaRefusal};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(create_media_token))
        .routes(routes!(create_media_check))
        .routes(routes!(create_public_media_check))
}

/// Without a media server, also in conversations that were started when there was one.
fn has_video(app: &App) -> Result<(), Problem> {
    if app.config.media.enabled {
        Ok(())
    } else {
        Err(Refusal::from(MediaRefusal::Unavailable).into())
    }
}

/// For the call of a conversation, as the one who asks may take part in it now. Good for some minutes; a page asks again when
/// it connects anew.
#[utoipa::path(post, path = "/conversations/{id}/media-token", tag = "media", params(("id" = Uuid, Path)), responses((status = 200, body = MediaToken), (status = 403, body = Problem)))]
async fn create_media_token(
    State(app): State<App>,
    _: SameOrigin,
    caller: Caller,
    ClientAddress(address): ClientAddress,
    Path(id): Path<Uuid>,
) -> Answer<MediaToken> {
    app.rate_limits.media_token(address)?;
    has_video(&app)?;
    let conversation_id = ConversationId(id);
    let access = app.access(&caller, conversation_id).await?;
    let participant_id = access
        .participant_id
        .ok_or_else(|| Problem::from(Refusal::from(AccessRefusal::NotInside)))?;
    let granted = app
        .rooms
        .ask(conversation_id, move |state| {
            let grant = media_grant(state, participant_id)?;
            Ok::<_, Refusal>((grant, state.name_of(participant_id).to_owned()))
        })
        .await?;
    let (grant, name) = granted?;
    app.media
        .token_for(&app, conversation_id, participant_id, &name, grant)
        .map(Json)
}

/// For a room of one's own, in which nobody else is: whoever is inside or waits to join may try their devices and connection.
#[utoipa::path(post, path = "/conversations/{id}/media-check", tag = "media", params(("id" = Uuid, Path)), responses((status = 200, body = MediaToken), (status = 403, body = Problem)))]
async fn create_media_check(
    State(app): State<App>,
    _: SameOrigin,
    caller: Caller,
    ClientAddress(address): ClientAddress,
    Path(id): Path<Uuid>,
) -> Answer<MediaToken> {
    app.rate_limits.media_token(address)?;
    has_video(&app)?;
    let conversation_id = ConversationId(id);
    let access = app.access(&caller, conversation_id).await?;
    let now = app.now();
    let checked = app
        .rooms
        .ask(conversation_id, move |state| {
            may_check_media(state, &access.identity, now)
        })
        .await?;
    checked?;
    app.media.token_for_check(&app).map(Json)
}

/// The same for who has not begun a conversation yet: whoever may begin one by video may try it first.
#[utoipa::path(post, path = "/public/personas/{id}/media-check", tag = "media", params(("id" = Uuid, Path)), responses((status = 200, body = MediaToken), (status = 403, body = Problem)))]
async fn create_public_media_check(
    State(app): State<App>,
    _: SameOrigin,
    ClientAddress(address): ClientAddress,
    Path(id): Path<Uuid>,
) -> Answer<MediaToken> {
    app.rate_limits.media_token(address)?;
    let persona = public_persona(&app, id).await?;
    let profile = Profile::read(&persona)?;
    match video_refusal(app.config.media.enabled, profile.disable_video) {
        Some(refusal) => Err(Refusal::from(refusal).into()),
        None => app.media.token_for_check(&app).map(Json),
    }
}
