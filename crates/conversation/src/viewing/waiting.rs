//! The truth for one who stands outside.

use crate::decide::may_knock_again_at;
use crate::ids::{JoinRequestId, Timestamp};
use crate::joining::{JoinRequest, JoinState};
use crate::media::has_video;
use crate::state::State;
use crate::view::{WaitingState, WaitingView};

/// What somebody outside sees of their own knock, and nothing of the conversation but the persona's name and picture.
/// None for a knock that does not exist, or so long ago that it is forgotten.
pub fn waiting_view(
    state: &State,
    request_id: JoinRequestId,
    now: Timestamp,
) -> Option<WaitingView> {
    let about = state.about()?;
    let request = state.request(request_id)?;
    Some(WaitingView {
        request_id,
        persona_name: about.persona.name.clone(),
        persona_picture: about.persona.picture.clone(),
        state: waiting_state(state, request, now),
        video: has_video(state).is_ok(),
        asks_history: request.asks_history,
        expires_at: request.expires_at,
    })
}

fn waiting_state(state: &State, request: &JoinRequest, now: Timestamp) -> WaitingState {
    let ended = !state.is_open();
    match request.state {
        JoinState::Joined { .. } => WaitingState::Joined,
        _ if ended => WaitingState::ConversationEnded,
        JoinState::Requested | JoinState::Admitted { .. } if now >= request.expires_at => {
            WaitingState::Expired
        }
        JoinState::Requested if state.host_is_here() => WaitingState::Asked,
        JoinState::Requested => WaitingState::NobodyThere,
        JoinState::Admitted { history, .. } => WaitingState::Admitted { history },
        JoinState::Declined { .. } => WaitingState::Declined {
            may_knock_again_at: may_knock_again_at(state, request),
        },
        JoinState::Withdrawn => WaitingState::Withdrawn,
        JoinState::Expired => WaitingState::Expired,
        JoinState::Revoked => WaitingState::Revoked,
    }
}
