//! Breaking off, coming back, being followed by another of the same name, going.

use livekit_protocol::{
    DisconnectReason, SimulateScenario, TrackSource, leave_request::Action,
    participant_info::State, signal_request, signal_response, simulate_scenario::Scenario,
};

use super::client::Lost;
use super::data::{message, texts};
use super::world::{SECOND, World, all, publish_both, two};

#[test]
fn a_second_one_of_the_same_name_takes_the_place_of_the_first() {
    let mut world = World::new();
    world.join("a", all());
    world.run(SECOND);
    let first = world.sid(0);
    world.join("a", all());
    world.run(SECOND);
    let Some(signal_response::Message::Leave(leave)) = world.clients[0].inbox.last() else {
        panic!("no goodbye")
    };
    assert_eq!(leave.reason(), DisconnectReason::DuplicateIdentity);
    assert!(world.clients[0].closed);
    assert_eq!(world.room.participants().len(), 1);
    assert_ne!(world.sid(1), first);
}

#[test]
fn a_lost_signalling_connection_is_taken_up_again_and_media_never_stops() {
    for v0 in [false, true] {
        let mut world = two(v0, v0);
        let sid = world.sid(1);
        let session = world.clients[1].session;
        world.room.handle_session_closed(world.now, session);
        world.run(10 * SECOND);
        world.resume(1, &sid);
        world.run(2 * SECOND);
        let [a, b] = &world.clients[..] else { panic!() };
        assert!(
            b.inbox
                .iter()
                .any(|message| matches!(message, signal_response::Message::Reconnect(_)))
        );
        assert_eq!(b.of(a, TrackSource::Microphone).missing(), 0);
        assert!(world.now - b.of(a, TrackSource::Microphone).last.unwrap() < SECOND / 5);
        assert_eq!(world.sid(1), sid);
    }
}

/// The signalling connection of a client breaks, and it comes back a second later.
fn break_off_and_resume(world: &mut World, client: usize) {
    let sid = world.sid(client);
    let session = world.clients[client].session;
    world.room.handle_session_closed(world.now, session);
    world.run(SECOND);
    world.resume(client, &sid);
}

#[test]
fn a_track_on_offer_when_the_signalling_connection_breaks_arrives_after_the_resume() {
    for lost in [Lost::Offer, Lost::Answer] {
        for times in [1, 2] {
            let mut world = two(false, true);
            world.clients[1].lost = Some(lost);
            let now = world.now;
            world.clients[0].publish(TrackSource::ScreenShare, false, now);
            world.run(SECOND);
            for time in 1..=times {
                if time == times {
                    world.clients[1].lost = None;
                }
                break_off_and_resume(&mut world, 1);
                world.run(SECOND);
            }
            world.run(2 * SECOND);
            let [a, b] = &world.clients[..] else { panic!() };
            let screen = b.of(a, TrackSource::ScreenShare);
            assert!(screen.seqs.len() > 50, "{lost:?} lost {times} times");
            assert!(world.now - screen.last.unwrap() < SECOND / 5);
            assert_eq!(b.of(a, TrackSource::Microphone).missing(), 0);
        }
    }
}

#[test]
fn who_breaks_off_over_the_first_offer_is_connected_after_the_resume() {
    for lost in [Lost::Offer, Lost::Answer] {
        let mut world = World::new();
        world.join("a", all());
        publish_both(&mut world, 0);
        world.run(SECOND);
        world.lost = Some(lost);
        world.join_v0("b", all());
        world.run(SECOND);
        world.clients[1].lost = None;
        break_off_and_resume(&mut world, 1);
        world.run(2 * SECOND);
        world.clients[0].send_data("_reliable", &message("welcome", 1));
        world.run(SECOND);
        assert_eq!(
            world.room.participant("b").unwrap().state(),
            State::Active,
            "{lost:?} lost"
        );
        let [a, b] = &world.clients[..] else { panic!() };
        assert!(b.of(a, TrackSource::Camera).seqs.len() > 50);
        assert_eq!(texts(&world, 1), ["welcome"]);
    }
}

