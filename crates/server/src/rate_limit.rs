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
    messages: Keyed<(ConversationId, ParticipantId)>,
    invitations: Keyed<(ConversationId, ParticipantId)>,
}

impl RateLimits {
    pub fn new(limits: &Limits) -> Self {
        Self {
            sign_ins: Keyed::new(Quota::per_minute(at_least_one(limits.sign_ins_per_minute))),
            knocks: Keyed::new(Quota::per_minute(at_least_one(limits.knocks_per_minute))),
            visitors: Keyed::new(Quota::per_minute(at_least_one(limits.visitors_per_minute))),
            messages: Keyed::new(Quota::per_minute(at_least_one(limits.messages_per_minute))),
            invitations: Keyed::new(Quota::per_hour(at_least_one(limits.invitations_per_hour))),
        }
    }

    pub fn sign_in(&self, address: IpAddr) -> Result<(), Problem> {
        self.sign_ins.check(&address)
    }

    pub fn knock(&self, address: IpAddr) -> Result<(), Problem> {
        self.knocks.check(&address)
    }

    pub fn visitor(&self, address: IpAddr) -> Result<(), Problem> {
        self.visitors.check(&address)
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
        self.messages.limiter.retain_recent();
        self.invitations.limiter.retain_recent();
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
}
