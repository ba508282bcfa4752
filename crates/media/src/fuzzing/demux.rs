//! Datagrams and TCP streams of strangers: whom they are for, and what a peer connection makes of them before anybody has proved anything.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Weak};
use std::time::Duration;

use str0m::ice::StunMessage;

use super::bytes::Bytes;
use super::stage::{Manner, Stage, binding};
use crate::driver::{DatagramTable, read_frames, stun_recipient};
use crate::ids::{ParticipantKey, PeerKey, PeerRole};

const STEPS: usize = 128;
const MOST_WAITED: Duration = Duration::from_secs(20);

pub(super) const FROM: u8 = 0;
pub(super) const BINDING: u8 = 1;
pub(super) const ADD: u8 = 2;
pub(super) const REMOVE: u8 = 3;
pub(super) const WAIT: u8 = 4;
pub(super) const STREAM: u8 = 5;
const KINDS: u8 = 6;

/// An input: datagrams from a few addresses while peer connections come and go. Returns how many found their way.
pub(super) fn run(input: &[u8]) -> Option<usize> {
    let mut input = Bytes(input);
    let mut stage = Stage::enciphered(Manner(input.byte()?));
    let mut table = DatagramTable::default();
    // Which peer connection an address stands for, as long as that is there.
    let mut owners: HashMap<SocketAddr, Weak<PeerKey>> = HashMap::new();
    let mut live: HashMap<String, Arc<PeerKey>> = HashMap::new();
    let mut found = 0;
    let mut waited = Duration::ZERO;
    for _ in 0..STEPS {
        let Some(kind) = input.byte() else { break };
        match kind % KINDS {
            kind @ (FROM | BINDING) => {
                let from = address(input.byte()?);
                let datagram = if kind == FROM {
                    input.frame()?.to_vec()
                } else {
                    let name = name(input.byte()?);
                    binding(&name, 1, input.frame()?)
                };
                let named = recipient(&datagram);
                let route = table.find(from, &datagram);
                let owner = owners.get(&from).and_then(Weak::upgrade);
                match (&named, &route) {
                    (None, _) => assert_eq!(
                        route.as_ref(),
                        owner.as_deref(),
                        "an address was taken from its owner, or given to a stranger"
                    ),
                    (Some(name), Some(route)) => {
                        assert_eq!(live.get(name).map(AsRef::as_ref), Some(route))
                    }
                    (Some(name), None) => assert!(!live.contains_key(name)),
                }
                if owner.is_none()
                    && let Some(route) = named.and_then(|name| live.get(&name))
                {
                    owners.insert(from, Arc::downgrade(route));
                }
                found += usize::from(route.is_some());
                stage.packet("attacker", PeerRole::Publisher, &datagram);
            }
            ADD => {
                let number = input.byte()?;
                let peer = PeerKey {
                    participant: ParticipantKey(number.into()),
                    role: PeerRole::Publisher,
                };
                table.add(name(number), peer);
                live.insert(name(number), Arc::new(peer));
            }
            REMOVE => {
                let name = name(input.byte()?);
                table.remove(&name);
                live.remove(&name);
            }
            WAIT => {
                let wait = Duration::from_millis(u64::from(input.short()? % 4_000));
                // Nobody gets through here, so that all are given up after half a minute.
                if waited + wait < MOST_WAITED {
                    waited += wait;
                    stage.pass(wait);
                }
            }
            _ => {
                let stream = input.frame()?;
                assert_eq!(read_frames(stream), frames(stream));
            }
        }
        stage.check();
    }
    Some(found)
}

fn address(number: u8) -> SocketAddr {
    SocketAddr::from(([10, 0, 0, 1 + number % 4], 9))
}

fn name(number: u8) -> String {
    format!("name{}", number % 8)
}

/// Whom a datagram is for, and that both readers of STUN agree on it: one that they read differently could be sent
/// where it is not taken.
fn recipient(datagram: &[u8]) -> Option<String> {
    let ours = stun_recipient(datagram);
    if let Ok(message) = StunMessage::parse(datagram)
        && message.is_binding_request()
        && let Some((theirs, _)) = message.split_username()
    {
        assert_eq!(ours, Some(theirs));
    }
    ours.map(str::to_owned)
}

/// RFC 4571: each datagram after its length.
fn frames(stream: &[u8]) -> Vec<Vec<u8>> {
    let mut stream = Bytes(stream);
    let mut frames = Vec::new();
    while let Some(length) = stream.short() {
        let frame = stream.take(length.into());
        if frame.len() < usize::from(length) {
            break;
        }
        frames.push(frame.to_vec());
    }
    frames
}
