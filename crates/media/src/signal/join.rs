//! The first thing a client says: the query of its WebSocket request, in the manner of v1 or of v0.

use std::collections::HashMap;
use std::io::Read;

use base64::Engine;
use base64::alphabet::URL_SAFE;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use flate2::read::GzDecoder;
use livekit_protocol::{
    AddTrackRequest, ClientInfo, JoinRequest, SessionDescription, WrappedJoinRequest, client_info,
    wrapped_join_request,
};
use prost::Message;
use serde::Deserialize;

// Clients differ in whether they pad.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Largest join request after decompression, in bytes. It carries an offer; a compressed one could otherwise unfold without end.
const MAX_JOIN_REQUEST: u64 = 256 * 1024;

/// Tracks that a join request may ask for, and their bytes together. Empty ones take a hundred times their length once they are read.
const MAX_TRACKS: usize = 32;
const MAX_TRACK_BYTES: usize = 16 * 1024;

/// A join request whose tracks are not looked into.
#[derive(Clone, PartialEq, Message)]
struct Shape {
    #[prost(bytes = "vec", repeated, tag = "5")]
    add_track_requests: Vec<Vec<u8>>,
}

/// How a client wants to take part.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Join {
    /// One peer connection for both directions (v1), or two (v0).
    pub single_peer: bool,
    /// Subscribe to every track without being asked for each.
    pub auto_subscribe: bool,
    /// Video may be paused when the network does not carry it.
    pub allow_pause: bool,
    /// The participant to go on as, when a signalling connection was lost.
    pub resume: Option<String>,
    pub offer: Option<SessionDescription>,
    pub add_tracks: Vec<AddTrackRequest>,
    pub metadata: String,
    pub attributes: HashMap<String, String>,
    pub client: ClientInfo,
}

/// The query parameters, as they arrive.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Query {
    pub access_token: Option<String>,
    pub join_request: Option<String>,
    pub reconnect: Option<String>,
    pub sid: Option<String>,
    pub auto_subscribe: Option<String>,
    pub subscriber_allow_pause: Option<String>,
    pub sdk: Option<String>,
    pub version: Option<String>,
    pub protocol: Option<i32>,
    pub browser: Option<String>,
}

/// Why a join request could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum JoinError {
    #[error("join_request is required")]
    Missing,
    #[error("cannot decode join_request")]
    Malformed,
    #[error("join_request is too large")]
    TooLarge,
}

impl From<JoinRequest> for Join {
    fn from(request: JoinRequest) -> Self {
        let settings = request.connection_settings.unwrap_or_default();
        Self {
            single_peer: true,
            auto_subscribe: settings.auto_subscribe,
            allow_pause: settings.subscriber_allow_pause.unwrap_or(true),
            resume: request.reconnect.then_some(request.participant_sid),
            offer: request
                .publisher_offer
                .filter(|offer| !offer.sdp.is_empty()),
            add_tracks: request.add_track_requests,
            metadata: request.metadata,
            attributes: request.participant_attributes,
            client: request.client_info.unwrap_or_default(),
        }
    }
}

impl Query {
    /// Reads the query of `/rtc/v1`.
    pub(crate) fn into_v1(self) -> Result<Join, JoinError> {
        let encoded = self.join_request.ok_or(JoinError::Missing)?;
        let wrapped = BASE64
            .decode(encoded.as_bytes())
            .map_err(|_| JoinError::Malformed)?;
        let wrapped =
            WrappedJoinRequest::decode(wrapped.as_slice()).map_err(|_| JoinError::Malformed)?;
        let gzip = wrapped.compression() == wrapped_join_request::Compression::Gzip;
        let bytes = if gzip {
            unfold(&wrapped.join_request)?
        } else if wrapped.join_request.len() as u64 > MAX_JOIN_REQUEST {
            return Err(JoinError::TooLarge);
        } else {
            wrapped.join_request
        };
        let shape = Shape::decode(bytes.as_slice()).map_err(|_| JoinError::Malformed)?;
        let tracks = &shape.add_track_requests;
        if tracks.len() > MAX_TRACKS || tracks.iter().map(Vec::len).sum::<usize>() > MAX_TRACK_BYTES
        {
            return Err(JoinError::TooLarge);
        }
        JoinRequest::decode(bytes.as_slice())
            .map(Join::from)
            .map_err(|_| JoinError::Malformed)
    }

