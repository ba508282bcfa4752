//! The signalling WebSocket, in its two versions.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade};
use axum::extract::{Query as UrlQuery, State};
use axum::http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, AUTHORIZATION};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use futures_util::stream::SplitStream;
use futures_util::{SinkExt, StreamExt};
use tokio::time::timeout;

use super::outbox::{SessionEvent, Waiting, outbox};
use super::pace::Pace;
use super::registry::{Registry, ReserveError, RoomHandle};
use crate::config::Verdict;
use crate::ids::SessionId;
use crate::room::Entry;
use crate::signal::{Join, Query};
use crate::token::Claims;

/// A client must take a message within this.
const SEND_WITHIN: Duration = Duration::from_secs(10);

/// Who is told to leave hangs up within this, and answers our own Close. Firefox never tells its page of a connection that was closed
/// while it opened, nor what was said on it: the page would wait for ever to hear that it is not wanted.
const CLOSES_WITHIN: Duration = Duration::from_secs(1);

/// Longest room name and identity, in bytes.
const LONGEST_NAME: usize = 256;

/// Somebody who may come in, and how.
struct Admission {
    room: String,
    claims: Claims,
    join: Join,
}

pub(super) async fn v0(
    State(registry): State<Arc<Registry>>,
    headers: HeaderMap,
    UrlQuery(query): UrlQuery<Query>,
    upgrade: WebSocketUpgrade,
) -> Response {
    serve(registry, admit_v0, &headers, query, upgrade).await
}

pub(super) async fn v1(
    State(registry): State<Arc<Registry>>,
    headers: HeaderMap,
    UrlQuery(query): UrlQuery<Query>,
    upgrade: WebSocketUpgrade,
) -> Response {
    serve(registry, admit_v1, &headers, query, upgrade).await
}

pub(super) async fn validate_v0(
    State(registry): State<Arc<Registry>>,
    headers: HeaderMap,
    UrlQuery(query): UrlQuery<Query>,
) -> Response {
    validate(&registry, admit_v0(&registry, &headers, query)).await
}

pub(super) async fn validate_v1(
    State(registry): State<Arc<Registry>>,
    headers: HeaderMap,
    UrlQuery(query): UrlQuery<Query>,
) -> Response {
    validate(&registry, admit_v1(&registry, &headers, query)).await
}

type Refusal = (StatusCode, String);

/// Clients ask here why their WebSocket was refused: a browser does not tell them.
async fn validate(registry: &Registry, admission: Result<Admission, Refusal>) -> Response {
    let answer = match admission {
        Ok(admission) => pass_door(registry, admission).await,
        Err(refusal) => Err(refusal),
    };
    let answer = match answer {
        Ok(_) => "success".into_response(),
        Err(refusal) => refusal.into_response(),
    };
    ([(ACCESS_CONTROL_ALLOW_ORIGIN, "*")], answer).into_response()
}

fn admit_v0(registry: &Registry, headers: &HeaderMap, query: Query) -> Result<Admission, Refusal> {
    let (room, claims) = authenticate(registry, headers, &query)?;
    Ok(Admission {
        room,
        claims,
        join: query.into_v0(),
    })
}

fn admit_v1(registry: &Registry, headers: &HeaderMap, query: Query) -> Result<Admission, Refusal> {
    let (room, claims) = authenticate(registry, headers, &query)?;
    let join = query
        .into_v1()
        .map_err(|error| (StatusCode::BAD_REQUEST, error.to_string()))?;
    Ok(Admission { room, claims, join })
}

fn authenticate(
    registry: &Registry,
    headers: &HeaderMap,
    query: &Query,
) -> Result<(String, Claims), Refusal> {
    let unauthorized = |message: &str| (StatusCode::UNAUTHORIZED, message.to_owned());
    let bearer = headers
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
    let token = bearer
        .or(query.access_token.as_deref())
        .ok_or_else(|| unauthorized("permissions denied"))?;
    let claims = registry
        .verify(token)
        .map_err(|error| unauthorized(&error.to_string()))?;
    if !claims.video.room_join {
        return Err(unauthorized("permissions denied"));
    }
    let room = claims.video.room.clone();
    if room.is_empty()
        || claims.sub.is_empty()
        || room.len() > LONGEST_NAME
        || claims.sub.len() > LONGEST_NAME
    {
        return Err((
            StatusCode::BAD_REQUEST,
            "room name or identity is empty or too long".to_owned(),
        ));
    }
    if registry.is_revoked(&room, &claims) {
        return Err(unauthorized("token was revoked"));
    }
    Ok((room, claims))
}

