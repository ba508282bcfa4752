//! v0: the server's offers of what a participant receives.

use std::collections::HashMap;
use std::time::Instant;

use livekit_protocol::{DisconnectReason, SessionDescription, leave_request, signal_response};
use tracing::debug;

use crate::ids::ParticipantKey;
use crate::peer::NewSection;
use crate::room::Room;
use crate::signal::description;

impl Room {
    /// v0: offers what is to be sent, unless an offer is on its way already; then after its answer.
    pub(in crate::room) fn offer_if_due(&mut self, key: ParticipantKey) {
        let Some(participant) = self.participants.get(&key) else {
            return;
        };
        let waiting: Vec<_> = participant
            .subscriptions
            .iter()
            .filter(|(_, one)| one.mid.is_none())
            .map(|(track, one)| (*track, one.kind))
            .collect();
        let added: Vec<_> = waiting
            .into_iter()
            .filter_map(|(track, kind)| Some((track, self.names_of(track)?, kind)))
            .map(|(track_key, (stream, track), kind)| {
                (
                    track_key,
                    NewSection {
                        kind,
                        stream,
                        track,
                    },
                )
            })
            .collect();
        let Some(participant) = self.participants.get_mut(&key) else {
            return;
        };
        let Some(subscriber) = &mut participant.subscriber else {
            return;
        };
        if !participant.offer_due || subscriber.has_pending_offer() || participant.session.is_none()
        {
            return;
        }
        participant.offer_due = false;
        let (tracks, sections): (Vec<_>, Vec<_>) = added.into_iter().unzip();
        let stopped: Vec<_> = participant.stopped.drain().collect();
        let Some((id, sdp, mids)) = subscriber.offer(&sections, &stopped, false) else {
            return;
        };
        for (track, mid) in tracks.into_iter().zip(mids) {
            participant.sent.insert(mid, track);
            if let Some(subscription) = participant.subscriptions.get_mut(&track) {
                subscription.mid = Some(mid);
            }
        }
        self.send_offer(key, id, sdp);
    }

    fn send_offer(&mut self, key: ParticipantKey, id: u32, sdp: String) {
        let tracks: HashMap<_, _> = self
            .names_of_sent(key)
            .into_iter()
            .map(|(mid, (_, track))| (mid.to_string(), track))
            .collect();
        self.mark_receiver(key);
        self.route(key);
        self.send(
            key,
            signal_response::Message::Offer(description("offer", sdp, id, tracks)),
        );
    }

    /// v0: a client that comes back has a new network under its subscriber connection, which only the server can offer anew.
    pub(in crate::room) fn restart_receiving(&mut self, key: ParticipantKey) {
        let Some(participant) = self.participants.get_mut(&key) else {
            return;
        };
        let Some(subscriber) = &mut participant.subscriber else {
            return;
        };
        if let Some((id, sdp, _)) = subscriber.offer(&[], &[], true) {
            participant.offer_due = true;
            self.send_offer(key, id, sdp);
        }
    }

    /// v0: a client answered.
    pub(in crate::room) fn handle_answer(
        &mut self,
        now: Instant,
        key: ParticipantKey,
        answer: &SessionDescription,
    ) {
        let Some(participant) = self.participants.get_mut(&key) else {
            return;
        };
        let Some(subscriber) = &mut participant.subscriber else {
            return;
        };
        if let Err(error) = subscriber.accept_answer(answer.id, &answer.sdp) {
            debug!(room = self.options.name, identity = participant.identity(), %error, "answer not taken");
            return self.remove(
                now,
                key,
                DisconnectReason::StateMismatch,
                leave_request::Action::Reconnect,
            );
        }
        self.mark_receiver(key);
        self.route(key);
        self.offer_if_due(key);
        self.refresh_layers(now);
    }
}