#[test]
fn who_does_not_come_back_is_gone_after_half_a_minute() {
    let mut world = two(false, false);
    let session = world.clients[1].session;
    world.room.handle_session_closed(world.now, session);
    world.run(29 * SECOND);
    assert_eq!(world.room.participants().len(), 2);
    world.run(2 * SECOND);
    assert_eq!(world.room.participants().len(), 1);
    assert_eq!(
        world.clients[0].knows("b").unwrap().state(),
        State::Disconnected
    );
}

/// The last thing a client was told, if it was a goodbye.
pub(super) fn goodbye(world: &World, client: usize) -> Option<(DisconnectReason, Action)> {
    match world.clients[client].inbox.last()? {
        signal_response::Message::Leave(leave) => Some((leave.reason(), leave.action())),
        _ => None,
    }
}

#[test]
fn who_resumes_what_is_no_more_is_told_to_join_anew() {
    let mut world = World::new();
    world.join("a", all());
    world.run(SECOND);
    let sid = world.sid(0);
    // Since a restart of the server, nobody is inside.
    let mut restarted = World::new();
    std::mem::swap(&mut restarted.clients, &mut world.clients);
    restarted.resume(0, &sid);
    assert_eq!(
        goodbye(&restarted, 0),
        Some((DisconnectReason::StateMismatch, Action::Reconnect))
    );
}

#[test]
fn a_device_that_wakes_up_leaves_the_call_to_the_one_that_took_it_over() {
    let mut world = World::new();
    let laptop = world.join("a", all());
    world.run(SECOND);
    let asleep = world.sid(laptop);
    let phone = world.join("a", all());
    publish_both(&mut world, phone);
    world.run(SECOND);
    world.resume(laptop, &asleep);
    world.run(SECOND);
    assert_eq!(
        goodbye(&world, laptop),
        Some((DisconnectReason::DuplicateIdentity, Action::Disconnect))
    );
    // Clients go by a goodbye only after a welcome.
    let told = &world.clients[laptop].inbox;
    assert!(matches!(
        told[told.len() - 2],
        signal_response::Message::Reconnect(_)
    ));
    assert!(!world.clients[phone].closed);
    assert_eq!(world.room.participant("a").unwrap().tracks.len(), 2);
}

#[test]
fn a_device_that_wakes_up_joins_anew_where_the_other_one_has_gone() {
    let mut world = World::new();
    let laptop = world.join("a", all());
    world.run(SECOND);
    let asleep = world.sid(laptop);
    let phone = world.join("a", all());
    world.run(SECOND);
    let session = world.clients[phone].session;
    world.room.handle_session_closed(world.now, session);
    world.resume(laptop, &asleep);
    assert_eq!(
        goodbye(&world, laptop),
        Some((DisconnectReason::StateMismatch, Action::Reconnect))
    );
}

#[test]
fn who_tries_a_goodbye_is_told_one_and_who_tries_a_failure_is_not() {
    let tried = [
        (
            Scenario::LeaveRequestFullReconnect(true),
            Some((DisconnectReason::StateMismatch, Action::Reconnect)),
        ),
        (
            Scenario::ServerLeave(true),
            Some((DisconnectReason::ServerShutdown, Action::Reconnect)),
        ),
        (Scenario::NodeFailure(true), None),
    ];
    for (scenario, told) in tried {
        let mut world = World::new();
        world.join("a", all());
        world.run(SECOND);
        world.clients[0].say(signal_request::Message::Simulate(SimulateScenario {
            scenario: Some(scenario),
        }));
        world.run(SECOND);
        assert_eq!(goodbye(&world, 0), told);
        assert!(world.clients[0].closed);
    }
}

#[test]
fn a_room_ends_when_nobody_is_left_and_not_before() {
    let mut world = World::new();
    assert!(!world.room.is_over(world.now + 299 * SECOND));
    assert!(world.room.is_over(world.now + 300 * SECOND));
    world.join("a", all());
    assert!(!world.room.is_over(world.now + 3_600 * SECOND));
    world.run(SECOND);
    world.clients[0].say(signal_request::Message::Leave(Default::default()));
    world.run(SECOND);
    assert!(world.clients[0].closed);
    assert!(!world.room.is_over(world.now));
    assert!(world.room.is_over(world.now + 20 * SECOND));
}
