//! Bodies of the room service's calls.

use str0m::net::Protocol;

use super::bytes::Bytes;
use super::{plain, stage};
use crate::peer::PeerSettings;
use crate::service::fuzzing::{Call, METHODS};

const STEPS: usize = 16;

/// Flags of a call, in the byte before its body.
pub(super) const JSON: u8 = 0x80;

/// An input: who calls, then calls, each the method, how its body is written, and the body. Returns which succeeded.
pub(super) fn run(input: &[u8]) -> Option<Vec<bool>> {
    let mut input = Bytes(input);
    let may_steer = input.byte()? & 1 == 0;
    let mut calls = Vec::new();
    while let Some(method) = input.byte()
        && calls.len() < STEPS
    {
        calls.push(Call {
            method: METHODS[usize::from(method & !JSON) % METHODS.len()],
            is_json: method & JSON != 0,
            body: input.frame()?,
        });
    }
    let peer = PeerSettings::with(
        plain::provider(),
        plain::certificate(),
        vec![(Protocol::Udp, stage::SERVER)],
    );
    Some(crate::service::fuzzing::run(&peer, may_steer, &calls))
}
