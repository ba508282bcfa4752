//! Names that the core makes: ids on the wire and keys inside.

/// A participant inside of one room. Never used twice in a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct ParticipantKey(pub u32);

/// A published track inside of one room. Never used twice in a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct TrackKey(pub u32);

/// One signalling connection. A participant that resumes keeps its key and has a new session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct SessionId(pub u64);

/// One of the peer connections of a participant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct PeerKey {
    pub participant: ParticipantKey,
    pub role: PeerRole,
}

/// What a peer connection is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum PeerRole {
    /// Carries what the participant publishes; the only one in v1, which then carries both directions. The client offers.
    Publisher,
    /// Carries what the participant receives, in v0. The server offers.
    Subscriber,
}

/// Makes the ids of one room. Ids are names, not secrets: whoever guesses one still needs a token.
#[derive(Debug)]
pub(crate) struct Ids {
    random: fastrand::Rng,
    next_key: u32,
}

impl Ids {
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            random: fastrand::Rng::with_seed(seed),
            next_key: 1,
        }
    }

    pub(crate) fn participant_key(&mut self) -> ParticipantKey {
        ParticipantKey(self.next())
    }

    pub(crate) fn track_key(&mut self) -> TrackKey {
        TrackKey(self.next())
    }

    /// An id such as `PA_3xkTq8vGbR2m`; clients look at the prefix.
    pub(crate) fn sid(&mut self, prefix: &str) -> String {
        let mut sid = String::with_capacity(prefix.len() + 12);
        sid.push_str(prefix);
        sid.extend(std::iter::repeat_with(|| self.random.alphanumeric()).take(12));
        sid
    }

    fn next(&mut self) -> u32 {
        let key = self.next_key;
        // Two thousand million keys outlast any room; wrapping would only ever meet keys long gone.
        self.next_key = self.next_key.wrapping_add(1);
        key
    }
}
