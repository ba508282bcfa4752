//! What a client has received.

use std::collections::HashSet;
use std::time::Instant;

use crate::room::tests::screen::Screen;

/// What a client has received of a track.
#[derive(Debug, Default)]
pub(in crate::room::tests) struct Received {
    /// Extended sequence numbers, in order of arrival.
    pub seqs: Vec<u64>,
    /// Layer and the publisher's own count of the packet.
    pub packets: Vec<(u8, u32)>,
    pub times: Vec<u32>,
    pub keyframes: usize,
    pub last: Option<Instant>,
    /// Of video, what is seen of it.
    pub screen: Screen,
    /// Of AV1, the dependency descriptors.
    pub descriptors: Vec<Vec<u8>>,
}

impl Received {
    /// Numbers between the first and the last that never came.
    pub(in crate::room::tests) fn missing(&self) -> usize {
        let seen: HashSet<_> = self.seqs.iter().collect();
        match (seen.iter().min(), seen.iter().max()) {
            (Some(first), Some(last)) => (**last - **first + 1) as usize - seen.len(),
            _ => 0,
        }
    }

    /// The layer of the last packet.
    pub(in crate::room::tests) fn layer(&self) -> Option<u8> {
        self.packets.last().map(|(layer, _)| *layer)
    }
}
