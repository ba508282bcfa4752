//! What a source of media is.

use livekit_protocol::{TrackSource, TrackType};

/// Whether a source has tracks of this kind. Whoever mutes a microphone goes by the source: sound that is called a camera would go on.
/// The built-in media server refuses such tracks; whoever steers another one, which does not, asks here.
pub fn source_has_kind(source: TrackSource, kind: TrackType) -> bool {
    match source {
        TrackSource::Camera | TrackSource::ScreenShare => kind == TrackType::Video,
        TrackSource::Microphone | TrackSource::ScreenShareAudio => kind == TrackType::Audio,
        TrackSource::Unknown => true,
    }
}
