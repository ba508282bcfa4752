//! Who is speaking, from the levels that browsers put beside each audio packet (RFC 6464).

use std::collections::HashMap;
use std::time::{Duration, Instant};

use livekit_protocol::{SpeakerInfo, SpeakersChanged, signal_response};

use super::Room;

/// How often speakers are looked at.
const EVERY: Duration = Duration::from_millis(400);

/// A packet louder than this, in decibels below full scale, is speech. LiveKit's default.
const SPEECH: u8 = 35;

/// So much of the time, in percent, somebody must be louder than that.
const SHARE: u32 = 40;

/// Levels are told in steps, so that clients are not told of every breath.
const STEPS: f32 = 8.0;

/// How loud a track has been since it was last asked.
#[derive(Debug, Default)]
pub(super) struct Loudness {
    packets: u32,
    loud: u32,
    /// Sum of the levels of loud packets, in decibels below full scale.
    sum: u32,
}

/// Who speaks, as last told.
#[derive(Debug)]
pub(super) struct Speakers {
    due: Instant,
    active: HashMap<String, f32>,
}

impl Loudness {
    /// Counts a packet with its level in negative decibels (0 is loudest).
    pub(super) fn count(&mut self, level: i8, voice: Option<bool>) {
        let below = level.unsigned_abs();
        self.packets += 1;
        if below <= SPEECH && voice != Some(false) {
            self.loud += 1;
            self.sum += u32::from(below);
        }
    }

    /// The level from 0 to 1 since last time, and starts anew.
    fn take(&mut self) -> f32 {
        let Self { packets, loud, sum } = std::mem::take(self);
        if loud == 0 || loud * 100 < packets * SHARE {
            return 0.0;
        }
        let average = sum as f32 / loud as f32;
        let level = 10f32.powf(-average / 20.0);
        (level * STEPS).ceil() / STEPS
    }
}

impl Speakers {
    pub(super) fn new(now: Instant) -> Self {
        Self {
            due: now + EVERY,
            active: HashMap::new(),
        }
    }

    pub(super) fn forget(&mut self, sid: &str) {
        self.active.remove(sid);
    }

    /// Replaces who speaks and says what changed.
    fn replace(&mut self, active: HashMap<String, f32>) -> Vec<SpeakerInfo> {
        let info = |sid: &String, level: f32| SpeakerInfo {
            sid: sid.clone(),
            level,
            active: level > 0.0,
        };
        let mut changed: Vec<_> = active
            .iter()
            .filter(|(sid, level)| self.active.get(*sid) != Some(level))
            .map(|(sid, level)| info(sid, *level))
            .collect();
        changed.extend(
            self.active
                .keys()
                .filter(|sid| !active.contains_key(*sid))
                .map(|sid| info(sid, 0.0)),
        );
        changed.sort_by(|one, other| {
            other
                .level
                .total_cmp(&one.level)
                .then_with(|| one.sid.cmp(&other.sid))
        });
        self.active = active;
        changed
    }
}

impl Room {
    /// Tells everyone who speaks, if that changed.
    pub(super) fn publish_speakers(&mut self, now: Instant) {
        if now < self.speakers.due {
            return;
        }
        self.speakers.due = now + EVERY;
        let mut active: HashMap<String, f32> = HashMap::new();
        for track in self.tracks.values_mut() {
            let level = track.loudness.take();
            let publisher = self
                .participants
                .get(&track.publisher)
                .filter(|publisher| !publisher.is_hidden());
            if let Some(publisher) = publisher.filter(|_| level > 0.0) {
                let heard = active.entry(publisher.sid().to_owned()).or_default();
                *heard = heard.max(level);
            }
        }
        let speakers = self.speakers.replace(active);
        if !speakers.is_empty() {
            self.send_all(&signal_response::Message::SpeakersChanged(
                SpeakersChanged { speakers },
            ));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(levels: &[i8]) -> f32 {
        let mut loudness = Loudness::default();
        for level in levels {
            loudness.count(*level, None);
        }
        loudness.take()
    }

    #[test]
    fn silence_and_a_cough_are_no_speech() {
        assert_eq!(heard(&[]), 0.0);
        assert_eq!(heard(&[-127; 20]), 0.0);
        let mut cough = [-90; 20];
        cough[..7].fill(-10);
        assert_eq!(heard(&cough), 0.0);
        assert!(heard(&[-20; 20]) > 0.0);
    }

    #[test]
    fn the_louder_the_higher_up_to_one() {
        assert!(heard(&[-6; 20]) > heard(&[-30; 20]));
        assert_eq!(heard(&[0; 20]), 1.0);
    }

    #[test]
    fn only_changes_are_told_and_silence_is_one() {
        let mut speakers = Speakers::new(Instant::now());
        let told = speakers.replace(HashMap::from([("PA_1".to_owned(), 0.5)]));
        assert_eq!(told.len(), 1);
        assert_eq!(
            speakers.replace(HashMap::from([("PA_1".to_owned(), 0.5)])),
            []
        );
        let told = speakers.replace(HashMap::new());
        assert_eq!((told[0].sid.as_str(), told[0].active), ("PA_1", false));
    }
}
