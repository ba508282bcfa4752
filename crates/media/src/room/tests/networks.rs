//! Bad networks.

use std::time::Duration;

use livekit_protocol::{StreamState, TrackSource, signal_response};

use super::world::World;
use crate::token::VideoGrants;

const SECOND: Duration = Duration::from_secs(1);

/// One who publishes camera and microphone and one who receives.
fn pair() -> World {
    let mut world = World::new();
    world.join("a", VideoGrants::default());
    world.join("b", VideoGrants::default());
    let now = world.now;
    world.clients[0].publish(TrackSource::Microphone, false, now);
    world.clients[0].publish(TrackSource::Camera, true, now);
    world
}

#[test]
fn lost_video_packets_are_repeated_on_both_ways() {
    for downwards in [true, false] {
        let mut world = pair();
        world.run(2 * SECOND);
        if downwards {
            world.links[1].1.loss = 0.05;
        } else {
            world.links[0].0.loss = 0.05;
        }
        world.run(8 * SECOND);
        world.links[1].1.loss = 0.0;
        world.links[0].0.loss = 0.0;
        world.run(SECOND);
        let [a, b] = &world.clients[..] else { panic!() };
        let video = b.of(a, TrackSource::Camera);
        let share = video.missing() as f64 / video.seqs.len() as f64;
        assert!(
            share < 0.005,
            "{} of {} video packets never came, downwards: {downwards}",
            video.missing(),
            video.seqs.len()
        );
        let audio = b.of(a, TrackSource::Microphone);
        assert!(audio.seqs.len() > 400, "audio {}", audio.seqs.len());
    }
}

#[test]
fn of_packets_that_overtake_each_other_hardly_any_is_lost() {
    let mut world = pair();
    world.links[0].0.jitter = Duration::from_millis(60);
    world.links[1].1.jitter = Duration::from_millis(60);
    world.run(6 * SECOND);
    // What is still in the air arrives.
    world.links[0].0.jitter = Duration::ZERO;
    world.links[1].1.jitter = Duration::ZERO;
    world.run(SECOND);
    let [a, b] = &world.clients[..] else { panic!() };
    for source in [TrackSource::Microphone, TrackSource::Camera] {
        let received = b.of(a, source);
        // str0m draws random numbers of its own, so runs differ; thirty runs lost 0 to 6 of 530 to 890.
        assert!(
            received.missing() * 50 < received.seqs.len(),
            "{source:?}: {} of {}",
            received.missing(),
            received.seqs.len()
        );
        assert!(
            received.seqs.windows(2).any(|pair| pair[1] < pair[0]),
            "nothing overtook: the test is empty"
        );
    }
}

#[test]
fn on_a_narrow_network_the_picture_gets_smaller_and_sound_goes_on() {
    let mut world = pair();
    world.links[1].1.rate = Some(600_000);
    world.run(30 * SECOND);
    let before = world.clients[1]
        .of(&world.clients[0], TrackSource::Microphone)
        .seqs
        .len();
    world.run(5 * SECOND);
    let [a, b] = &world.clients[..] else { panic!() };
    let audio = b.of(a, TrackSource::Microphone).seqs.len() - before;
    assert!(audio > 230, "{audio} of 250 packets of sound came through");
    let video = b.of(a, TrackSource::Camera);
    assert!(
        matches!(video.layer(), Some(0 | 1)),
        "layer {:?}",
        video.layer()
    );
}

#[test]
fn on_a_network_too_narrow_for_any_picture_it_is_paused_and_said_so() {
    let mut world = pair();
    world.run(2 * SECOND);
    world.links[1].1.rate = Some(90_000);
    world.run(40 * SECOND);
    let states: Vec<_> = world.clients[1]
        .inbox
        .iter()
        .filter_map(|message| match message {
            signal_response::Message::StreamStateUpdate(update) => {
                Some(update.stream_states[0].state())
            }
            _ => None,
        })
        .collect();
    assert!(states.contains(&StreamState::Paused), "{states:?}");
    let before = world.clients[1]
        .of(&world.clients[0], TrackSource::Microphone)
        .seqs
        .len();
    world.run(5 * SECOND);
    let audio = world.clients[1]
        .of(&world.clients[0], TrackSource::Microphone)
        .seqs
        .len()
        - before;
    assert!(audio > 200, "{audio} of 250 packets of sound came through");
}

#[test]
fn a_paused_picture_comes_back_with_the_network() {
    let mut world = pair();
    world.run(2 * SECOND);
    world.links[1].1.rate = Some(90_000);
    world.run(40 * SECOND);
    assert_eq!(last_state(&world, 1), Some(StreamState::Paused));
    world.links[1].1.rate = None;
    world.run(40 * SECOND);
    assert_eq!(last_state(&world, 1), Some(StreamState::Active));
    let count = |world: &World| {
        let [a, b] = &world.clients[..] else { panic!() };
        b.of(a, TrackSource::Camera).seqs.len()
    };
    let before = count(&world);
    world.run(5 * SECOND);
    let packets = count(&world) - before;
    assert!(packets > 50, "{packets} packets of video in five seconds");
}

