//! v0: the server's offers of what a participant receives.

use std::time::Instant;

use livekit_protocol::{DisconnectReason, SessionDescription, leave_request, signal_response};
use tracing::debug;

use super::track_names;
use crate::ids::ParticipantKey;
use crate::peer::{NewSection, Offer};
use crate::room::Room;
use crate::room::participant::Manner;
use crate::signal::description;

impl Room {
    /// v0: offers what is to be sent, unless an offer is on its way already; then after its answer.
    pub(in crate::room) fn offer_if_due(&mut self, key: ParticipantKey) {
        let Some(participant) = self.participants.get(&key) else {
            return;
        };
        let waiting = participant.subscriptions.waiting();
        let named = waiting.filter_map(|(key, kind)| {
            let (stream, track) = self.names_of(key)?;
            let section = NewSection {
                kind,
                stream,
                track,
            };
            Some((key, section))
        });
        let (tracks, added): (Vec<_>, Vec<_>) = named.unzip();
        let Some(participant) = self.participants.get_mut(&key) else {
            return;
        };
        let Manner::V0(subscriber) = &mut participant.connections.manner else {
            return;
        };
        if !subscriber.is_due() || participant.signalling.session().is_none() {
            return;
        }
        let Some(offer) = subscriber.offer(&added) else {
            return;
        };
        for (track, mid) in tracks.into_iter().zip(&offer.added) {
            participant.subscriptions.carry(track, *mid);
        }
        self.send_offer(key, offer);
    }

    fn send_offer(&mut self, key: ParticipantKey, offer: Offer) {
        let tracks = track_names(self.names_of_sent(key));
        self.mark_receiver(key);
        self.route(key);
        self.send(
            key,
            signal_response::Message::Offer(description("offer", offer.sdp, offer.id, tracks)),
        );
    }

    /// A client comes back, with another network maybe. In v1 it offers by itself, and is asked for sections once more; in v0 only the server can offer the
    /// connection over which it receives anew.
    pub(in crate::room) fn restart_receiving(&mut self, key: ParticipantKey) {
        let Some(participant) = self.participants.get_mut(&key) else {
            return;
        };
        match &mut participant.connections.manner {
            Manner::V1(sections) => sections.ask_anew(),
            Manner::V0(subscriber) => {
                if let Some(offer) = subscriber.restart() {
                    self.send_offer(key, offer);
                }
            }
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
        let Manner::V0(subscriber) = &mut participant.connections.manner else {
            return;
        };
        if let Err(error) = subscriber.peer.accept_answer(answer.id, &answer.sdp) {
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
