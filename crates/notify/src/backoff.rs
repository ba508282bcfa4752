use std::time::Duration;

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;

/// Seconds to wait after the first, second, … failed attempt.
///
/// Quick at first, because a person waits for a password reset and most failures are a restart or a dropped connection.
/// The third wait brings the fourth attempt beyond five minutes after the first, where greylisting lets a sender in
/// (postgrey's default is 300 s). Then it doubles, capped at four hours so that a server back in the morning is found by noon.
/// All waits together are just under 20 hours: a guest's link dies after 24, and a mail with a dead link is worse than
/// a failure that the mailbox page shows and that somebody can act on. (RFC 5321's four to five days are meant for relays.)
const WAITS: [u64; 11] = [
    15,
    MINUTE,
    6 * MINUTE,
    15 * MINUTE,
    30 * MINUTE,
    HOUR,
    2 * HOUR,
    4 * HOUR,
    4 * HOUR,
    4 * HOUR,
    4 * HOUR,
];

/// How many times a mail is tried at most.
pub const MAX_ATTEMPTS: u32 = WAITS.len() as u32 + 1;

/// How long to wait after the given number of attempts (from 1) has failed for the moment; `None` once it is time to give up.
pub fn retry_after(failed_attempts: u32) -> Option<Duration> {
    let index = usize::try_from(failed_attempts.saturating_sub(1)).ok()?;
    WAITS.get(index).copied().map(Duration::from_secs)
}

#[cfg(test)]
mod tests {
    use super::{MAX_ATTEMPTS, retry_after};
    use std::time::Duration;

    #[test]
    fn waits_never_shrink_and_end() {
        let waits: Vec<_> = (1..MAX_ATTEMPTS)
            .map(|attempt| retry_after(attempt).unwrap())
            .collect();
        assert!(waits.is_sorted());
        assert_eq!(retry_after(MAX_ATTEMPTS), None);
        assert_eq!(retry_after(u32::MAX), None);
    }

    #[test]
    fn the_last_attempt_comes_before_a_guests_link_dies() {
        let all: Duration = (1..MAX_ATTEMPTS).filter_map(retry_after).sum();
        assert!(all < Duration::from_secs(24 * 3600), "{all:?}");
    }

    #[test]
    fn greylisting_for_five_minutes_costs_less_than_eight() {
        let fourth_attempt: Duration = (1..=3).filter_map(retry_after).sum();
        assert!(
            (300..480).contains(&fourth_attempt.as_secs()),
            "{fourth_attempt:?}"
        );
    }
}
