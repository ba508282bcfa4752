//! At the built-in media server's door: what a token grants counts only as far as the rules still grant it. So a token dies with
//! the permission, also over a restart, after which the media server remembers no removal.

use super::check_rooms;
use super::steward::permission;
use crate::rooms::Rooms;
use trialogue_conversation::ids::{ConversationId, ParticipantId};
use trialogue_conversation::media::media_grant;
use trialogue_media::{Door, Verdict};
use uuid::Uuid;

pub(super) struct AskTheRules {
    pub rooms: Rooms,
}

#[async_trait::async_trait]
impl Door for AskTheRules {
    async fn ask(&self, room: &str, identity: &str) -> Verdict {
        if check_rooms::is_name(room) {
            // Nobody else is in there, and its name is a secret of the token's holder.
            return Verdict::AsGranted;
        }
        let (Ok(conversation_id), Ok(participant_id)) =
            (room.parse::<Uuid>(), identity.parse::<u64>())
        else {
            return Verdict::Refused;
        };
        let participant_id = ParticipantId(participant_id);
        let asked = self
            .rooms
            .ask(ConversationId(conversation_id), move |state| {
                media_grant(state, participant_id)
            });
        match asked.await {
            Ok(Ok(grant)) => Verdict::With(Box::new(permission(grant))),
            Ok(Err(_)) => Verdict::Refused,
            Err(_) => Verdict::Unknown,
        }
    }
}
