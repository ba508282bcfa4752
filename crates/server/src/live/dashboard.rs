//! The dashboard's socket: which lists changed. It carries no content, so there is nothing to filter but the workspace.

use super::sent;
use crate::app::App;
use crate::dashboard_changes::{Change, ChangedList};
use crate::sign_in::{SameOrigin, SessionWatch, User};
use axum::extract::State;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::response::Response;
use serde::Serialize;
use std::collections::HashSet;
use std::time::Duration;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::{RecvError, TryRecvError};
use trialogue_conversation::ids::WorkspaceId;

/// Changes within this time are told together: a busy conversation must not make every dashboard ask at each message.
const GATHER: Duration = Duration::from_millis(250);
const PING_EVERY: Duration = Duration::from_secs(20);

#[derive(Debug, Serialize, ts_rs::TS)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum DashboardFrame {
    Changed { what: Vec<ChangedList> },
}

/// `GET /api/v1/live/dashboard`
pub async fn connect(
    State(app): State<App>,
    _: SameOrigin,
    user: User,
    upgrade: WebSocketUpgrade,
) -> Response {
    // Before the upgrade is answered: a page that then asks for its lists misses no change.
    let changes = app.dashboard_changes.watch();
    let session = app.ended_sessions.watch(&user);
    upgrade
        .max_message_size(4 * 1024)
        .on_upgrade(move |socket| serve(app, changes, user.workspace_id, session, socket))
}

async fn serve(
    app: App,
    mut changes: Receiver<Change>,
    workspace_id: WorkspaceId,
    mut session: SessionWatch,
    mut socket: WebSocket,
) {
    let mut ping = tokio::time::interval(PING_EVERY);
    loop {
        tokio::select! {
            change = changes.recv() => {
                let mut what = HashSet::new();
                match change {
                    Ok(change) if change.workspace_id != workspace_id => continue,
                    Ok(change) => { what.insert(change.list); }
                    Err(RecvError::Lagged(_)) => { what.insert(ChangedList::Everything); }
                    Err(RecvError::Closed) => return,
                }
                tokio::time::sleep(GATHER).await;
                loop {
                    match changes.try_recv() {
                        Ok(change) if change.workspace_id == workspace_id => { what.insert(change.list); }
                        Ok(_) => {}
                        Err(TryRecvError::Lagged(_)) => { what.insert(ChangedList::Everything); }
                        Err(TryRecvError::Empty | TryRecvError::Closed) => break,
                    }
                }
                let frame = DashboardFrame::Changed { what: what.into_iter().collect() };
                let Ok(text) = serde_json::to_string(&frame) else { return };
                if !sent(&mut socket, Message::Text(text.into())).await {
                    return;
                }
            }
            message = socket.recv() => match message {
                Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Text(_))) => {}
                _ => return,
            },
            () = session.ended(&app) => return,
            // The first tick comes at once, and with it a look whether the session ended while this socket was opened.
            _ = ping.tick() => {
                if !session.stands(&app).await || !sent(&mut socket, Message::Ping(Default::default())).await {
                    return;
                }
            }
        }
    }
}
