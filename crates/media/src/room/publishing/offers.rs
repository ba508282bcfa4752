//! A client's offers: which announced track each section carries.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Instant;

use livekit_protocol::{DisconnectReason, SessionDescription, leave_request, signal_response};
use str0m::media::{MediaKind, Mid};
use tracing::debug;

use crate::ids::{ParticipantKey, TrackKey};
use crate::peer::{Section, Sending, ask_for, complete_answer, sections};
use crate::room::Room;
use crate::room::subscribing::track_names;
use crate::signal::description;

/// With more spent sections than this in its offer a client is asked to begin again, with none. A section takes about 1.5 kB: were they to grow for ever, an
/// offer would one day be larger than a message may be. As many and 200 that are in use fit.
const MOST_SPENT: usize = 100;

impl Room {
    /// A client offers: what it publishes from now on and, in v1, in which sections it can receive.
    pub(in crate::room) fn handle_offer(
        &mut self,
        now: Instant,
        key: ParticipantKey,
        offer: &SessionDescription,
    ) {
        let found = sections(&offer.sdp);
        if self.spent_sections(key, &found) > MOST_SPENT {
            return self.remove(
                now,
                key,
                DisconnectReason::StateMismatch,
                leave_request::Action::Reconnect,
            );
        }
        let Some(participant) = self.participants.get_mut(&key) else {
            return;
        };
        let answer = match participant.connections.publisher.accept_offer(&offer.sdp) {
            Ok(answer) => answer,
            Err(error) => {
                debug!(room = self.options.name, identity = participant.identity(), %error, "offer not taken");
                return self.remove(
                    now,
                    key,
                    DisconnectReason::StateMismatch,
                    leave_request::Action::Disconnect,
                );
            }
        };
        self.mark_all(key);
        let changed = self.match_tracks(key, &found);
        let named = self.assign_sections(now, key, &found);
        let answer = ask_for(&answer, &self.wanted_sending(key));
        let sdp = match &named {
            Some(named) => complete_answer(&answer, named),
            None => answer,
        };
        let tracks = track_names(named.unwrap_or_default());
        self.send(
            key,
            signal_response::Message::Answer(description("answer", sdp, offer.id, tracks)),
        );
        self.route(key);
        if changed {
            self.announce(key);
            self.reconcile_all(now);
        }
        self.ask_for_sections(now, key);
    }

    /// How a participant is to send each of its tracks: as it said when it announced them.
    fn wanted_sending(&self, key: ParticipantKey) -> BTreeMap<Mid, Sending> {
        let own = self.tracks.values().filter(|track| track.publisher == key);
        let named = own.filter_map(|track| {
            let is_audio = track.kind == MediaKind::Audio;
            let codec = if is_audio && !track.info.disable_red {
                "red".to_owned()
            } else {
                track.codec_name()
            };
            #[expect(deprecated, reason = "clients still say it here")]
            let quiet = is_audio && !track.info.disable_dtx;
            Some((track.mid?, Sending { codec, quiet }))
        });
        named.collect()
    }

    /// Finds which announced track each section carries, and which tracks are carried no more. Says whether anything changed.
    fn match_tracks(&mut self, key: ParticipantKey, found: &[Section]) -> bool {
        let mut changed = false;
        let sending: HashMap<_, _> = found
            .iter()
            .filter(|section| section.sends())
            .map(|section| (section.mid, section))
            .collect();
        let own: Vec<TrackKey> = self
            .participants
            .get(&key)
            .map(|participant| participant.publications.keys().to_vec())
            .unwrap_or_default();
        for track in &own {
            let gone = self
                .tracks
                .get(track)
                .and_then(|track| track.mid)
                .is_some_and(|mid| !sending.contains_key(&mid));
            if gone {
                // There is no message for this: a client just stops offering.
                self.drop_track(*track);
                changed = true;
            }
        }
        if let Some(participant) = self.participants.get_mut(&key) {
            participant.publications.forget_ended(&sending);
        }
        let carried: BTreeSet<_> = own
            .iter()
            .filter_map(|track| self.tracks.get(track)?.mid)
            .collect();
        let fresh = found
            .iter()
            .filter(|section| section.sends() && !carried.contains(&section.mid));
        let (named, unnamed): (Vec<_>, Vec<_>) =
            fresh.partition(|section| self.named_by(&own, section).is_some());
        // Names first, of all sections: an order that counts sections of tracks long ended would show a screen as somebody's camera.
        for section in named {
            if let Some(track) = self.named_by(&own, section) {
                changed |= self.carry(key, track, section);
            }
        }
        // Some browsers rename tracks in their offers; then the order of announcements decides.
        for section in unnamed {
            let ended = self
                .participants
                .get(&key)
                .is_some_and(|participant| participant.publications.has_ended(section.mid));
            let next = own.iter().copied().find(|track| {
                self.tracks
                    .get(track)
                    .is_some_and(|track| track.mid.is_none() && track.kind == section.kind)
            });
            if let Some(track) = next.filter(|_| !ended) {
                changed |= self.carry(key, track, section);
            }
        }
        changed
    }

    /// The announced track that a section calls by its name, if no section carries it yet.
    fn named_by(&self, own: &[TrackKey], section: &Section) -> Option<TrackKey> {
        let name = section.track.as_deref()?;
        own.iter().copied().find(|track| {
            self.tracks.get(track).is_some_and(|track| {
                track.mid.is_none()
                    && track.kind == section.kind
                    && track.cids.iter().any(|cid| cid == name)
            })
        })
    }

    /// From now on a section carries a track.
    fn carry(&mut self, key: ParticipantKey, track: TrackKey, section: &Section) -> bool {
        let Some(track) = self.tracks.get_mut(&track) else {
            return false;
        };
        track.mid = Some(section.mid);
        track.msid.clone_from(&section.track);
        track.info.mid = section.mid.to_string();
        if let Some(participant) = self.participants.get_mut(&key) {
            participant.publications.carry_in(section.mid);
        }
        true
    }
}
