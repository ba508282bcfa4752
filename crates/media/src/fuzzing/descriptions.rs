//! Session descriptions as a browser writes them, and descriptions that are nearly so.

use std::fmt::Write;

use super::bytes::Bytes;

/// Streams in [`OFFER`], by the media that they carry.
pub(super) const AUDIO_SSRC: u32 = 0x0000_1111;
pub(super) const VIDEO_SSRC: u32 = 0x0000_2222;

/// The client's names of what it sends in [`OFFER`].
pub(super) const AUDIO_TRACK: &str = "mic";
pub(super) const VIDEO_TRACK: &str = "cam";

const SESSION: &str = "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0 1 2 3 4\r\n\
    a=extmap-allow-mixed\r\na=msid-semantic: WMS\r\n";

const TRANSPORT: &str = "a=ice-ufrag:them\r\na=ice-pwd:0123456789abcdefghijklmn\r\na=ice-options:trickle\r\n\
    a=fingerprint:sha-256 00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00\r\n\
    a=setup:actpass\r\n";

const EXTENSIONS: &str = "a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level\r\n\
    a=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time\r\n\
    a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01\r\n\
    a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid\r\n";

const VIDEO_EXTENSIONS: &str = "a=extmap:10 urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id\r\n\
    a=extmap:11 urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id\r\n\
    a=extmap:13 urn:3gpp:video-orientation\r\n\
    a=extmap:5 http://www.webrtc.org/experiments/rtp-hdrext/playout-delay\r\n\
    a=extmap:6 http://www.webrtc.org/experiments/rtp-hdrext/video-content-type\r\n\
    a=extmap:12 https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension\r\n";

const AUDIO_CODECS: &str = "a=rtcp-mux\r\na=rtpmap:111 opus/48000/2\r\na=rtcp-fb:111 transport-cc\r\n\
    a=fmtp:111 minptime=10;useinbandfec=1\r\na=rtpmap:63 red/48000/2\r\na=fmtp:63 111/111\r\n";

/// How many codecs of video there are.
pub(super) const ALL: usize = VIDEO_CODECS.len();

const VIDEO_CODECS: [(u8, &str, &str); 4] = [
    (96, "VP8", ""),
    (98, "VP9", "profile-id=0"),
    (
        102,
        "H264",
        "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f",
    ),
    (45, "AV1", "level-idx=5;profile=0;tier=0"),
];

/// How a client in v1 offers: data channels, one track of each kind that it sends, one section of each kind to receive in.
/// With `simulcast` its video has three layers, else one stream with a number known from the start. Only the first `codecs` of video are named.
pub(super) fn offer(simulcast: bool, codecs: usize) -> String {
    // What holds for all sections stands once: reading it takes most of the time.
    let mut sdp = format!("{SESSION}{TRANSPORT}");
    sdp.push_str("m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n");
    sdp.push_str("a=mid:0\r\na=sctp-port:5000\r\na=max-message-size:262144\r\n");
    for (mid, flow, track) in [
        (1, "sendonly", Some((AUDIO_TRACK, AUDIO_SSRC))),
        (3, "recvonly", None),
    ] {
        _ = write!(
            sdp,
            "m=audio 9 UDP/TLS/RTP/SAVPF 111 63\r\na=mid:{mid}\r\n{EXTENSIONS}a={flow}\r\n{AUDIO_CODECS}"
        );
        if let Some((name, ssrc)) = track {
            _ = write!(
                sdp,
                "a=msid:stream {name}\r\na=ssrc:{ssrc} cname:them\r\na=ssrc:{ssrc} msid:stream {name}\r\n"
            );
        }
    }
    let payloads: String = VIDEO_CODECS
        .iter()
        .take(codecs)
        .map(|(payload, ..)| format!(" {payload} {}", payload + 1))
        .collect();
    for (mid, flow, track) in [
        (2, "sendonly", Some((VIDEO_TRACK, VIDEO_SSRC))),
        (4, "recvonly", None),
    ] {
        _ = write!(
            sdp,
            "m=video 9 UDP/TLS/RTP/SAVPF{payloads}\r\na=mid:{mid}\r\n{EXTENSIONS}{VIDEO_EXTENSIONS}\
             a={flow}\r\na=rtcp-mux\r\n"
        );
        for (payload, name, format) in VIDEO_CODECS.into_iter().take(codecs) {
            _ = write!(
                sdp,
                "a=rtpmap:{payload} {name}/90000\r\na=rtcp-fb:{payload} transport-cc\r\n\
                 a=rtcp-fb:{payload} nack\r\na=rtcp-fb:{payload} nack pli\r\n"
            );
            if !format.is_empty() {
                _ = write!(sdp, "a=fmtp:{payload} {format}\r\n");
            }
            _ = write!(
                sdp,
                "a=rtpmap:{repair} rtx/90000\r\na=fmtp:{repair} apt={payload}\r\n",
                repair = payload + 1
            );
        }
        match track {
            Some((name, _)) if simulcast => {
                _ = write!(
                    sdp,
                    "a=msid:stream {name}\r\na=rid:q send\r\na=rid:h send\r\na=rid:f send\r\na=simulcast:send q;h;f\r\n"
                );
            }
            Some((name, ssrc)) => {
                _ = write!(
                    sdp,
                    "a=msid:stream {name}\r\na=ssrc-group:FID {ssrc} {repair}\r\na=ssrc:{ssrc} cname:them\r\na=ssrc:{repair} cname:them\r\n",
                    repair = ssrc + 1
                );
            }
            None => {}
        }
    }
    // Sections stand in the order of their names.
    in_order(&sdp)
}

