//! How fast a client may talk. A room hears all its clients in one task, so that none may fill its time alone.

use std::num::NonZeroU32;

use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};

/// Messages per second, and at once. Browsers send a setting for each picture whose size changes: a few dozen when the layout of a large
/// call does, else one in seconds.
const MESSAGES: u32 = 50;
const MESSAGES_AT_ONCE: u32 = 200;

/// Bytes per second, and at once: a few of the largest descriptions. Above what one message may have.
const BYTES: u32 = 128 * 1024;
const BYTES_AT_ONCE: u32 = 1024 * 1024;

/// The pace of one signalling connection.
pub(super) struct Pace {
    messages: DefaultDirectRateLimiter,
    bytes: DefaultDirectRateLimiter,
}

impl Default for Pace {
    fn default() -> Self {
        let quota = |per_second: u32, at_once: u32| {
            let [per_second, at_once] =
                [per_second, at_once].map(|one| NonZeroU32::new(one).unwrap_or(NonZeroU32::MIN));
            RateLimiter::direct(Quota::per_second(per_second).allow_burst(at_once))
        };
        Self {
            messages: quota(MESSAGES, MESSAGES_AT_ONCE),
            bytes: quota(BYTES, BYTES_AT_ONCE),
        }
    }
}

impl Pace {
    /// Waits until a message of this length may be heard; meanwhile nothing is read, which the sender's own system makes it feel.
    pub(super) async fn wait(&self, length: usize) {
        self.messages.until_ready().await;
        let length = u32::try_from(length)
            .unwrap_or(u32::MAX)
            .clamp(1, BYTES_AT_ONCE);
        if let Some(length) = NonZeroU32::new(length) {
            // Not more than what may come at once, so there is always a time for it.
            _ = self.bytes.until_n_ready(length).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    #[tokio::test]
    async fn a_burst_is_heard_at_once_and_what_follows_waits() {
        let pace = Pace::default();
        let all = BYTES_AT_ONCE as usize;
        assert!(pace.wait(all).now_or_never().is_some());
        assert!(
            pace.wait(all).now_or_never().is_none(),
            "eight seconds' worth"
        );
        let pace = Pace::default();
        assert!(
            pace.wait(usize::MAX).now_or_never().is_some(),
            "one message always has a time"
        );
    }
}
