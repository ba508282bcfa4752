//! Datagrams of equal length for one address, which the system takes at once.
//!
//! Sending costs far more in the system than in this server, and a run of five costs it about as much as two single ones.

use std::net::SocketAddr;

use super::udp::Port;

/// The system takes no more bytes at once, headers included.
const LARGEST: usize = 65_000;

/// Datagrams that wait to be sent together.
#[derive(Default)]
pub(super) struct Run {
    to: Option<SocketAddr>,
    each: usize,
    count: usize,
    /// A shorter one ends a run.
    ended: bool,
    bytes: Vec<u8>,
}

impl Run {
    /// Adds a datagram, after sending what it cannot go with.
    pub(super) fn push(&mut self, port: &Port, to: SocketAddr, datagram: &[u8]) {
        if !self.takes(to, datagram.len(), port.at_once()) {
            self.send(port);
        }
        self.add(to, datagram);
    }

    /// Sends what waits.
    pub(super) fn send(&mut self, port: &Port) {
        if let Some(to) = self.to.take() {
            port.send(to, self.each, &self.bytes);
        }
        self.bytes.clear();
        (self.count, self.ended) = (0, false);
    }

    fn takes(&self, to: SocketAddr, length: usize, at_once: usize) -> bool {
        self.to == Some(to)
            && !self.ended
            && length <= self.each
            && self.count < at_once
            && self.bytes.len() + length <= LARGEST
    }

    fn add(&mut self, to: SocketAddr, datagram: &[u8]) {
        if self.to.is_none() {
            self.to = Some(to);
            self.each = datagram.len();
        }
        self.ended = datagram.len() < self.each;
        self.count += 1;
        self.bytes.extend_from_slice(datagram);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How datagrams of these lengths for these ports are put together.
    fn runs(datagrams: &[(u16, usize)], at_once: usize) -> Vec<Vec<usize>> {
        let mut run = Run::default();
        let mut runs: Vec<Vec<usize>> = Vec::new();
        for (port, length) in datagrams {
            let to = SocketAddr::from(([192, 0, 2, 1], *port));
            if run.takes(to, *length, at_once) {
                runs.last_mut().unwrap().push(*length);
            } else {
                run = Run::default();
                runs.push(vec![*length]);
            }
            run.add(to, &vec![0; *length]);
        }
        runs
    }

    #[test]
    fn equal_ones_for_one_address_go_together_and_a_shorter_one_ends_them() {
        let datagrams = [(1, 9), (1, 9), (1, 5), (1, 5), (2, 5), (2, 7), (2, 7)];
        assert_eq!(
            runs(&datagrams, 64),
            [vec![9, 9, 5], vec![5], vec![5], vec![7, 7]]
        );
    }

    #[test]
    fn no_more_go_together_than_the_system_takes() {
        assert_eq!(runs(&[(1, 9); 5], 2), [vec![9, 9], vec![9, 9], vec![9]]);
        assert_eq!(runs(&[(1, 9); 2], 1), [vec![9], vec![9]]);
        let large = runs(&[(1, 1_200); 64], 64);
        assert_eq!(large.iter().map(Vec::len).collect::<Vec<_>>(), [54, 10]);
    }
}
