//! What a packet carries, and which numbers it goes on with: payloads of all codecs through one forwarder.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use super::bytes::Bytes;
use crate::forward::{CodecKind, Forwarder, Incoming, LAYERS, Payload, SenderClock};

const STEPS: usize = 512;

/// With the layer in the upper half of the byte; so are the kinds that are not named here.
pub(super) const PACKET: u8 = 4;
pub(super) const TARGET: u8 = 1;
pub(super) const RESTART: u8 = 2;
pub(super) const INTERRUPT: u8 = 3;
const KINDS: u8 = 8;

/// An input: the codec, then packets of three layers with changes of what is wanted in between. Returns how many went on.
pub(super) fn run(input: &[u8]) -> Option<usize> {
    let mut input = Bytes(input);
    let codec = match input.byte()? % 5 {
        0 => CodecKind::Vp8,
        1 => CodecKind::Vp9,
        2 => CodecKind::H264,
        3 => CodecKind::Av1,
        _ => CodecKind::Other,
    };
    let start = Instant::now();
    let mut forwarder = Forwarder::new(90_000);
    let mut seqs = [1_000u64, 70_000, 0];
    let mut times = [0u32, 5, u32::MAX - 5];
    let mut elapsed = Duration::ZERO;
    // Which packet has which number: two packets that share one could not be deciphered.
    let mut given = HashMap::new();
    let mut epochs = [0; LAYERS];
    for _ in 0..STEPS {
        let Some(kind) = input.byte() else { break };
        match kind % KINDS {
            TARGET => {
                let target = input.byte()?;
                forwarder.set_target((target < LAYERS as u8).then_some(target));
            }
            RESTART => {
                let layer = input.byte()? % LAYERS as u8;
                forwarder.restart(layer);
                // Its numbers begin anew.
                epochs[usize::from(layer)] += 1;
            }
            INTERRUPT => forwarder.interrupt(),
            _ => {
                let layer = kind >> 4 & 3;
                let index = usize::from(layer).min(LAYERS - 1);
                let layer = index as u8;
                let step = input.byte()? as i8;
                // As str0m counts: what came before a stream's first packet lies below zero.
                seqs[index] = seqs[index].wrapping_add_signed(i64::from(step));
                times[index] = times[index].wrapping_add(u32::from(input.byte()?) * 90);
                elapsed += Duration::from_millis(u64::from(input.byte()?));
                let length = usize::from(input.byte()?);
                let bytes = input.take(length);
                let payload = Payload::read(codec, bytes);
                let incoming = Incoming {
                    layer,
                    seq: seqs[index],
                    time: times[index],
                    clock: (kind & 8 != 0).then(|| SenderClock {
                        wall: std::time::SystemTime::UNIX_EPOCH
                            + Duration::from_secs(u64::from(length as u32)),
                        time: times[index].wrapping_sub(u32::from(step.unsigned_abs())),
                    }),
                    arrived: start + elapsed,
                    payload,
                    number: (codec == CodecKind::Av1).then_some(length as u16),
                };
                let Some(outgoing) = forwarder.forward(&incoming) else {
                    continue;
                };
                assert!(!bytes.is_empty(), "nothing was sent on");
                assert_eq!(forwarder.current(), Some(layer));
                let source = (epochs[index], layer, seqs[index]);
                let first = *given.entry(outgoing.seq).or_insert(source);
                assert_eq!(
                    first, source,
                    "two packets share the number {}",
                    outgoing.seq
                );
                if let Some(picture) = outgoing.picture {
                    assert_eq!(codec, CodecKind::Vp8);
                    assert!(picture.0 < 1 << 15);
                    _ = payload.patch(picture);
                }
            }
        }
    }
    Some(given.len())
}
