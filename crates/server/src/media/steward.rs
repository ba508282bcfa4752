//! Makes a media room as the rules have it: removes who has no grant, sets names and permissions right, switches off what
//! is to be off. It looks at the whole each time and changes only what differs, so that it can be asked at any time.

use super::Media;
use super::tokens::{TOKEN_LIVES, fitting, source_names};
use crate::app::App;
use futures_util::StreamExt;
use futures_util::stream;
use livekit_api::services::room::{RoomClient, UpdateParticipantOptions};
use livekit_api::services::{ServerError, ServerErrorCode, ServiceError};
use livekit_protocol::{ParticipantInfo, ParticipantPermission, TrackSource};
use std::collections::{BTreeSet, HashMap};
use trialogue_conversation::State;
use trialogue_conversation::ids::{ConversationId, ParticipantId, Timestamp};
use trialogue_conversation::media::{MediaGrant, MediaSource, Sources, media_grant};
use trialogue_conversation::participant::Presence;
use trialogue_media::source_has_kind;

/// Requests to the media server at a time, for one room.
const AT_ONCE: usize = 8;

#[derive(Debug, thiserror::Error)]
pub enum SyncError {
    #[error(transparent)]
    Conversation(#[from] crate::rooms::RoomGone),
    #[error("the media server: {0}")]
    MediaServer(#[from] ServiceError),
}

/// One who may be in the room.
#[derive(Clone, Debug)]
struct Allowed {
    /// As they are called now; the token told what they were called then.
    name: String,
    grant: MediaGrant,
    /// What they switched on; everything else is off.
    on: Sources,
}

/// What the rules say of a room.
#[derive(Debug, Default)]
struct Wanted {
    allowed: HashMap<String, Allowed>,
    /// Those without a grant whose token may still live.
    shut_out: Vec<String>,
}

impl Wanted {
    fn of(state: &State, now: Timestamp) -> Self {
        let mut wanted = Self::default();
        for participant in state.participants().filter(|one| one.is_human()) {
            let identity = participant.id.to_string();
            match media_grant(state, participant.id) {
                Ok(grant) => {
                    let allowed = Allowed {
                        name: fitting(&participant.name).to_owned(),
                        grant,
                        on: participant.media,
                    };
                    wanted.allowed.insert(identity, allowed);
                }
                Err(_) if may_hold_token(participant.presence, now) => {
                    wanted.shut_out.push(identity);
                }
                Err(_) => {}
            }
        }
        wanted
    }
}

/// Who went long ago has no token any more.
fn may_hold_token(presence: Presence, now: Timestamp) -> bool {
    let lives_ms = i64::try_from(TOKEN_LIVES.as_millis()).unwrap_or(i64::MAX);
    match presence {
        Presence::Here | Presence::Dropped { .. } => true,
        Presence::Away { since } => since.plus_ms(lives_ms) >= now,
        Presence::Left { at } | Presence::Removed { at } => at.plus_ms(lives_ms) >= now,
    }
}

/// Sets the media room of a conversation right, tokens of those who are shut out included.
pub async fn sync_media(app: &App, conversation_id: ConversationId) -> Result<(), SyncError> {
    sync(app, conversation_id, Scope::TokensToo).await
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Scope {
    /// Those who are in the room.
    Room,
    /// Also those who are not, and might come in with an old token.
    TokensToo,
}

pub(super) async fn sync(
    app: &App,
    conversation_id: ConversationId,
    scope: Scope,
) -> Result<(), SyncError> {
    let Some(rooms) = app.media.rooms() else {
        return Ok(());
    };
    let turn = app.media.turn_for(conversation_id);
    let _turn = turn.lock().await;
    let now = app.now();
    let wanted = app
        .rooms
        .ask(conversation_id, move |state| Wanted::of(state, now))
        .await?;
    let work = Work {
        app,
        rooms,
        conversation_id,
        room: conversation_id.to_string(),
    };
    let done = work.set_right(&wanted, scope).await;
    note_answer(&app.media, &done);
    Ok(done?)
}

/// Ends somebody's call, and the life of their tokens, unless they are in the conversation with another tab.
pub(crate) async fn end_call_unless_here(
    app: &App,
    conversation_id: ConversationId,
    participant_id: ParticipantId,
) -> Result<(), SyncError> {
    let Some(rooms) = app.media.rooms() else {
        return Ok(());
    };
    let turn = app.media.turn_for(conversation_id);
    let _turn = turn.lock().await;
    let here = app.rooms.ask(conversation_id, move |state| {
        state
            .participant(participant_id)
            .is_some_and(|one| one.is_here())
    });
    if here.await? {
        return Ok(());
    }
    let (room, identity) = (conversation_id.to_string(), participant_id.to_string());
    let removed = rooms.remove_participant(&room, &identity).await;
    note_answer(&app.media, &removed);
    known(removed)?;
    Ok(())
}

/// An answer that we do not like is an answer.
pub(super) fn note_answer<T>(media: &Media, outcome: &Result<T, ServiceError>) {
    let failed = matches!(
        outcome,
        Err(ServiceError::Twirp(
            ServerError::Request(_) | ServerError::Url(_)
        ))
    );
    media.note_answered(!failed);
}

struct Work<'a> {
    app: &'a App,
    rooms: &'a RoomClient,
    conversation_id: ConversationId,
    room: String,
}

impl Work<'_> {
    async fn set_right(&self, wanted: &Wanted, scope: Scope) -> Result<(), ServiceError> {
        let there = known(self.rooms.list_participants(&self.room).await)?.unwrap_or_default();
        let mut shut_out: BTreeSet<String> = there
            .iter()
            .map(|one| one.identity.clone())
            .filter(|identity| !wanted.allowed.contains_key(identity))
            .collect();
        if scope == Scope::TokensToo {
            shut_out.extend(wanted.shut_out.iter().cloned());
        }
        let removals = shut_out.iter().map(|identity| self.shut_out(identity));
        let removed = all_done(removals.collect()).await;
        if wanted.allowed.is_empty() && self.nobody_is_allowed_by_now().await {
            known(self.rooms.delete_room(&self.room).await)?;
            return removed;
        }
        let corrections = there.iter().filter_map(|participant| {
            let allowed = wanted.allowed.get(&participant.identity)?;
            Some(self.correct(participant, allowed))
        });
        let corrected = all_done(corrections.collect()).await;
        removed.and(corrected)
    }

    async fn shut_out(&self, identity: &str) -> Result<(), ServiceError> {
        if !self.is_allowed_by_now(identity).await {
            known(self.rooms.remove_participant(&self.room, identity).await)?;
        }
        Ok(())
    }

    async fn correct(
        &self,
        participant: &ParticipantInfo,
        allowed: &Allowed,
    ) -> Result<(), ServiceError> {
        let named = self.set_name_and_permission(participant, allowed).await;
        let silenced = self.switch_off(participant, allowed).await;
        silenced.and(named)
    }

    async fn set_name_and_permission(
        &self,
        participant: &ParticipantInfo,
        allowed: &Allowed,
    ) -> Result<(), ServiceError> {
        let wanted = permission(allowed.grant);
        let has = participant.permission.as_ref();
        let permitted = has.is_some_and(|has| same(has, &wanted));
        if permitted && participant.name == allowed.name {
            return Ok(());
        }
        let options = UpdateParticipantOptions {
            permission: (!permitted).then_some(wanted),
            name: allowed.name.clone(),
            ..UpdateParticipantOptions::default()
        };
        known(
            self.rooms
                .update_participant(&self.room, &participant.identity, options)
                .await,
        )?;
        Ok(())
    }

    async fn switch_off(
        &self,
        participant: &ParticipantInfo,
        allowed: &Allowed,
    ) -> Result<(), ServiceError> {
        let mut failed = None;
        for track in participant.tracks.iter().filter(|track| !track.muted) {
            let Some(source) = source_of(track.source()) else {
                continue;
            };
            // They may have switched it on since the look before. Nobody can unmute them again from here.
            let is_on =
                allowed.on.has(source) || self.is_on_by_now(&participant.identity, source).await;
            // Sound that is called a camera is no camera. The built-in media server refuses it, a cluster does not.
            if is_on && source_has_kind(track.source(), track.r#type()) {
                continue;
            }
            let muted = self
                .rooms
                .mute_published_track(&self.room, &participant.identity, &track.sid, true)
                .await;
            failed = known(muted).err().or(failed);
        }
        failed.map_or(Ok(()), Err)
    }

    // The rules are asked again before what cannot be taken back: time has passed since the look before.

    async fn is_on_by_now(&self, identity: &str, source: MediaSource) -> bool {
        self.holds_by_now(identity, move |state, id| {
            state
                .participant(id)
                .is_some_and(|one| one.media.has(source))
        })
        .await
    }

    async fn is_allowed_by_now(&self, identity: &str) -> bool {
        self.holds_by_now(identity, |state, id| media_grant(state, id).is_ok())
            .await
    }

    async fn nobody_is_allowed_by_now(&self) -> bool {
        let asked = self.app.rooms.ask(self.conversation_id, |state| {
            state
                .participants()
                .all(|one| !one.is_human() || media_grant(state, one.id).is_err())
        });
        asked.await.unwrap_or(true)
    }

    /// Whether something holds of one who is in the room. Not, where that cannot be found out.
    async fn holds_by_now(
        &self,
        identity: &str,
        what: impl FnOnce(&State, ParticipantId) -> bool + Send + 'static,
    ) -> bool {
        let Ok(id) = identity.parse().map(ParticipantId) else {
            return false;
        };
        let asked = self
            .app
            .rooms
            .ask(self.conversation_id, move |state| what(state, id));
        asked.await.unwrap_or(false)
    }
}

/// Does all of it. What fails keeps nothing else from being done, or others would go on being heard.
async fn all_done(
    work: Vec<impl Future<Output = Result<(), ServiceError>>>,
) -> Result<(), ServiceError> {
    let mut work = stream::iter(work).buffer_unordered(AT_ONCE);
    let mut failed = None;
    while let Some(done) = work.next().await {
        failed = done.err().or(failed);
    }
    failed.map_or(Ok(()), Err)
}

/// A room or a person that is not there needs nothing.
fn known<T>(outcome: Result<T, ServiceError>) -> Result<Option<T>, ServiceError> {
    match outcome {
        Ok(done) => Ok(Some(done)),
        Err(ServiceError::Twirp(ServerError::Twirp(error)))
            if error.code == ServerErrorCode::NOT_FOUND =>
        {
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

fn source_of(source: TrackSource) -> Option<MediaSource> {
    match source {
        TrackSource::Camera => Some(MediaSource::Camera),
        TrackSource::Microphone => Some(MediaSource::Microphone),
        TrackSource::ScreenShare | TrackSource::ScreenShareAudio => Some(MediaSource::Screen),
        TrackSource::Unknown => None,
    }
}

pub(super) fn permission(grant: MediaGrant) -> ParticipantPermission {
    let sources = source_names(grant.publish)
        .iter()
        .filter_map(|name| TrackSource::from_str_name(&name.to_uppercase()))
        .map(i32::from)
        .collect();
    ParticipantPermission {
        can_subscribe: grant.subscribe,
        can_publish: grant.publish.any(),
        can_publish_data: false,
        can_publish_sources: sources,
        hidden: grant.hidden,
        ..ParticipantPermission::default()
    }
}

fn same(has: &ParticipantPermission, wanted: &ParticipantPermission) -> bool {
    let sources = |permission: &ParticipantPermission| -> BTreeSet<i32> {
        permission.can_publish_sources.iter().copied().collect()
    };
    (has.can_subscribe, has.can_publish, has.can_publish_data)
        == (
            wanted.can_subscribe,
            wanted.can_publish,
            wanted.can_publish_data,
        )
        && sources(has) == sources(wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_permission_names_what_the_token_named() {
        let grant = MediaGrant {
            publish: Sources {
                camera: true,
                microphone: true,
                screen: true,
            },
            subscribe: true,
            hidden: false,
        };
        let wanted = permission(grant);
        let names: Vec<&str> = wanted
            .can_publish_sources
            .iter()
            .map(|source| {
                TrackSource::try_from(*source)
                    .unwrap_or_default()
                    .as_str_name()
            })
            .collect();
        assert_eq!(
            names,
            ["CAMERA", "MICROPHONE", "SCREEN_SHARE", "SCREEN_SHARE_AUDIO"]
        );
        let mut reordered = wanted.clone();
        reordered.can_publish_sources.reverse();
        assert!(same(&wanted, &reordered));
        reordered.can_publish_data = true;
        assert!(!same(&wanted, &reordered));
    }
}
