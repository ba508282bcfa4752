//! Limits on what a stranger or a runaway script may repeat.

use crate::config::Limits;
use crate::problem::Problem;
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use std::hash::Hash;
use std::net::IpAddr;
use std::num::NonZeroU32;
use trialogue_conversation::ids::{ConversationId, ParticipantId};

/// One limiter per thing that is limited; keys that have recovered are forgotten by [`Self::forget_idle`].
pub struct RateLimits {
    sign_ins: Keyed<IpAddr>,
    knocks: Keyed<IpAddr>,
    visitors: Keyed<IpAddr>,
    media_tokens: Keyed<IpAddr>,
    messages: Keyed<(ConversationId, ParticipantId)>,
    invitations: Keyed<(ConversationId, ParticipantId)>,
}

impl RateLimits {
    pub fn new(limits: &Limits) -> Self {
        Self {
            sign_ins: Keyed::new(Quota::per_minute(at_least_one(limits.sign_ins_per_minute))),
            knocks: Keyed::new(Quota::per_minute(at_least_one(limits.knocks_per_minute))),
            visitors: Keyed::new(Quota::per_minute(at_least_one(limits.visitors_per_minute))),
            media_tokens: Keyed::new(Quota::per_minute(at_least_one(
                limits.media_tokens_per_minute,
            ))),
            messages: Keyed::new(Quota::per_minute(at_least_one(limits.messages_per_minute))),
            invitations: Keyed::new(Quota::per_hour(at_least_one(limits.invitations_per_hour))),
        }
    }

    pub fn sign_in(&self, address: IpAddr) -> Result<(), Problem> {
        self.sign_ins.check(&network(address))
    }

    pub fn knock(&self, address: IpAddr) -> Result<(), Problem> {
        self.knocks.check(&network(address))
    }

    pub fn visitor(&self, address: IpAddr) -> Result<(), Problem> {
        self.visitors.check(&network(address))
    }

    pub fn media_token(&self, address: IpAddr) -> Result<(), Problem> {
        self.media_tokens.check(&network(address))
    }

    pub fn message(
        &self,
        conversation_id: ConversationId,
        participant_id: ParticipantId,
    ) -> Result<(), Problem> {
        self.messages.check(&(conversation_id, participant_id))
    }

    pub fn invitation(
        &self,
        conversation_id: ConversationId,
        participant_id: ParticipantId,
    ) -> Result<(), Problem> {
        self.invitations.check(&(conversation_id, participant_id))
    }

    /// Called now and then, so that addresses seen once do not stay for ever.
    pub fn forget_idle(&self) {
        self.sign_ins.limiter.retain_recent();
        self.knocks.limiter.retain_recent();
        self.visitors.limiter.retain_recent();
        self.media_tokens.limiter.retain_recent();
        self.messages.limiter.retain_recent();
        self.invitations.limiter.retain_recent();
    }
}

/// What one client has: an IPv4 address, or the /64 that is the least a network gives out in IPv6 (RFC 6177), with 2^64
/// addresses to choose from.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            const HOST_BITS: u32 = 64;
            IpAddr::V6((address.to_bits() >> HOST_BITS << HOST_BITS).into())
        }
        v4 => v4,
    }
}

struct Keyed<K: Hash + Eq + Clone> {
    limiter: DefaultKeyedRateLimiter<K>,
}

impl<K: Hash + Eq + Clone> Keyed<K> {
    fn new(quota: Quota) -> Self {
        Self {
            limiter: RateLimiter::keyed(quota),
        }
    }

    fn check(&self, key: &K) -> Result<(), Problem> {
        self.limiter.check_key(key).map_err(|not_until| {
            let wait = not_until.wait_time_from(DefaultClock::default().now());
            Problem::too_many(
                u32::try_from(wait.as_secs())
                    .unwrap_or(u32::MAX)
                    .saturating_add(1),
            )
        })
    }
}

fn at_least_one(limit: u32) -> NonZeroU32 {
    NonZeroU32::new(limit).unwrap_or(NonZeroU32::MIN)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::Ipv4Addr;

    #[test]
    fn one_address_does_not_use_up_the_limit_of_another() {
        let limits = RateLimits::new(&Limits {
            sign_ins_per_minute: 2,
            ..Limits::default()
        });
        let (a, b) = (
            IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1)),
            IpAddr::V4(Ipv4Addr::new(192, 0, 2, 2)),
        );
        assert!(limits.sign_in(a).is_ok() && limits.sign_in(a).is_ok());
        let refused = limits.sign_in(a).unwrap_err();
        assert_eq!(refused.code, "too_many_requests");
        assert!(refused.retry_after.unwrap() > 0);
        assert!(limits.sign_in(b).is_ok());
    }

    #[test]
    fn a_client_with_a_whole_ipv6_network_has_one_limit() {
        let limits = RateLimits::new(&Limits {
            sign_ins_per_minute: 1,
            ..Limits::default()
        });
        let sign_in = |address: &str| limits.sign_in(address.parse().unwrap());
        assert!(sign_in("2001:db8:1:2::1").is_ok());
        assert!(sign_in("2001:db8:1:2:ffff::9").is_err());
        assert!(sign_in("2001:db8:1:3::1").is_ok());
    }

    #[test]
    fn an_ipv4_address_counts_alike_however_it_is_written_and_apart_from_others() {
        let limits = RateLimits::new(&Limits {
            sign_ins_per_minute: 1,
            ..Limits::default()
        });
        let sign_in = |address: &str| limits.sign_in(address.parse().unwrap());
        assert!(sign_in("192.0.2.1").is_ok());
        assert!(sign_in("::ffff:192.0.2.1").is_err());
        assert!(sign_in("::ffff:192.0.2.2").is_ok());
    }
}