    /// Reads the query of `/rtc`.
    pub(crate) fn into_v0(self) -> Join {
        let is_true = |value: &Option<String>| matches!(value.as_deref(), Some("1" | "true"));
        Join {
            single_peer: false,
            auto_subscribe: self.auto_subscribe.is_none() || is_true(&self.auto_subscribe),
            allow_pause: self.subscriber_allow_pause.is_none()
                || is_true(&self.subscriber_allow_pause),
            resume: is_true(&self.reconnect).then(|| self.sid.unwrap_or_default()),
            client: ClientInfo {
                sdk: sdk_of(self.sdk.as_deref().unwrap_or_default()) as i32,
                version: self.version.unwrap_or_default(),
                protocol: self.protocol.unwrap_or_default(),
                browser: self.browser.unwrap_or_default(),
                ..Default::default()
            },
            ..Default::default()
        }
    }
}

fn unfold(compressed: &[u8]) -> Result<Vec<u8>, JoinError> {
    let mut bytes = Vec::new();
    let mut reader = GzDecoder::new(compressed).take(MAX_JOIN_REQUEST + 1);
    reader
        .read_to_end(&mut bytes)
        .map_err(|_| JoinError::Malformed)?;
    if bytes.len() as u64 > MAX_JOIN_REQUEST {
        return Err(JoinError::TooLarge);
    }
    Ok(bytes)
}

fn sdk_of(name: &str) -> client_info::Sdk {
    use client_info::Sdk;
    match name {
        "js" => Sdk::Js,
        "ios" | "swift" => Sdk::Swift,
        "android" => Sdk::Android,
        "flutter" => Sdk::Flutter,
        "go" => Sdk::Go,
        "unity" => Sdk::Unity,
        "reactnative" => Sdk::ReactNative,
        "rust" => Sdk::Rust,
        "python" => Sdk::Python,
        "cpp" => Sdk::Cpp,
        _ => Sdk::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    fn wrapped(request: &[u8], gzip: bool) -> Query {
        let join_request = if gzip {
            let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
            encoder.write_all(request).unwrap();
            encoder.finish().unwrap()
        } else {
            request.to_vec()
        };
        let wrapped = WrappedJoinRequest {
            compression: i32::from(gzip),
            join_request,
        };
        Query {
            join_request: Some(BASE64.encode(wrapped.encode_to_vec())),
            ..Default::default()
        }
    }

    #[test]
    fn a_join_request_reads_alike_compressed_and_not() {
        let request = JoinRequest {
            metadata: "m".into(),
            reconnect: true,
            participant_sid: "PA_1".into(),
            ..Default::default()
        };
        let plain = wrapped(&request.encode_to_vec(), false).into_v1().unwrap();
        assert_eq!(
            plain,
            wrapped(&request.encode_to_vec(), true).into_v1().unwrap()
        );
        assert_eq!(
            (plain.metadata.as_str(), plain.resume.as_deref()),
            ("m", Some("PA_1"))
        );
    }

    #[test]
    fn a_request_that_unfolds_too_far_is_refused() {
        let bomb = vec![0; 64 * 1024 * 1024];
        assert_eq!(
            wrapped(&bomb, true).into_v1().unwrap_err(),
            JoinError::TooLarge
        );
    }

    #[test]
    fn tracks_without_number_are_refused_before_they_are_read() {
        let asks_for = |tracks: usize| JoinRequest {
            add_track_requests: vec![AddTrackRequest::default(); tracks],
            ..Default::default()
        };
        let bytes = asks_for(MAX_TRACKS).encode_to_vec();
        let join = wrapped(&bytes, true).into_v1().unwrap();
        assert_eq!(join.add_tracks.len(), MAX_TRACKS);
        for tracks in [MAX_TRACKS + 1, 100_000] {
            let bytes = asks_for(tracks).encode_to_vec();
            assert_eq!(
                wrapped(&bytes, true).into_v1().unwrap_err(),
                JoinError::TooLarge
            );
        }
    }

    #[test]
    fn nonsense_is_refused() {
        assert_eq!(Query::default().into_v1().unwrap_err(), JoinError::Missing);
        let query = Query {
            join_request: Some("*".into()),
            ..Default::default()
        };
        assert_eq!(query.into_v1().unwrap_err(), JoinError::Malformed);
        assert_eq!(
            wrapped(&[0xff; 9], false).into_v1().unwrap_err(),
            JoinError::Malformed
        );
    }

    #[test]
    fn v0_subscribes_by_itself_unless_told_otherwise() {
        assert!(Query::default().into_v0().auto_subscribe);
        assert!(
            !Query {
                auto_subscribe: Some("0".into()),
                ..Default::default()
            }
            .into_v0()
            .auto_subscribe
        );
    }
}
