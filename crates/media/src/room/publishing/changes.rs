//! Changing a published track: muting, and what is said about it.

use livekit_protocol::{MuteTrackRequest, TrackInfo, signal_response};

use crate::forward::Forwarder;
use crate::ids::{ParticipantKey, TrackKey};
use crate::room::Room;

impl Room {
    /// A participant mutes or unmutes a track of its own.
    pub(in crate::room) fn mute_own(&mut self, key: ParticipantKey, sid: &str, muted: bool) {
        if let Some(track) = self.own_track(key, sid)
            && track.info.muted != muted
        {
            track.info.muted = muted;
            let track = track.key;
            self.interrupt(track);
            self.announce(key);
        }
    }

    /// Mutes somebody's track. Nothing of it is forwarded from now on, whatever its publisher does, until that one unmutes it.
    pub(in crate::room) fn mute_other(&mut self, track: TrackKey) -> Option<TrackInfo> {
        let track = self.tracks.get_mut(&track)?;
        let was_muted = std::mem::replace(&mut track.info.muted, true);
        let (key, publisher, info) = (track.key, track.publisher, track.info.clone());
        if !was_muted {
            self.interrupt(key);
            self.send(
                publisher,
                signal_response::Message::Mute(MuteTrackRequest {
                    sid: info.sid.clone(),
                    muted: true,
                }),
            );
            self.announce(publisher);
        }
        Some(info)
    }

    /// What follows of a track does not go on from what came before: packets were left out, which subscribers must not take for lost.
    fn interrupt(&mut self, key: TrackKey) {
        self.each_forwarder(key, Forwarder::interrupt);
    }

    pub(in crate::room) fn update_audio_track(
        &mut self,
        key: ParticipantKey,
        sid: &str,
        mut features: Vec<i32>,
    ) {
        features.truncate(16);
        self.update_own_track(key, sid, |info| info.audio_features = features);
    }

    pub(in crate::room) fn update_video_track(
        &mut self,
        key: ParticipantKey,
        sid: &str,
        width: u32,
        height: u32,
    ) {
        self.update_own_track(key, sid, |info| (info.width, info.height) = (width, height));
    }

    fn update_own_track(
        &mut self,
        key: ParticipantKey,
        sid: &str,
        change: impl FnOnce(&mut TrackInfo),
    ) {
        if let Some(track) = self.own_track(key, sid) {
            change(&mut track.info);
            self.announce(key);
        }
    }
}
