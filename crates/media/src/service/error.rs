//! Errors as Twirp writes them.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::driver::{CallError, ReserveError};
use crate::room::SteeringError;

/// Why a call failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum ServiceError {
    #[error("permissions denied")]
    Unauthenticated,
    #[error("permissions denied")]
    Denied,
    #[error("the request could not be decoded")]
    Malformed,
    #[error("{0}")]
    Invalid(&'static str),
    #[error("no handler for this method")]
    NoMethod,
    #[error("this server does not do that")]
    Unimplemented,
    #[error("internal error")]
    Internal,
    #[error(transparent)]
    NoRoom(#[from] CallError),
    #[error(transparent)]
    Steering(#[from] SteeringError),
    #[error(transparent)]
    Reserve(#[from] ReserveError),
}

impl ServiceError {
    fn code(&self) -> (StatusCode, &'static str) {
        match self {
            Self::Unauthenticated | Self::Reserve(ReserveError::Revoked) => {
                (StatusCode::UNAUTHORIZED, "unauthenticated")
            }
            Self::Denied => (StatusCode::FORBIDDEN, "permission_denied"),
            Self::Malformed => (StatusCode::BAD_REQUEST, "malformed"),
            Self::Invalid(_) | Self::Steering(SteeringError::TooLarge) => {
                (StatusCode::BAD_REQUEST, "invalid_argument")
            }
            Self::NoMethod => (StatusCode::NOT_FOUND, "bad_route"),
            Self::Unimplemented => (StatusCode::NOT_IMPLEMENTED, "unimplemented"),
            Self::Internal => (StatusCode::INTERNAL_SERVER_ERROR, "internal"),
            Self::NoRoom(_)
            | Self::Steering(SteeringError::NoParticipant | SteeringError::NoTrack) => {
                (StatusCode::NOT_FOUND, "not_found")
            }
            Self::Steering(SteeringError::Unmute) => {
                (StatusCode::PRECONDITION_FAILED, "failed_precondition")
            }
            Self::Reserve(ReserveError::TooManyRooms | ReserveError::Refused(_)) => {
                (StatusCode::TOO_MANY_REQUESTS, "resource_exhausted")
            }
            Self::Reserve(ReserveError::Closing) => {
                (StatusCode::SERVICE_UNAVAILABLE, "unavailable")
            }
        }
    }
}

impl IntoResponse for ServiceError {
    fn into_response(self) -> Response {
        let (status, code) = self.code();
        (
            status,
            Json(json!({ "code": code, "msg": self.to_string() })),
        )
            .into_response()
    }
}
