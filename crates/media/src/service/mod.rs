//! LiveKit's room service over Twirp: protobuf or JSON, as the caller likes.

mod error;
#[cfg(any(test, feature = "fuzzing"))]
pub(crate) mod fuzzing;
mod methods;

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};
use error::ServiceError;
use prost::Message;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::driver::Registry;
use crate::token::Claims;

/// How a call's body is written; its answer is written alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Protobuf,
    Json,
}

/// Somebody who calls a method.
struct Caller {
    registry: Arc<Registry>,
    claims: Claims,
    format: Format,
    body: Bytes,
}

/// `POST /twirp/livekit.RoomService/{method}`
pub(crate) async fn call(
    State(registry): State<Arc<Registry>>,
    Path(method): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let answer = match Caller::admit(registry, &headers, body) {
        Ok(caller) => methods::dispatch(&caller, &method).await,
        Err(error) => Err(error),
    };
    answer.unwrap_or_else(IntoResponse::into_response)
}

impl Caller {
    fn admit(
        registry: Arc<Registry>,
        headers: &HeaderMap,
        body: Bytes,
    ) -> Result<Self, ServiceError> {
        let token = headers
            .get(AUTHORIZATION)
            .and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
        let token = token.ok_or(ServiceError::Unauthenticated)?;
        let claims = registry
            .verify(token)
            .map_err(|_| ServiceError::Unauthenticated)?;
        let content_type = headers
            .get(CONTENT_TYPE)
            .map_or(&b""[..], HeaderValue::as_bytes);
        let format = if content_type.starts_with(b"application/json") {
            Format::Json
        } else {
            Format::Protobuf
        };
        Ok(Self {
            registry,
            claims,
            format,
            body,
        })
    }

    fn read<T: Message + Default + DeserializeOwned>(&self) -> Result<T, ServiceError> {
        match self.format {
            Format::Json => serde_json::from_slice(&self.body).map_err(|_| ServiceError::Malformed),
            Format::Protobuf => T::decode(self.body.clone()).map_err(|_| ServiceError::Malformed),
        }
    }

    fn answer<T: Message + Serialize>(&self, answer: &T) -> Result<Response, ServiceError> {
        let (content_type, body) = match self.format {
            Format::Json => (
                "application/json",
                serde_json::to_vec(answer).map_err(|_| ServiceError::Internal)?,
            ),
            Format::Protobuf => ("application/protobuf", answer.encode_to_vec()),
        };
        Ok(([(CONTENT_TYPE, content_type)], body).into_response())
    }

    /// Requires a permission that is not about one room.
    fn require(&self, granted: bool) -> Result<(), ServiceError> {
        if granted {
            Ok(())
        } else {
            Err(ServiceError::Denied)
        }
    }

    /// Requires the permission to steer this room.
    fn require_admin(&self, room: &str) -> Result<(), ServiceError> {
        self.require(self.claims.video.room_admin && self.claims.video.room == room)
    }
}
