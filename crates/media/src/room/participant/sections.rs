//! v1: the sections in which a participant can receive.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use livekit_protocol::MediaSectionsRequirement;
use str0m::media::{MediaKind, Mid};

use crate::peer::{Flow, Section};

/// A client that was asked for sections and does not offer them is asked again after this.
const ASK_AGAIN: Duration = Duration::from_secs(5);

/// The sections that a client's offers gave for receiving.
#[derive(Debug, Default)]
pub(in crate::room) struct Sections {
    known: BTreeMap<Mid, Known>,
    /// When more were last asked for in vain.
    asked_at: Option<Instant>,
}

#[derive(Debug, Clone, Copy)]
struct Known {
    kind: MediaKind,
    /// None is used twice: Chromium then decodes, but the element on the page stays blank.
    used: bool,
}

impl Sections {
    /// Remembers in which sections of its offer a client can receive.
    pub(in crate::room) fn note(&mut self, offered: &[Section]) {
        self.asked_at = None;
        let receivable: BTreeMap<_, _> = offered
            .iter()
            .rev()
            .filter(|section| section.flow == Flow::Receives)
            .map(|section| (section.mid, section.kind))
            .collect();
        self.known.retain(|mid, _| receivable.contains_key(mid));
        for (mid, kind) in receivable {
            self.known.entry(mid).or_insert(Known { kind, used: false });
        }
    }

    /// Whether a section carries or has carried something.
    pub(in crate::room) fn is_used(&self, mid: Mid) -> bool {
        self.known.get(&mid).is_some_and(|known| known.used)
    }

    /// A section that was never used, and is from now on.
    pub(in crate::room) fn take(&mut self, kind: MediaKind) -> Option<Mid> {
        let mut all = self.known.iter_mut();
        let (mid, fresh) = all.find(|(_, known)| !known.used && known.kind == kind)?;
        fresh.used = true;
        Some(*mid)
    }

    /// The client is to be asked even if it was asked already.
    pub(in crate::room) fn ask_anew(&mut self) {
        self.asked_at = None;
    }

    /// Whether the client was asked long ago, and has not offered since.
    pub(in crate::room) fn is_overdue(&self, now: Instant) -> bool {
        self.asked_at
            .is_some_and(|asked| now.saturating_duration_since(asked) >= ASK_AGAIN)
    }

    /// What the client is to be asked for, given what waits for a section; `None` if nothing does, or the client has been asked.
    pub(in crate::room) fn ask(
        &mut self,
        now: Instant,
        waiting: impl Iterator<Item = MediaKind>,
    ) -> Option<MediaSectionsRequirement> {
        let (mut audios, mut videos) = (0_u32, 0_u32);
        for kind in waiting {
            match kind {
                MediaKind::Audio => audios += 1,
                MediaKind::Video => videos += 1,
            }
        }
        if audios + videos == 0 || self.asked_at.is_some() {
            return None;
        }
        self.asked_at = Some(now);
        Some(MediaSectionsRequirement {
            num_audios: audios.saturating_sub(self.fresh(MediaKind::Audio)),
            num_videos: videos.saturating_sub(self.fresh(MediaKind::Video)),
        })
    }

    fn fresh(&self, kind: MediaKind) -> u32 {
        let fresh = |known: &&Known| !known.used && known.kind == kind;
        self.known.values().filter(fresh).count() as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offered(mids: &[&str]) -> Vec<Section> {
        let section = |mid: &&str| Section {
            mid: Mid::from(*mid),
            kind: MediaKind::Audio,
            flow: Flow::Receives,
            track: None,
        };
        mids.iter().map(section).collect()
    }

    #[test]
    fn no_section_is_used_twice_though_it_is_offered_again() {
        let mut sections = Sections::default();
        sections.note(&offered(&["1", "2"]));
        assert_eq!(sections.take(MediaKind::Video), None);
        assert_eq!(sections.take(MediaKind::Audio), Some(Mid::from("1")));
        sections.note(&offered(&["1", "2"]));
        assert_eq!(sections.take(MediaKind::Audio), Some(Mid::from("2")));
        assert_eq!(sections.take(MediaKind::Audio), None);
        assert!(sections.is_used(Mid::from("2")));
    }

    #[test]
    fn a_client_is_asked_for_what_is_missing_and_not_again_until_it_offers() {
        let now = Instant::now();
        let mut sections = Sections::default();
        sections.note(&offered(&["1"]));
        let waiting = || [MediaKind::Audio, MediaKind::Audio, MediaKind::Video].into_iter();
        assert_eq!(sections.ask(now, std::iter::empty()), None);
        let asked = sections.ask(now, waiting()).unwrap();
        assert_eq!((asked.num_audios, asked.num_videos), (1, 1));
        assert_eq!(sections.ask(now, waiting()), None);
        assert!(!sections.is_overdue(now));
        assert!(sections.is_overdue(now + ASK_AGAIN));
        sections.note(&offered(&["1"]));
        assert!(!sections.is_overdue(now + ASK_AGAIN));
        assert!(sections.ask(now, waiting()).is_some());
    }
}
