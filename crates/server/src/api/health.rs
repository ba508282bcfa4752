//! `/healthz`: whether this server does its work, for people and for load balancers.

use crate::app::App;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;
use trialogue_storage::Writes;

/// An effect that is due for so long shows that work has stopped.
const EFFECT_LATE_MS: i64 = 5 * 60 * 1_000;

pub async fn health(State(app): State<App>) -> Response {
    let (health, effects) = match (app.store.health().await, app.store.effect_counts().await) {
        (Ok(health), Ok(effects)) => (health, effects),
        (Err(error), _) | (_, Err(error)) => {
            tracing::error!(%error, "the store does not answer");
            return (
                StatusCode::SERVICE_UNAVAILABLE,
                Json(json!({"status": "down", "storage": "unreachable"})),
            )
                .into_response();
        }
    };
    let (storage, status) = match health.writes {
        Writes::Taken => ("ok", StatusCode::OK),
        Writes::Full => ("disk_full", StatusCode::SERVICE_UNAVAILABLE),
        Writes::Failing { .. } => ("failing", StatusCode::SERVICE_UNAVAILABLE),
    };
    let late = effects
        .oldest_due
        .is_some_and(|due| due.plus_ms(EFFECT_LATE_MS) < app.now());
    let body = json!({
        "status": if status == StatusCode::OK { "ok" } else { "degraded" },
        "storage": storage,
        "storage_commits": health.commits,
        "storage_writes": health.jobs,
        "effects": {"waiting": effects.waiting, "leased": effects.leased, "given_up": effects.given_up, "late": late},
        "retrieval": app.knowledge.retrieval(),
        "answerer": app.knowledge.answerer(),
        "media": app.media.state(),
        "mail": if app.mailer.is_some() { "smtp" } else { "mailbox" },
    });
    (status, Json(body)).into_response()
}
