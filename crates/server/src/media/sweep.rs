//! Looks after all media rooms now and then. Events set a room right at once; this finds what no event tells of: an old token
//! used again at a cluster, a client that unmutes itself without saying so, a restart.

use super::check_rooms;
use super::steward::{Scope, note_answer, sync};
use crate::app::App;
use futures_util::StreamExt;
use futures_util::stream;
use livekit_protocol::Room;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use trialogue_conversation::ids::ConversationId;
use uuid::Uuid;

const LOOK_EVERY: Duration = Duration::from_secs(5);
/// Rooms looked after at a time.
const AT_ONCE: usize = 4;

pub async fn run_sweep(app: App, stop: CancellationToken) {
    loop {
        tokio::select! {
            () = tokio::time::sleep(LOOK_EVERY) => {}
            () = stop.cancelled() => return,
        }
        sweep(&app).await;
    }
}

async fn sweep(app: &App) {
    let Some(client) = app.media.rooms() else {
        return;
    };
    let listed = client.list_rooms(Vec::new()).await;
    note_answer(&app.media, &listed);
    let rooms = match listed {
        Ok(rooms) => rooms,
        Err(error) => {
            tracing::debug!(%error, "could not list the media rooms");
            return;
        }
    };
    stream::iter(rooms)
        .for_each_concurrent(AT_ONCE, |room| look_after(app, room))
        .await;
}

async fn look_after(app: &App, room: Room) {
    if check_rooms::is_name(&room.name) {
        let age_s = app.now().0 / 1_000 - room.creation_time;
        if age_s > check_rooms::LASTS_AT_MOST_S
            && let Some(client) = app.media.rooms()
        {
            // It may have ended by itself.
            let _ = client.delete_room(&room.name).await;
        }
        return;
    }
    let Ok(conversation_id) = room.name.parse::<Uuid>().map(ConversationId) else {
        return;
    };
    // A cluster may serve others too: only what is ours is touched.
    if !matches!(app.store.workspace_of(conversation_id).await, Ok(Some(_))) {
        return;
    }
    if let Err(error) = sync(app, conversation_id, Scope::Room).await {
        tracing::warn!(conversation = %conversation_id, %error, "a media room could not be set right");
    }
}
