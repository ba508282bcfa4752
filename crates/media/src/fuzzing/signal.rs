//! What a participant says on its signalling connection, one message after the other.

use std::time::Duration;

use livekit_protocol::{JoinRequest, SessionDescription, SignalRequest, signal_request};
use prost::Message as _;

use super::bytes::Bytes;
use super::descriptions;
use super::stage::{Manner, Stage};
use crate::peer::Lane;
use crate::signal::Join;

/// Steps of one input. More would only repeat.
const STEPS: usize = 64;

pub(super) const SAY: u8 = 0;
pub(super) const ENTER: u8 = 1;
pub(super) const HANG_UP: u8 = 2;
pub(super) const WAIT: u8 = 3;
pub(super) const OFFER: u8 = 4;
pub(super) const ANSWER: u8 = 5;
pub(super) const DATA: u8 = 6;
pub(super) const CONNECT: u8 = 7;
pub(super) const RESUME: u8 = 8;
const KINDS: u8 = 9;

/// An input: in which manner the attacker comes in, then what it does, each step a byte that says what and what that needs.
pub(super) fn run(input: &[u8]) -> Option<Stage> {
    let mut input = Bytes(input);
    let mut stage = Stage::in_clear(Manner(input.byte()?));
    stage.check();
    for _ in 0..STEPS {
        let Some(kind) = input.byte() else { break };
        match kind % KINDS {
            SAY => {
                if let Ok(request) = SignalRequest::decode(input.frame()?) {
                    stage.attacker_says(request);
                }
            }
            ENTER => {
                let is_v0 = input.byte()? & 1 == 1;
                if let Ok(request) = JoinRequest::decode(input.frame()?) {
                    let mut join = Join::from(request);
                    join.single_peer = !is_v0;
                    stage.attacker_enters(join);
                }
            }
            HANG_UP => stage.attacker_hangs_up(),
            WAIT => stage.pass(Duration::from_millis(u64::from(input.short()? % 4_000))),
            OFFER => {
                let sdp = descriptions::edited(&stage.attacker.offered, &mut input);
                let offer = stage.attacker.describe(sdp);
                stage.attacker_says(SignalRequest {
                    message: Some(signal_request::Message::Offer(offer)),
                });
            }
            ANSWER => {
                if let Some(offer) = stage.attacker.was_offered.take() {
                    let sdp = descriptions::edited(&descriptions::answer(&offer.sdp), &mut input);
                    let answer = SessionDescription {
                        r#type: "answer".into(),
                        sdp,
                        id: offer.id,
                        ..Default::default()
                    };
                    stage.attacker_says(SignalRequest {
                        message: Some(signal_request::Message::Answer(answer)),
                    });
                }
            }
            DATA => {
                let lane = if input.byte()? & 1 == 0 {
                    Lane::Reliable
                } else {
                    Lane::Lossy
                };
                let data = input.frame()?;
                stage.attacker_sends_data(lane, data);
            }
            CONNECT => stage.connect("attacker"),
            _ => {
                let is_v0 = input.byte()? & 1 == 1;
                let join = Join {
                    single_peer: !is_v0,
                    resume: Some(stage.attacker.sid.clone()),
                    ..Default::default()
                };
                stage.attacker_enters(join);
            }
        }
        stage.check();
    }
    Some(stage)
}