#[test]
fn on_a_network_without_limits_nobody_goes_without_the_only_picture_there_is() {
    let mut world = World::new();
    world.join("a", VideoGrants::default());
    for number in 0..10 {
        world.join(&format!("b{number}"), VideoGrants::default());
    }
    let now = world.now;
    world.clients[0].publish(TrackSource::Microphone, false, now);
    world.clients[0].publish(TrackSource::Camera, false, now);
    world.run(15 * SECOND);
    for viewer in 1..=10 {
        assert_ne!(
            last_state(&world, viewer),
            Some(StreamState::Paused),
            "viewer {viewer}"
        );
        let [a, ..] = &world.clients[..] else {
            panic!()
        };
        let packets = world.clients[viewer].of(a, TrackSource::Camera).seqs.len();
        assert!(packets > 300, "viewer {viewer} got {packets} packets");
    }
}

/// Where packets get lost at random, the picture goes on; where they no longer do, it is as before at once. That some pictures go missing is of these
/// clients, which ask for a packet five times at most.
#[test]
fn a_fifth_of_all_packets_lost_stops_no_picture() {
    for (seed, simulcast) in [(1, false), (3, true)] {
        let mut world = World::new();
        world.join("a", VideoGrants::default());
        world.join("b", VideoGrants::default());
        let now = world.now;
        world.clients[0].publish(TrackSource::Microphone, false, now);
        world.clients[0].publish(TrackSource::Camera, simulcast, now);
        world.run(3 * SECOND);
        world.reseed(seed);
        let began = world.now;
        lose(&mut world, 1, 0.2);
        world.run(20 * SECOND);
        let healed = world.now;
        lose(&mut world, 1, 0.0);
        world.run(5 * SECOND);
        let [a, b] = &world.clients[..] else { panic!() };
        let screen = &b.of(a, TrackSource::Camera).screen;
        let freeze = screen.longest_freeze(began, healed);
        let pictures = screen
            .shown
            .iter()
            .filter(|at| (began..healed).contains(*at));
        let share = pictures.count() as f64 / (20.0 * 25.0);
        assert!(
            freeze < 5 * SECOND / 2 && share > 0.7,
            "frozen for {freeze:?}, {share} of the pictures seen; seed {seed}, simulcast {simulcast}"
        );
        let after = screen.longest_freeze(healed + SECOND / 2, world.now);
        assert!(
            after < SECOND / 5,
            "frozen for {after:?} when nothing was lost any more; seed {seed}, simulcast {simulcast}"
        );
        let audio = &b.of(a, TrackSource::Microphone).seqs;
        assert!(
            audio.len() > 28 * 50 * 7 / 10,
            "{} packets of sound",
            audio.len()
        );
    }
}

/// A path whose delay wanders, so that packets overtake one another, is no narrower for that.
#[test]
fn a_jitter_of_200_ms_stops_no_picture() {
    for simulcast in [false, true] {
        let mut world = World::new();
        world.join("a", VideoGrants::default());
        world.join("b", VideoGrants::default());
        let now = world.now;
        world.clients[0].publish(TrackSource::Microphone, false, now);
        world.clients[0].publish(TrackSource::Camera, simulcast, now);
        world.run(3 * SECOND);
        for (up, down) in &mut world.links {
            up.jitter = SECOND / 5;
            down.jitter = SECOND / 5;
        }
        let began = world.now;
        world.run(30 * SECOND);
        let [a, b] = &world.clients[..] else { panic!() };
        let screen = &b.of(a, TrackSource::Camera).screen;
        let freeze = screen.longest_freeze(began, world.now);
        let pictures = screen.shown.iter().filter(|at| **at >= began).count();
        assert!(
            freeze < SECOND && pictures > 600,
            "frozen for {freeze:?}, {pictures} of 750 pictures seen, simulcast {simulcast}"
        );
    }
}

/// The first packet of a keyframe may be the one that is lost or late; what came before it is not lost for that.
#[test]
fn who_comes_to_a_bad_network_sees_a_picture_soon() {
    for (loss, jitter) in [(0.2, 0), (0.0, 200)] {
        let mut waits = Vec::new();
        for seed in 1..=4 {
            let mut world = World::new();
            world.join("a", VideoGrants::default());
            let now = world.now;
            world.clients[0].publish(TrackSource::Camera, false, now);
            world.run(2 * SECOND);
            world.reseed(seed);
            world.links[0].0.loss = loss;
            world.links[0].0.jitter = Duration::from_millis(jitter);
            world.join("b", VideoGrants::default());
            let came = world.now;
            world.run(5 * SECOND);
            let [a, b] = &world.clients[..] else { panic!() };
            let shown = &b.of(a, TrackSource::Camera).screen.shown;
            waits.push(shown.first().map_or(5 * SECOND, |first| *first - came));
        }
        waits.sort();
        assert!(
            waits[2] < SECOND && waits[3] < 2 * SECOND,
            "loss {loss}, jitter {jitter} ms: {waits:?}"
        );
    }
}

/// Loses this share of a client's packets, each way.
fn lose(world: &mut World, client: usize, share: f64) {
    world.links[client].0.loss = share;
    world.links[client].1.loss = share;
}

/// What a client was last told of a picture's state.
fn last_state(world: &World, client: usize) -> Option<StreamState> {
    let updates = world.clients[client].inbox.iter().rev();
    updates
        .filter_map(|message| match message {
            signal_response::Message::StreamStateUpdate(update) => {
                Some(update.stream_states[0].state())
            }
            _ => None,
        })
        .next()
}
