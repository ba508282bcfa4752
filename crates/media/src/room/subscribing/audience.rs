//! Whom a publisher lets receive its tracks.

use std::collections::BTreeMap;
use std::time::Instant;

use livekit_protocol::{SubscriptionPermission, SubscriptionPermissionUpdate, signal_response};

use crate::ids::{ParticipantKey, TrackKey};
use crate::room::Room;

impl Room {
    /// A publisher says who may receive its tracks.
    pub(in crate::room) fn set_audience(
        &mut self,
        now: Instant,
        key: ParticipantKey,
        permission: SubscriptionPermission,
    ) {
        if permission.track_permissions.len() > 1_000 {
            return;
        }
        let before = self.admitted(key);
        let Some(publisher) = self.participants.get_mut(&key) else {
            return;
        };
        publisher.publications.set_audience(permission);
        let publisher_sid = publisher.sid().to_owned();
        for ((subscriber, track), allowed) in self.admitted(key) {
            if before.get(&(subscriber, track)) != Some(&allowed) {
                let Some(track_sid) = self.tracks.get(&track).map(|track| track.info.sid.clone())
                else {
                    continue;
                };
                let update = SubscriptionPermissionUpdate {
                    participant_sid: publisher_sid.clone(),
                    track_sid,
                    allowed,
                };
                self.send(
                    subscriber,
                    signal_response::Message::SubscriptionPermissionUpdate(update),
                );
            }
        }
        self.reconcile_all(now);
    }

    fn admitted(&self, key: ParticipantKey) -> BTreeMap<(ParticipantKey, TrackKey), bool> {
        let Some(publisher) = self.participants.get(&key) else {
            return BTreeMap::new();
        };
        let tracks = || publisher.publications.tracks(&self.tracks);
        let others = self.participants.values().filter(|other| other.key != key);
        others
            .flat_map(|other| {
                tracks().map(move |track| {
                    (
                        (other.key, track.key),
                        publisher
                            .publications
                            .admits(&other.profile, &track.info.sid),
                    )
                })
            })
            .collect()
    }
}
