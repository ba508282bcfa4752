//! What forwarding and publishing cost in the core, without sockets. Measurements, not claims: run them by name, in release.

use std::time::Duration;

use livekit_protocol::TrackSource;

use super::world::World;
use crate::token::VideoGrants;

#[test]
#[ignore = "a measurement: cargo test --release -p trialogue-media --lib cost -- --ignored --nocapture"]
fn cost_of_a_forwarded_packet() {
    for subscribers in [1, 8] {
        let mut world = World::new();
        world.join("publisher", VideoGrants::default());
        for number in 0..subscribers {
            world.join(
                &number.to_string(),
                VideoGrants {
                    can_publish: Some(false),
                    ..Default::default()
                },
            );
        }
        let now = world.now;
        world.clients[0].publish(TrackSource::Microphone, false, now);
        world.clients[0].publish(TrackSource::Camera, true, now);
        world.run(Duration::from_secs(4));
        let received = |world: &World| -> usize {
            world
                .clients
                .iter()
                .flat_map(|client| client.received.values())
                .map(|received| received.seqs.len())
                .sum()
        };
        let before = received(&world);
        world.spent = Duration::ZERO;
        world.run(Duration::from_secs(10));
        let packets = received(&world) - before;
        println!(
            "{subscribers} subscribers: {packets} packets in 10 s, {:.1} µs each in the core",
            world.spent.as_secs_f64() * 1e6 / packets as f64
        );
    }
}

#[test]
#[ignore = "a measurement: cargo test --release -p trialogue-media --lib cost -- --ignored --nocapture"]
fn cost_of_publishing_in_a_full_room() {
    for people in [5, 20] {
        let mut world = World::new();
        for number in 0..people {
            let client = world.join(&number.to_string(), VideoGrants::default());
            let now = world.now;
            world.clients[client].publish(TrackSource::Camera, true, now);
        }
        world.run(Duration::from_secs(2));
        let now = world.now;
        world.clients[0].publish(TrackSource::Microphone, false, now);
        world.spent = Duration::ZERO;
        // Until everyone was told, asked for a section, and has offered it.
        world.pump();
        println!(
            "{people} people with cameras, one microphone more: {:.1} ms in the core",
            world.spent.as_secs_f64() * 1e3
        );
    }
}
