//! Tells the media server what an event changed.

use super::worker::Outcome;
use crate::app::App;
use crate::media;
use trialogue_conversation::ids::ConversationId;

/// Soon: until then somebody is heard who should not be.
const AGAIN_AFTER_MS: i64 = 1_000;

pub(super) async fn sync(app: &App, conversation_id: ConversationId) -> Outcome {
    match media::sync_media(app, conversation_id).await {
        Ok(()) => Outcome::Done,
        Err(error) => Outcome::Retry {
            after_ms: AGAIN_AFTER_MS,
            error: error.to_string(),
        },
    }
}
