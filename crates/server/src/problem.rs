//! Errors at the edge: RFC 9457 problem+json with a stable code and a sentence for a person.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use trialogue_conversation::Refusal;
use trialogue_conversation::refusal::Class;
use trialogue_storage::AppendError;

/// The media type of every refusal.
pub const PROBLEM_JSON: &str = "application/problem+json";

/// What a client is told. What the log keeps is another string.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS, utoipa::ToSchema)]
pub struct Problem {
    /// A reference that names the kind of problem; the code again, as a relative URI.
    #[serde(rename = "type")]
    pub kind: String,
    pub title: String,
    pub status: u16,
    /// Stable; programs decide by it.
    pub code: String,
    /// For a person.
    pub detail: String,
    /// The field of the request that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub field: Option<String>,
    /// Seconds after which trying again makes sense.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub retry_after: Option<u32>,
}

impl Problem {
    pub fn new(status: StatusCode, code: &str, detail: impl Into<String>) -> Self {
        Self {
            kind: format!("/problems/{code}"),
            title: status.canonical_reason().unwrap_or("Problem").to_owned(),
            status: status.as_u16(),
            code: code.to_owned(),
            detail: detail.into(),
            field: None,
            retry_after: None,
        }
    }

    pub fn invalid(code: &str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, code, detail)
    }

    /// Something about one field of the request.
    pub fn field(field: &str, code: &str, detail: impl Into<String>) -> Self {
        Self {
            field: Some(field.to_owned()),
            ..Self::invalid(code, detail)
        }
    }

    pub fn conflict(code: &str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, code, detail)
    }

    pub fn not_found(what: &str) -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "not_found",
            format!("There is no such {what}, or it is not for you."),
        )
    }

    pub fn signed_out() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "signed_out",
            "Please sign in first.",
        )
    }

    pub fn forbidden(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "forbidden", detail)
    }

    pub fn too_many(retry_after: u32) -> Self {
        Self::new(
            StatusCode::TOO_MANY_REQUESTS,
            "too_many_requests",
            format!(
                "That was too often in a short time. Please try again in {retry_after} seconds."
            ),
        )
        .with_retry_after(retry_after)
    }

    /// In seconds.
    #[must_use]
    pub fn with_retry_after(mut self, seconds: u32) -> Self {
        self.retry_after = Some(seconds);
        self
    }

    /// Something of ours failed. The cause goes to the log, once, here.
    pub fn internal(cause: impl std::fmt::Display) -> Self {
        tracing::error!(%cause, "request failed");
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "Something went wrong on our side. Nothing you wrote is lost; please try again.",
        )
    }

    fn disk_full() -> Self {
        Self::unavailable(
            "disk_full",
            "The server's disk is full, so nothing can be saved just now. What you wrote stays here; please try again later.",
        )
    }

    pub fn unavailable(code: &str, detail: impl Into<String>) -> Self {
        let mut problem = Self::new(StatusCode::SERVICE_UNAVAILABLE, code, detail);
        problem.retry_after = Some(5);
        problem
    }
}

impl From<trialogue_storage::Error> for Problem {
    fn from(error: trialogue_storage::Error) -> Self {
        match error {
            trialogue_storage::Error::Full => Self::disk_full(),
            error => Self::internal(error),
        }
    }
}

impl From<AppendError> for Problem {
    fn from(error: AppendError) -> Self {
        match error {
            AppendError::Full => Self::disk_full(),
            AppendError::Conflict { .. } => Self::unavailable(
                "busy",
                "Many things happened here at once. Please try again.",
            ),
            AppendError::LeaseLost => Self::internal(error),
            AppendError::Storage(error) => error.into(),
        }
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let class = refusal.class();
        let status = match class {
            Class::NotFound => StatusCode::NOT_FOUND,
            Class::Forbidden => StatusCode::FORBIDDEN,
            Class::Conflict => StatusCode::CONFLICT,
            Class::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
            Class::Gone => StatusCode::GONE,
            Class::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
        };
        let mut problem = Self::new(status, refusal.code(), refusal.sentence());
        if let Class::TooMany { retry_after_ms } = class {
            // Rounded up: after so many seconds it will be allowed.
            problem.retry_after =
                Some(u32::try_from(retry_after_ms.max(0) / 1_000 + 1).unwrap_or(u32::MAX));
        }
        problem
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let retry_after = self.retry_after;
        let mut response = (status, Json(self)).into_response();
        response
            .headers_mut()
            .insert(header::CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON));
        if let Some(seconds) = retry_after {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