/// Asks whoever runs the server, who may know better than a token.
async fn pass_door(registry: &Registry, mut admission: Admission) -> Result<Admission, Refusal> {
    let Some(door) = &registry.door else {
        return Ok(admission);
    };
    match door.ask(&admission.room, &admission.claims.sub).await {
        Verdict::AsGranted => {}
        Verdict::With(permission) => {
            let grants = std::mem::take(&mut admission.claims.video);
            admission.claims.video = grants.with_permission(&permission);
        }
        Verdict::Refused => {
            return Err((
                StatusCode::UNAUTHORIZED,
                "what the token grants was taken away".to_owned(),
            ));
        }
        Verdict::Unknown => {
            return Err((
                StatusCode::SERVICE_UNAVAILABLE,
                "cannot say now who may come in".to_owned(),
            ));
        }
    }
    Ok(admission)
}

async fn serve(
    registry: Arc<Registry>,
    admit: fn(&Registry, &HeaderMap, Query) -> Result<Admission, Refusal>,
    headers: &HeaderMap,
    query: Query,
    upgrade: WebSocketUpgrade,
) -> Response {
    let admitted = match admit(&registry, headers, query) {
        Ok(admission) => pass_door(&registry, admission).await,
        Err(refusal) => Err(refusal),
    };
    let Admission { room, claims, join } = match admitted {
        Ok(admission) => admission,
        Err(refusal) => return refusal.into_response(),
    };
    let session = registry.new_session();
    let (outbox, waiting) = outbox();
    let handle = match registry
        .enter(
            &room,
            Entry {
                session,
                claims,
                join,
            },
            outbox,
        )
        .await
    {
        Ok(handle) => handle,
        Err(error) => {
            let status = if error == ReserveError::Revoked {
                StatusCode::UNAUTHORIZED
            } else {
                StatusCode::SERVICE_UNAVAILABLE
            };
            return (status, error.to_string()).into_response();
        }
    };
    let largest = registry.settings.limits.signal_message;
    let failed = handle.clone();
    upgrade
        .max_message_size(largest)
        .max_frame_size(largest)
        .on_failed_upgrade(move |_| {
            _ = tokio::spawn(async move { failed.session_closed(session).await })
        })
        .on_upgrade(move |socket| converse(socket, session, handle, waiting))
}

/// Carries messages between a client and its room until either ends it.
async fn converse(socket: WebSocket, session: SessionId, handle: RoomHandle, mut waiting: Waiting) {
    let (mut sink, mut stream) = socket.split();
    let writing = async {
        loop {
            match waiting.next().await {
                Some(SessionEvent::Message(bytes)) => {
                    let sent = timeout(SEND_WITHIN, sink.send(Message::Binary(bytes))).await;
                    if !matches!(sent, Ok(Ok(()))) {
                        return EndedBy::Client;
                    }
                }
                Some(SessionEvent::Close) => return EndedBy::Goodbye,
                None => return EndedBy::Room,
            }
        }
    };
    let pace = Pace::default();
    let reading = async {
        while let Some(Ok(message)) = stream.next().await {
            if let Message::Binary(bytes) = message {
                pace.wait(bytes.len()).await;
                handle.request(session, bytes).await;
            }
        }
    };
    let ended_by = tokio::select! {
        ended_by = writing => ended_by,
        () = reading => EndedBy::Client,
    };
    handle.session_closed(session).await;
    // What is said from here on is for nobody.
    if ended_by == EndedBy::Goodbye && hangs_up(&mut stream).await {
        return;
    }
    if ended_by != EndedBy::Client {
        // A normal closure: clients log others as errors.
        let frame = CloseFrame {
            code: 1000,
            reason: "".into(),
        };
        _ = timeout(SEND_WITHIN, sink.send(Message::Close(Some(frame)))).await;
        hangs_up(&mut stream).await;
    }
}

#[derive(PartialEq)]
enum EndedBy {
    Client,
    /// The room told the client to leave.
    Goodbye,
    /// Without a word, as when the client reads too slowly.
    Room,
}

/// Whether the client closes the connection soon; its own Close is answered by reading on.
async fn hangs_up(stream: &mut SplitStream<WebSocket>) -> bool {
    let to_the_end = async { while let Some(Ok(_)) = stream.next().await {} };
    timeout(CLOSES_WITHIN, to_the_end).await.is_ok()
}
