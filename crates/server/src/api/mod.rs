//! The HTTP API under `/api/v1`: one file a noun. Handlers hold no rules; they ask the core, through the rooms.

mod conversations;
mod guests;
mod handoffs;
mod health;
mod knocks;
mod mails;
mod media;
mod monitors;
mod people;
mod personas;
mod questions;
mod session;
mod setup;
mod sources;
mod visitors;

pub use knocks::{OwnerLinkSubject, about_invitation};
pub use people::create_user;
pub use personas::add_persona;
pub use setup::create_first_admin;
pub use sources::add_source;

use crate::app::App;
use crate::live;
use crate::problem::{PROBLEM_JSON, Problem};
use crate::web;
use axum::body::to_bytes;
use axum::extract::DefaultBodyLimit;
use axum::extract::rejection::JsonRejection;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get};
use axum::{Json, Router};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tower_http::compression::CompressionLayer;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;

/// Request bodies other than uploads, in bytes.
const MAX_BODY: usize = 256 * 1024;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Trialogue",
        description = "Conversations among a visitor, an AI persona and the people behind it. Users sign in with a cookie session; visitors and guests send their token as a bearer. Every refusal is an RFC 9457 problem with a stable code. The live socket at /api/v1/live is described in docs/protocol.md."
    ),
    components(schemas(Problem))
)]
struct Document;

/// The whole server as one router.
pub fn router(app: App) -> Router {
    let (api, document) = OpenApiRouter::with_openapi(Document::openapi())
        .nest("/api/v1", routes())
        .split_for_parts();
    // Its clients are not ours: nothing of what is laid around our own addresses is laid around theirs.
    let media = app.media.router();
    api.route("/api/v1/live", get(live::connect))
        .route("/api/v1/live/dashboard", get(live::dashboard::connect))
        .route(
            "/api/openapi.json",
            get(move || async move { Json(document) }),
        )
        .route("/api", any(unknown))
        .route("/api/{*rest}", any(unknown))
        .layer(from_fn(told_as_problem))
        .route("/api/reference", get(web::serve))
        .route("/healthz", get(health::health))
        .fallback(get(web::serve))
        .layer(CompressionLayer::new())
        .with_state(app)
        .merge(media)
}

fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .merge(setup::routes())
        .merge(session::routes())
        .merge(people::routes())
        .merge(personas::routes())
        .merge(questions::routes())
        .merge(visitors::routes())
        .merge(conversations::routes())
        .merge(knocks::routes())
        .merge(guests::routes())
        .merge(handoffs::routes())
        .merge(mails::routes())
        .merge(media::routes())
        .merge(monitors::routes())
        .layer(DefaultBodyLimit::max(MAX_BODY))
        // Uploads have limits of their own.
        .merge(sources::routes())
}

async fn unknown() -> Problem {
    Problem::not_found("address")
}

/// What is refused before a handler is reached (a wrong method, an id that is none, a broken query) is told as a problem
/// like every other refusal.
async fn told_as_problem(request: Request, next: Next) -> Response {
    /// Such refusals are a sentence long.
    const MAX_SENTENCE: usize = 4 * 1024;
    let (parts, body) = next.run(request).await.into_parts();
    let status = parts.status;
    let is_problem = parts
        .headers
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind == PROBLEM_JSON);
    if is_problem || !(status.is_client_error() || status.is_server_error()) {
        return Response::from_parts(parts, body);
    }
    let code = match status {
        StatusCode::METHOD_NOT_ALLOWED => "method_not_allowed",
        StatusCode::PAYLOAD_TOO_LARGE => "too_large",
        StatusCode::UPGRADE_REQUIRED => "upgrade_required",
        _ if status.is_client_error() => "bad_request",
        _ => "internal",
    };
    let sentence = to_bytes(body, MAX_SENTENCE).await.unwrap_or_default();
    let detail = match String::from_utf8_lossy(&sentence) {
        sentence if sentence.is_empty() => "This address does not work in this way.".to_owned(),
        sentence => sentence.into_owned(),
    };
    let mut response = Problem::new(status, code, detail).into_response();
    if let Some(allowed) = parts.headers.get(header::ALLOW) {
        response
            .headers_mut()
            .insert(header::ALLOW, allowed.clone());
    }
    response
}

/// A JSON body, refused as a problem like everything else.
pub struct Body<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        match Json::<T>::from_request(request, state).await {
            Ok(Json(body)) => Ok(Self(body)),
            Err(JsonRejection::BytesRejection(_)) => Err(Problem::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                "too_large",
                "This request is too large.",
            )),
            Err(rejection) => Err(Problem::invalid("bad_body", rejection.body_text())),
        }
    }
}

/// What stands in the address. What cannot be an id names nothing.
pub struct Path<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match axum::extract::Path::<T>::from_request_parts(parts, state).await {
            Ok(axum::extract::Path(values)) => Ok(Self(values)),
            Err(_) => Err(Problem::not_found("page or item")),
        }
    }
}

/// A 202: taken on, done later.
pub fn accepted() -> Response {
    StatusCode::ACCEPTED.into_response()
}

/// An answer in JSON with status 200.
pub type Answer<T> = Result<Json<T>, Problem>;
/// A 204.
pub type Nothing = Result<StatusCode, Problem>;

pub const NOTHING: StatusCode = StatusCode::NO_CONTENT;

/// What commands answer: the event they caused.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Caused {
    #[schema(value_type = u64)]
    pub seq: trialogue_conversation::ids::Seq,
}