/// The same with so many more sections to receive in.
pub(super) fn with_sections(offer: &str, audios: u32, videos: u32) -> String {
    let sections: Vec<&str> = offer.split("\r\nm=").skip(1).collect();
    let mut sdp = offer.to_owned();
    let mut number = sections.len();
    for (kind, count) in [("audio", audios), ("video", videos)] {
        let like = sections
            .iter()
            .find(|section| section.starts_with(kind) && section.contains("a=recvonly"));
        for _ in 0..count {
            let Some(like) = like else { break };
            for line in like.trim_end_matches("\r\n").lines() {
                let line = match line {
                    _ if line.starts_with(kind) => format!("m={line}"),
                    _ if line.starts_with("a=mid:") => format!("a=mid:{number}"),
                    _ => line.to_owned(),
                };
                sdp.push_str(&line);
                sdp.push_str("\r\n");
            }
            number += 1;
        }
    }
    let bundle: Vec<String> = (0..number).map(|mid| mid.to_string()).collect();
    let group = format!("a=group:BUNDLE {}", bundle.join(" "));
    let mut lines: Vec<&str> = sdp.lines().collect();
    if let Some(line) = lines
        .iter_mut()
        .find(|line| line.starts_with("a=group:BUNDLE"))
    {
        *line = &group;
    }
    lines.join("\r\n") + "\r\n"
}

/// How a client answers the server's offer in v0.
pub(super) fn answer(offer: &str) -> String {
    let mut sdp = String::new();
    for line in offer.lines() {
        let answered = match line {
            "a=sendonly" => "a=recvonly",
            "a=setup:actpass" => "a=setup:active",
            "a=ice-lite" => continue,
            _ if line.starts_with("a=msid") || line.starts_with("a=ssrc") => continue,
            _ if line.starts_with("a=candidate") => continue,
            _ => line,
        };
        sdp.push_str(answered);
        sdp.push_str("\r\n");
    }
    sdp
}

/// Changes lines of a description: how many changes, then for each which line, what is done with it, and to what.
pub(super) fn edited(sdp: &str, changes: &mut Bytes<'_>) -> String {
    let mut lines: Vec<String> = sdp.lines().map(str::to_owned).collect();
    let count = changes.byte().unwrap_or(0) % 16;
    for _ in 0..count {
        let (Some(at), Some(how)) = (changes.short(), changes.byte()) else {
            break;
        };
        if lines.is_empty() {
            break;
        }
        let at = usize::from(at) % lines.len();
        let length = usize::from(how >> 3);
        match how & 7 {
            0 => _ = lines.remove(at),
            1 => lines.insert(at, lines[at].clone()),
            2 => {
                let other = (at + length) % lines.len();
                lines.swap(at, other);
            }
            3 => lines[at] = changes.text(length),
            4 => lines.insert(at, changes.text(length)),
            5 => {
                // The value of an attribute.
                let kept = lines[at].find(':').map_or(0, |colon| colon + 1);
                lines[at].truncate(kept);
                lines[at].push_str(&changes.text(length));
            }
            6 => lines.truncate(at.max(1)),
            _ => lines[at].push_str(&changes.text(length)),
        }
    }
    let mut text = lines.join("\r\n");
    text.push_str("\r\n");
    text
}

fn in_order(sdp: &str) -> String {
    let mut pieces = sdp.split("\r\nm=");
    let mut ordered = pieces.next().unwrap_or_default().to_owned();
    let mut sections: Vec<&str> = pieces
        .map(|section| section.trim_end_matches("\r\n"))
        .collect();
    sections.sort_by_key(|section| {
        section
            .split("a=mid:")
            .nth(1)
            .and_then(|rest| rest.bytes().next())
    });
    for section in sections {
        ordered.push_str("\r\nm=");
        ordered.push_str(section);
    }
    ordered.push_str("\r\n");
    ordered
}
