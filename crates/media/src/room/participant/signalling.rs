//! A participant's signalling connection, which may break and be followed by another.

use std::time::{Duration, Instant};

use crate::ids::SessionId;

/// Someone whose signalling connection broke has this long to come back, in which media goes on.
const RESUME_WITHIN: Duration = Duration::from_secs(30);

/// A client sends a ping every five seconds; one that has been silent for this long has gone without a word.
const SILENCE: Duration = Duration::from_secs(25);

/// A token is renewed this often.
const RENEW_EVERY: Duration = Duration::from_secs(5 * 60);

/// The signalling of one participant.
#[derive(Debug)]
pub(in crate::room) struct Signalling {
    session: Option<SessionId>,
    lost_at: Option<Instant>,
    heard_at: Instant,
    /// When it was last given a token, at first by whoever let it in.
    token_renewed_at: Instant,
}

impl Signalling {
    pub(in crate::room) fn new(now: Instant, session: SessionId) -> Self {
        Self {
            session: Some(session),
            lost_at: None,
            heard_at: now,
            token_renewed_at: now,
        }
    }

    /// The connection, as long as there is one.
    pub(in crate::room) fn session(&self) -> Option<SessionId> {
        self.session
    }

    /// Goes on over a new connection. Returns the old one if that is still there.
    pub(in crate::room) fn resume(
        &mut self,
        now: Instant,
        session: SessionId,
    ) -> Option<SessionId> {
        self.lost_at = None;
        self.heard_at = now;
        self.session.replace(session)
    }

    /// A connection is gone; the present one, or one that was followed by another.
    pub(in crate::room) fn lose(&mut self, now: Instant, session: SessionId) {
        if self.session.take_if(|own| *own == session).is_some() {
            self.lost_at = Some(now);
        }
    }

    /// The client said something.
    pub(in crate::room) fn hear(&mut self, now: Instant) {
        self.heard_at = now;
    }

    /// Whether its client had the time to come back, and did not.
    pub(in crate::room) fn is_over(&self, now: Instant) -> bool {
        self.lost_at.is_some_and(|lost| now >= lost + RESUME_WITHIN)
    }

    /// The connection, if its client has gone without a word.
    pub(in crate::room) fn silent(&self, now: Instant) -> Option<SessionId> {
        self.session.filter(|_| now >= self.heard_at + SILENCE)
    }

    /// Whether the client is to be given a new token, which it then is.
    pub(in crate::room) fn take_renewal(&mut self, now: Instant) -> bool {
        let is_due = now.saturating_duration_since(self.token_renewed_at) >= RENEW_EVERY;
        if is_due {
            self.token_renewed_at = now;
        }
        is_due
    }
}
