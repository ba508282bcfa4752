//! Session descriptions: what is read of an offer besides str0m, what is changed in its answer, and answers to the server's offers.

use std::collections::BTreeMap;
use std::time::Instant;

use str0m::change::SdpAnswer;
use str0m::media::{MediaKind, Mid};
use str0m::net::Protocol;

use super::bytes::Bytes;
use super::{descriptions, plain, stage};
use crate::peer::{Flow, NewSection, Peer, PeerSettings, Section, complete_answer, sections};

pub(super) const TEXT: u8 = 0;
pub(super) const OFFER: u8 = 1;
pub(super) const ANSWER: u8 = 2;
const KINDS: u8 = 3;

const STREAM: &str = "PA_someone|TR_something";
const TRACK: &str = "TR_something";

/// An input: a text for a description, or changes to one that a browser wrote. Returns whether a description was taken.
pub(super) fn run(input: &[u8]) -> Option<bool> {
    let mut input = Bytes(input);
    let kind = input.byte()? % KINDS;
    let settings = PeerSettings::with(
        plain::provider(),
        plain::certificate(),
        vec![(Protocol::Udp, stage::SERVER)],
    );
    let mut peer = Peer::new(&settings, None, Instant::now());
    if kind == ANSWER {
        return Some(answer(&mut peer, &mut input));
    }
    let offer = if kind == TEXT {
        String::from_utf8_lossy(input.0).into_owned()
    } else {
        let flags = input.byte()?;
        let simulcast = flags & 1 == 1;
        descriptions::edited(
            &descriptions::offer(simulcast, 1 + usize::from(flags >> 1 & 3)),
            &mut input,
        )
    };
    let found = sections(&offer);
    assert!(found.len() <= offer.matches("m=").count());
    let Ok(answer) = peer.accept_offer(&offer) else {
        return Some(false);
    };
    complete(&answer, &found);
    Some(true)
}

/// Names what is sent in every other section that can receive.
fn complete(answer: &str, found: &[Section]) {
    let sent: BTreeMap<Mid, (String, String)> = found
        .iter()
        .filter(|section| section.flow == Flow::Receives)
        .step_by(2)
        .map(|section| (section.mid, (STREAM.to_owned(), TRACK.to_owned())))
        .collect();
    let completed = complete_answer(answer, &sent);
    let mids = |sdp: &str| -> Vec<String> {
        sdp.lines()
            .filter(|line| line.starts_with("a=mid:") || line.starts_with("m="))
            .map(str::to_owned)
            .collect()
    };
    assert_eq!(
        mids(answer),
        mids(&completed),
        "sections came, went or changed places"
    );
    // To an offer that makes no sense str0m's own answer may make none.
    let is_read = |sdp: &str| SdpAnswer::from_sdp_string(sdp).is_ok();
    assert!(
        is_read(&completed) || !is_read(answer),
        "the answer cannot be read any more"
    );
    for section in completed.split("\r\nm=").skip(1) {
        let mid = section
            .lines()
            .find_map(|line| line.strip_prefix("a=mid:"))
            .map(Mid::from);
        let is_named = mid.is_some_and(|mid| sent.contains_key(&mid));
        let sends = section
            .lines()
            .any(|line| line == "a=sendonly" || line == "a=sendrecv");
        let is_media = section.starts_with("audio") || section.starts_with("video");
        assert!(!is_media || is_named || !sends, "an unnamed track is sent");
    }
}

/// v0: the server offers, the client answers what it likes.
fn answer(peer: &mut Peer, input: &mut Bytes<'_>) -> bool {
    let added: Vec<_> = [MediaKind::Audio, MediaKind::Video]
        .into_iter()
        .map(|kind| NewSection {
            kind,
            stream: STREAM.into(),
            track: TRACK.into(),
        })
        .collect();
    let Some(offer) = peer.offer(&added, &[], false) else {
        return false;
    };
    let sdp = descriptions::edited(&descriptions::answer(&offer.sdp), input);
    let taken = peer.accept_answer(offer.id, &sdp).is_ok();
    // The next offer is about what the answer made of this one.
    _ = peer.offer(&[], &[], true);
    taken
}
