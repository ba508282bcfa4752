//! What is read of offers besides str0m.

use str0m::media::{MediaKind, Mid};

/// Most sections that an offer may have. A room of 200 with camera and microphone stays below.
pub(crate) const MAX_SECTIONS: usize = 1_000;

/// Which way media may flow in a section, seen by the client who offers it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flow {
    Sends,
    Receives,
    Both,
    None,
}

/// One media section of an offer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Section {
    pub mid: Mid,
    pub kind: MediaKind,
    pub flow: Flow,
    /// Id of the media stream track that the client sends there.
    pub track: Option<String>,
}

impl Section {
    /// Whether the client sends media in it.
    pub(crate) fn sends(&self) -> bool {
        matches!(self.flow, Flow::Sends | Flow::Both)
    }
}

/// Reads the audio and video sections of an offer. Sections that say nothing sensible are left out: str0m judges the offer as a whole.
pub(crate) fn sections(offer: &str) -> Vec<Section> {
    let mut found = Vec::new();
    let mut present: Option<Draft> = None;
    for line in offer.lines() {
        if let Some(media) = line.strip_prefix("m=") {
            found.extend(present.take().and_then(Draft::finish));
            if found.len() == MAX_SECTIONS {
                return found;
            }
            present = Some(Draft::new(media));
        } else if let (Some(draft), Some(attribute)) = (&mut present, line.strip_prefix("a=")) {
            draft.read(attribute);
        }
    }
    found.extend(present.and_then(Draft::finish));
    found
}

#[derive(Default)]
struct Draft {
    kind: Option<MediaKind>,
    rejected: bool,
    mid: Option<Mid>,
    flow: Option<Flow>,
    track: Option<String>,
}

impl Draft {
    fn new(media: &str) -> Self {
        let mut words = media.split(' ');
        let kind = match words.next() {
            Some("audio") => Some(MediaKind::Audio),
            Some("video") => Some(MediaKind::Video),
            _ => None,
        };
        // Port 0 rejects a section, unless `a=bundle-only` says that it merely travels with another.
        Self {
            kind,
            rejected: words.next() == Some("0"),
            ..Self::default()
        }
    }

    fn read(&mut self, attribute: &str) {
        let (name, value) = attribute.split_once(':').unwrap_or((attribute, ""));
        match name {
            "mid" if !value.is_empty() && value.len() <= 16 => self.mid = Some(Mid::from(value)),
            "sendrecv" => self.flow = Some(Flow::Both),
            "sendonly" => self.flow = Some(Flow::Sends),
            "recvonly" => self.flow = Some(Flow::Receives),
            "inactive" => self.flow = Some(Flow::None),
            "bundle-only" => self.rejected = false,
            "msid" => self.track = value.split(' ').nth(1).map(str::to_owned),
            _ => {}
        }
    }

    fn finish(self) -> Option<Section> {
        // RFC 8866: a section without a direction sends and receives.
        let flow = if self.rejected {
            Flow::None
        } else {
            self.flow.unwrap_or(Flow::Both)
        };
        Some(Section {
            mid: self.mid?,
            kind: self.kind?,
            flow,
            track: self.track,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OFFER: &str = "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0 1 2\r\n\
        m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\na=mid:0\r\n\
        m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:1\r\na=recvonly\r\n\
        m=video 0 UDP/TLS/RTP/SAVPF 96\r\na=mid:2\r\na=bundle-only\r\na=sendonly\r\na=msid:stream track-id\r\n\
        m=video 0 UDP/TLS/RTP/SAVPF 96\r\na=mid:3\r\na=sendonly\r\n";

    #[test]
    fn sections_tell_who_sends_what() {
        let found = sections(OFFER);
        let seen: Vec<_> = found
            .iter()
            .map(|section| {
                (
                    section.mid.to_string(),
                    section.flow,
                    section.track.as_deref(),
                )
            })
            .collect();
        assert_eq!(
            seen,
            [
                ("1".into(), Flow::Receives, None),
                ("2".into(), Flow::Sends, Some("track-id")),
                ("3".into(), Flow::None, None)
            ]
        );
    }

    #[test]
    fn nonsense_has_no_sections() {
        assert_eq!(sections("m="), []);
        assert_eq!(sections("m=audio\r\na=mid:\r\n"), []);
        assert_eq!(
            sections("a=mid:1\nm=video 9\na=mid:a-mid-that-is-much-too-long-for-anyone"),
            []
        );
        assert_eq!(
            sections(&"m=audio 9\na=mid:1\n".repeat(5_000)).len(),
            MAX_SECTIONS
        );
    }
}
