//! What a viewer is told of the call, besides what each participant has switched on.

use crate::media::{has_video, media_grant};
use crate::sentences;
use crate::state::State;
use crate::view::{AskCard, VideoCard};
use crate::viewer::Viewer;

pub(super) fn video_card(state: &State, viewer: &Viewer) -> VideoCard {
    let refusal = match viewer.participant_id {
        Some(participant_id) => media_grant(state, participant_id).err(),
        // Who only reads is not in the call.
        None => {
            return VideoCard {
                available: false,
                why_not: has_video(state).err().map(|refusal| refusal.sentence()),
            };
        }
    };
    VideoCard {
        available: refusal.is_none(),
        why_not: refusal.map(|refusal| refusal.sentence()),
    }
}

pub(super) fn asks(state: &State, viewer: &Viewer) -> Vec<AskCard> {
    let own = state
        .asks()
        .iter()
        .filter(|ask| Some(ask.participant_id) == viewer.participant_id);
    own.map(|ask| AskCard {
        asked: ask.id,
        source: ask.source,
        by: ask.by,
        text: sentences::asks_to_turn_on(state.name_of(ask.by), ask.source),
    })
    .collect()
}
