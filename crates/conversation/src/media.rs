//! Camera, microphone and screen: what can be switched on, and what a media server may let somebody do.

use crate::ids::{AskId, ParticipantId, Timestamp};
use crate::participant::{Identity, Participant, Presence};
use crate::permissions::{Action, in_table, may};
use crate::refusal::{AccessRefusal, InviteRefusal, MediaRefusal, Refusal};
use crate::state::State;
use serde::{Deserialize, Serialize};

/// Something that sends pictures or sound.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum MediaSource {
    Camera,
    Microphone,
    /// With its sound.
    Screen,
}

impl MediaSource {
    pub const ALL: [Self; 3] = [Self::Camera, Self::Microphone, Self::Screen];
}

/// For each source, yes or no: whether it is on, or whether it may be published.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(default)]
pub struct Sources {
    pub camera: bool,
    pub microphone: bool,
    pub screen: bool,
}

impl Sources {
    pub const NONE: Self = Self {
        camera: false,
        microphone: false,
        screen: false,
    };

    pub fn has(self, source: MediaSource) -> bool {
        match source {
            MediaSource::Camera => self.camera,
            MediaSource::Microphone => self.microphone,
            MediaSource::Screen => self.screen,
        }
    }

    pub fn any(self) -> bool {
        self != Self::NONE
    }

    /// The same without this source.
    #[must_use]
    pub fn without(mut self, source: MediaSource) -> Self {
        match source {
            MediaSource::Camera => self.camera = false,
            MediaSource::Microphone => self.microphone = false,
            MediaSource::Screen => self.screen = false,
        }
        self
    }

    /// Whether something is here that is not in `other`.
    pub fn exceed(self, other: Self) -> bool {
        MediaSource::ALL
            .into_iter()
            .any(|source| self.has(source) && !other.has(source))
    }
}

/// How a conversation is held.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum InteractionMode {
    /// Nobody has anything switched on.
    #[default]
    Chat,
    Video,
    VideoAndText,
}

/// How the interaction mode came to change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum ModeCause {
    Chosen,
    /// Somebody switched something on while it was a chat.
    SwitchedOn,
    VideoDisabled,
}

/// Somebody was asked to switch something on and has not answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Ask {
    pub id: AskId,
    pub participant_id: ParticipantId,
    pub source: MediaSource,
    pub by: ParticipantId,
}

/// What the media server may let a participant do: the whole content of their access token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MediaGrant {
    pub publish: Sources,
    pub subscribe: bool,
    /// Others are not told of this participant.
    pub hidden: bool,
}

/// What a participant may do with media now. The screen may be published only by whoever holds it, see
/// [`Command::SetMedia`](crate::command::Command::SetMedia); camera and microphone are everybody's own.
pub fn media_grant(state: &State, participant_id: ParticipantId) -> Result<MediaGrant, Refusal> {
    let participant = state
        .participant(participant_id)
        .filter(|participant| participant.is_inside())
        .ok_or(AccessRefusal::NotInside)?;
    if let Some(refusal) = barred(state, participant) {
        return Err(refusal);
    }
    if !may(state, participant, Action::WatchMedia) {
        return Err(AccessRefusal::NotAllowed(Action::WatchMedia).into());
    }
    let publishes = may(state, participant, Action::PublishMedia);
    Ok(MediaGrant {
        publish: Sources {
            camera: publishes,
            microphone: publishes,
            screen: publishes && participant.media.screen,
        },
        subscribe: true,
        hidden: !participant.acts(),
    })
}

/// Whether somebody may try their camera and connection now: who is inside, or was let in and stands in the waiting room.
pub fn may_check_media(state: &State, identity: &Identity, now: Timestamp) -> Result<(), Refusal> {
    let is_admitted = state
        .requests_of(identity)
        .any(|request| request.is_admitted_at(now));
    if state.participant_of(identity).is_none() && !is_admitted {
        return Err(AccessRefusal::NotInside.into());
    }
    has_video(state)
}

/// Whether there can be a call at all.
pub(crate) fn has_video(state: &State) -> Result<(), Refusal> {
    if !state.is_open() {
        return Err(AccessRefusal::Ended.into());
    }
    video_refused(state).map_or(Ok(()), |refusal| Err(refusal.into()))
}

/// Why nobody may use video here.
pub(crate) fn video_refused(state: &State) -> Option<MediaRefusal> {
    let settings = state.settings()?;
    video_refusal(settings.media_available, settings.disable_video)
}

/// Why there is no video with a persona, whether a conversation with it has begun or not.
pub fn video_refusal(media_available: bool, disable_video: bool) -> Option<MediaRefusal> {
    if !media_available {
        return Some(MediaRefusal::Unavailable);
    }
    disable_video.then_some(MediaRefusal::VideoDisabled)
}

/// Why media is out of question for this one now, whatever the table grants them.
pub(crate) fn barred(state: &State, participant: &Participant) -> Option<Refusal> {
    if !state.is_open() {
        return Some(AccessRefusal::Ended.into());
    }
    if let Some(refusal) = video_refused(state) {
        return Some(refusal.into());
    }
    if !matches!(
        participant.presence,
        Presence::Here | Presence::Dropped { .. }
    ) {
        return Some(MediaRefusal::Away.into());
    }
    // A guest whose invitation was revoked may finish their sentence in the chat, but is neither seen nor shown.
    match participant.invitation_id() {
        Some(invitation_id) if !state.invitation_holds(invitation_id) => {
            Some(InviteRefusal::Revoked(invitation_id).into())
        }
        _ => None,
    }
}

/// Who keeps this participant from sharing a screen.
pub(crate) fn screen_taken_by<'a>(
    state: &'a State,
    participant: &Participant,
) -> Option<&'a Participant> {
    if state
        .settings()
        .is_some_and(|settings| settings.many_screens)
    {
        return None;
    }
    state
        .inside()
        .find(|other| other.id != participant.id && other.media.screen)
}

/// Whether this one could switch the source on if they were asked to.
pub(crate) fn may_be_asked(state: &State, other: &Participant, source: MediaSource) -> bool {
    other.is_inside()
        && in_table(other.role, other.presence_mode, Action::PublishMedia)
        && !other.media.has(source)
        && barred(state, other).is_none()
        && (source != MediaSource::Screen || screen_taken_by(state, other).is_none())
}
