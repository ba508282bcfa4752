//! What clients ask for while they are inside.

use std::time::Instant;

use livekit_protocol::{
    CandidateProtocol, DisconnectReason, Pong, RequestResponse, SignalRequest, SimulateScenario,
    UpdateParticipantMetadata, leave_request, request_response, signal_request, signal_response,
    simulate_scenario,
};

use super::joining::TCP_WITHIN;
use super::participant::Change;
use super::{Output, Room};
use crate::ids::{ParticipantKey, SessionId};

impl Room {
    /// A client sent a message.
    pub(crate) fn handle_request(
        &mut self,
        now: Instant,
        session: SessionId,
        request: SignalRequest,
    ) {
        let Some(key) = self.sessions.get(&session).copied() else {
            return;
        };
        if let Some(participant) = self.participants.get_mut(&key) {
            participant.signalling.hear(now);
        }
        if let Some(message) = request.message {
            self.dispatch(now, key, message);
        }
        self.settle(now);
    }

    fn dispatch(&mut self, now: Instant, key: ParticipantKey, message: signal_request::Message) {
        use signal_request::Message;
        match message {
            Message::Offer(offer) => self.handle_offer(now, key, &offer),
            Message::Answer(answer) => self.handle_answer(now, key, &answer),
            Message::AddTrack(request) => self.add_track(key, request),
            Message::Mute(mute) => self.mute_own(key, &mute.sid, mute.muted),
            Message::Subscription(update) => self.choose(now, key, &update),
            Message::TrackSetting(settings) => self.set_track_settings(now, key, &settings),
            Message::SubscriptionPermission(permission) => self.set_audience(now, key, permission),
            Message::SyncState(state) => {
                if let Some(update) = state.subscription {
                    self.choose(now, key, &update);
                }
            }
            Message::Leave(_) => self.remove(
                now,
                key,
                DisconnectReason::ClientInitiated,
                leave_request::Action::Disconnect,
            ),
            Message::Ping(_) => {
                let unix_ms = self.clock.unix_ms(now);
                self.send(key, signal_response::Message::Pong(unix_ms));
            }
            Message::PingReq(ping) => {
                let timestamp = self.clock.unix_ms(now);
                let pong = Pong {
                    last_ping_timestamp: ping.timestamp,
                    timestamp,
                };
                self.send(key, signal_response::Message::PongResp(pong));
            }
            Message::UpdateMetadata(update) => self.update_own(key, update),
            Message::UpdateAudioTrack(update) => {
                self.update_audio_track(key, &update.track_sid, update.features)
            }
            Message::UpdateVideoTrack(update) => {
                self.update_video_track(key, &update.track_sid, update.width, update.height)
            }
            Message::Simulate(scenario) => self.simulate(now, key, &scenario),
            // The server never has candidates to wait for: it is reached at an address that stands in the description, and sees where packets come from.
            Message::Trickle(_) => {}
            // Layers are seen as they arrive. Data tracks and stored blobs are not offered.
            _ => {}
        }
    }

    /// A participant changes what is said about itself.
    fn update_own(&mut self, key: ParticipantKey, update: UpdateParticipantMetadata) {
        use request_response::{Reason, Request};
        let Some(participant) = self.participants.get_mut(&key) else {
            return;
        };
        let profile = &mut participant.profile;
        let change = Change {
            name: update.name,
            metadata: update.metadata,
            attributes: update.attributes,
        };
        let reason = if !profile.permission.can_update_metadata {
            Reason::NotAllowed
        } else if profile
            .change(change, self.settings.limits.metadata)
            .is_err()
        {
            Reason::LimitExceeded
        } else {
            Reason::Ok
        };
        if reason == Reason::Ok {
            self.announce(key);
        }
        let response = RequestResponse {
            request_id: update.request_id,
            reason: reason as i32,
            message: if reason == Reason::Ok {
                String::new()
            } else {
                "does not have permission or exceeds limits".into()
            },
            // Without what was asked, which `request_id` tells.
            request: Some(Request::UpdateMetadata(UpdateParticipantMetadata {
                request_id: update.request_id,
                ..Default::default()
            })),
        };
        self.send(key, signal_response::Message::RequestResponse(response));
    }

    /// Scenarios that clients can ask for to try themselves.
    fn simulate(&mut self, now: Instant, key: ParticipantKey, scenario: &SimulateScenario) {
        use simulate_scenario::Scenario;
        match scenario.scenario {
            Some(
                Scenario::DisconnectSignalOnResume(_)
                | Scenario::DisconnectSignalOnResumeNoMessages(_),
            ) => {
                if let Some(session) = self
                    .participants
                    .get(&key)
                    .and_then(|participant| participant.signalling.session())
                {
                    self.outputs.push_back(Output::CloseSession(session));
                    self.handle_session_closed(now, session);
                }
            }
            Some(Scenario::LeaveRequestFullReconnect(_)) => self.remove(
                now,
                key,
                DisconnectReason::StateMismatch,
                leave_request::Action::Reconnect,
            ),
            Some(Scenario::ServerLeave(_)) => self.remove(
                now,
                key,
                DisconnectReason::ServerShutdown,
                leave_request::Action::Reconnect,
            ),
            // A server that fails says nothing, and knows nobody who comes back.
            Some(Scenario::NodeFailure(_)) => self.remove(
                now,
                key,
                DisconnectReason::ClientInitiated,
                leave_request::Action::Reconnect,
            ),
            Some(Scenario::SwitchCandidateProtocol(protocol)) => {
                // The client leaves by itself and comes back: a pre-call check tries TCP so.
                let is_offered =
                    self.settings.peer.offers_tcp() && protocol != CandidateProtocol::Udp as i32;
                if let Some(participant) = self.participants.get(&key).filter(|_| is_offered) {
                    self.tcp_next
                        .retain(|_, asked| now.saturating_duration_since(*asked) < TCP_WITHIN);
                    self.tcp_next.insert(participant.identity().to_owned(), now);
                }
            }
            _ => {}
        }
    }
}
