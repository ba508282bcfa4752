use super::*;

const SECOND: Duration = Duration::from_secs(1);
const LOOK: Duration = Duration::from_millis(500);

/// A network as it behaves at what is sent: the estimate, the share that gets lost, the round trip.
type Network = fn(sent: u64) -> (u64, f32, Duration);

/// Sends a thousand bits a second, or what is allowed, for so long; says after each look how much was allowed.
fn use_network(
    congestion: &mut Congestion,
    now: &mut Instant,
    for_: Duration,
    network: Network,
) -> Vec<Option<u64>> {
    let mut sent = 1_000;
    let end = *now + for_;
    let mut limits = Vec::new();
    while *now < end {
        let (estimate, loss, round_trip) = network(sent);
        congestion.handle_estimate(estimate);
        congestion.handle_network(*now, Some(loss), Some(round_trip));
        let limit = congestion.limit(*now, sent);
        sent = limit.unwrap_or(1_000);
        limits.push(limit);
        *now += LOOK;
    }
    limits
}

fn good(_: u64) -> (u64, f32, Duration) {
    (1_000, 0.0, SECOND / 50)
}

fn narrow(sent: u64) -> (u64, f32, Duration) {
    if sent > 500 {
        (450, 0.4, SECOND / 5)
    } else {
        (450, 0.0, SECOND / 50)
    }
}

#[test]
fn an_estimate_that_nothing_was_sent_to_raise_limits_nothing() {
    let now = Instant::now();
    let mut congestion = Congestion::default();
    assert_eq!(congestion.limit(now, 5_000), None);
    congestion.handle_estimate(40);
    assert_eq!(congestion.limit(now, 48), None);
    assert_eq!(congestion.limit(now + SECOND, 48), None);
}

#[test]
fn a_low_estimate_limits_nothing_while_nothing_is_lost_or_late() {
    let (mut congestion, mut now) = (Congestion::default(), Instant::now());
    let limits = use_network(&mut congestion, &mut now, 10 * SECOND, |_| {
        (450, 0.0, SECOND / 50)
    });
    assert!(limits.iter().all(Option::is_none), "{limits:?}");
}

#[test]
fn a_dip_limits_nothing() {
    let mut now = Instant::now();
    let mut congestion = Congestion::default();
    use_network(&mut congestion, &mut now, 5 * SECOND, good);
    congestion.handle_estimate(500);
    congestion.handle_network(now, Some(0.4), None);
    assert_eq!(congestion.limit(now, 1_000), None);
    congestion.handle_estimate(1_000);
    assert_eq!(congestion.limit(now + FULL_FOR / 2, 1_000), None);
    congestion.handle_estimate(500);
    assert_eq!(congestion.limit(now + FULL_FOR, 1_000), None);
}

#[test]
fn a_narrow_network_is_kept_within_and_tried_again_ever_more_rarely() {
    let (mut congestion, mut now) = (Congestion::default(), Instant::now());
    use_network(&mut congestion, &mut now, 5 * SECOND, good);
    let limits = use_network(&mut congestion, &mut now, 300 * SECOND, narrow);
    let holds: Vec<_> = limits
        .chunk_by(|one, other| one.is_some() == other.is_some())
        .filter(|stretch| stretch[0].is_some())
        .map(|stretch| stretch.len() / 2)
        .collect();
    assert_eq!(holds[..5], [5, 10, 20, 40, 60], "{holds:?}");
}

#[test]
fn losses_and_delays_that_stay_when_less_is_sent_limit_nothing_any_more() {
    let networks: [Network; 3] = [
        |_| (300, 0.2, SECOND / 50),
        |_| (300, 0.0, SECOND / 5),
        |_| (300, 0.2, SECOND / 5),
    ];
    for (number, network) in networks.into_iter().enumerate() {
        let (mut congestion, mut now) = (Congestion::default(), Instant::now());
        use_network(&mut congestion, &mut now, 5 * SECOND, good);
        let limits = use_network(&mut congestion, &mut now, 60 * SECOND, network);
        let held = limits.iter().filter(|limit| limit.is_some()).count();
        assert!(
            (1..=8).contains(&held),
            "network {number}: {held} half seconds"
        );
        // What is usual is forgotten with it.
        use_network(&mut congestion, &mut now, 10 * SECOND, good);
        let limits = use_network(&mut congestion, &mut now, 5 * SECOND, narrow);
        assert!(limits.last().unwrap().is_some(), "network {number}");
    }
}

#[test]
fn losses_alone_are_severe_only_when_repeats_cannot_mend_them() {
    for (loss, severe) in [(0.2, false), (0.6, true)] {
        let mut now = Instant::now();
        let mut congestion = Congestion::default();
        use_network(&mut congestion, &mut now, 5 * SECOND, good);
        congestion.handle_estimate(300);
        let mut was_severe = false;
        for _ in 0..8 {
            congestion.handle_network(now, Some(loss), Some(SECOND / 50));
            congestion.limit(now, 1_000);
            was_severe |= congestion.is_severe();
            now += LOOK;
        }
        assert_eq!(was_severe, severe, "loss {loss}");
    }
}
