//! Several who behave: publish, receive, mute, come back, go.

use std::time::Duration;

use livekit_protocol::{
    DataPacket, DisconnectReason, SimulateScenario, TrackSource, UpdateParticipantRequest,
    UpdateSubscription, UpdateTrackSettings, UserPacket, data_packet, leave_request::Action,
    participant_info::State, signal_request, signal_response, simulate_scenario::Scenario,
};

use str0m::format::Codec;

use super::client::Lost;
use super::world::World;
use crate::token::VideoGrants;

const SECOND: Duration = Duration::from_secs(1);

fn all() -> VideoGrants {
    VideoGrants::default()
}

fn hidden() -> VideoGrants {
    VideoGrants {
        hidden: true,
        can_publish: Some(false),
        can_publish_data: Some(false),
        ..Default::default()
    }
}

fn publish_both(world: &mut World, client: usize) {
    let now = world.now;
    world.clients[client].publish(TrackSource::Microphone, false, now);
    world.clients[client].publish(TrackSource::Camera, true, now);
}

/// Two who publish and receive each other, whatever versions they speak.
fn two(first_v0: bool, second_v0: bool) -> World {
    let mut world = World::new();
    let mut join = |name, v0| {
        if v0 {
            world.join_v0(name, all())
        } else {
            world.join(name, all())
        }
    };
    join("a", first_v0);
    join("b", second_v0);
    publish_both(&mut world, 0);
    publish_both(&mut world, 1);
    world.run(4 * SECOND);
    world
}

#[test]
fn everyone_receives_the_others_in_either_version() {
    for (first_v0, second_v0) in [(false, false), (true, true), (false, true), (true, false)] {
        let world = two(first_v0, second_v0);
        for (from, to) in [(0, 1), (1, 0)] {
            let (publisher, subscriber) = (&world.clients[from], &world.clients[to]);
            let audio = subscriber.of(publisher, TrackSource::Microphone);
            let video = subscriber.of(publisher, TrackSource::Camera);
            assert!(audio.seqs.len() > 150, "audio {}", audio.seqs.len());
            assert!(
                video.seqs.len() > 150,
                "{first_v0} {second_v0} {}: video {:?}",
                subscriber.identity,
                video.packets
            );
            assert_eq!((audio.missing(), video.missing()), (0, 0));
            assert!(video.keyframes > 0);
            assert_eq!(
                subscriber.knows(&publisher.identity).unwrap().state(),
                State::Active
            );
        }
    }
}

#[test]
fn av1_goes_through_whole_with_what_says_how_to_decode_it() {
    for v0 in [false, true] {
        let mut world = World::new();
        world.join("a", all());
        if v0 {
            world.join_v0("b", all());
        } else {
            world.join("b", all());
        }
        let now = world.now;
        world.clients[0].publish_in(Codec::Av1, TrackSource::Camera, false, now);
        world.run(3 * SECOND);
        let (publisher, subscriber) = (&world.clients[0], &world.clients[1]);
        let video = subscriber.of(publisher, TrackSource::Camera);
        assert!(video.keyframes > 0, "v0: {v0}");
        assert_eq!(video.missing(), 0);
        assert!(video.screen.longest_freeze(now + SECOND, world.now) < SECOND);
        assert_eq!(video.descriptors.len(), video.seqs.len());
        let with_layers = video.descriptors.iter().filter(|bytes| bytes.len() == 40);
        assert_eq!(with_layers.count(), video.keyframes);
        let numbers: Vec<_> = video
            .descriptors
            .iter()
            .map(|bytes| u16::from_be_bytes([bytes[1], bytes[2]]))
            .collect();
        assert!(numbers.is_sorted());
        assert!(numbers.windows(2).all(|two| two[1] - two[0] <= 1));
    }
}

#[test]
fn who_comes_late_sees_those_who_were_there() {
    let mut world = World::new();
    world.join("a", all());
    publish_both(&mut world, 0);
    world.run(2 * SECOND);
    world.join("b", all());
    world.run(2 * SECOND);
    let [a, b] = &world.clients[..] else { panic!() };
    assert_eq!(b.knows("a").unwrap().tracks.len(), 2);
    assert!(b.of(a, TrackSource::Camera).seqs.len() > 100);
    assert!(b.of(a, TrackSource::Microphone).seqs.len() > 50);
}

#[test]
fn more_tracks_than_sections_get_sections_of_their_own() {
    let mut world = World::new();
    world.join("watcher", all());
    for name in ["a", "b", "c", "d", "e"] {
        let client = world.join(name, all());
        publish_both(&mut world, client);
    }
    world.run(5 * SECOND);
    let watcher = &world.clients[0];
    for publisher in &world.clients[1..] {
        assert!(
            watcher.of(publisher, TrackSource::Camera).seqs.len() > 50,
            "{}",
            publisher.identity
        );
        assert!(
            watcher.of(publisher, TrackSource::Microphone).seqs.len() > 50,
            "{}",
            publisher.identity
        );
    }
}

#[test]
fn unpublished_tracks_are_gone_and_new_ones_come_through() {
    let mut world = two(false, false);
    world.clients[0].unpublish_all();
    world.run(SECOND);
    assert!(world.clients[1].knows("a").unwrap().tracks.is_empty());
    publish_both(&mut world, 0);
    world.run(3 * SECOND);
    let [a, b] = &world.clients[..] else { panic!() };
    assert!(b.of(a, TrackSource::Camera).seqs.len() > 100);
}

#[test]
fn a_client_whose_description_only_grows_is_asked_to_begin_again() {
    let mut world = World::new();
    world.join("a", all());
    world.join("b", all());
    let now = world.now;
    world.clients[0].publish(TrackSource::Microphone, false, now);
    world.run(SECOND);
    let sid = world.clients[0].publications[0].sid.clone().unwrap();
    let mut times = 0;
    while !world.clients[1].closed && times < 300 {
        for subscribe in [false, true] {
            let update = UpdateSubscription {
                track_sids: vec![sid.clone()],
                subscribe,
                ..Default::default()
            };
            world.clients[1].say(signal_request::Message::Subscription(update));
            world.pump();
        }
        times += 1;
    }
    assert_eq!(
        goodbye(&world, 1),
        Some((DisconnectReason::StateMismatch, Action::Reconnect))
    );
    assert!((100..110).contains(&times), "after {times} times");
    world.join("b", all());
    world.run(SECOND);
    let [a, _, again] = &world.clients[..] else {
        panic!()
    };
    assert!(again.of(a, TrackSource::Microphone).seqs.len() > 30);
}

#[test]
fn a_muted_track_is_not_forwarded_even_if_its_publisher_goes_on() {
    let mut world = two(false, false);
    world.clients[0].publications[0].deaf = true;
    let sid = world.clients[0].publications[0].sid.clone().unwrap();
    let muted = world.room.mute_track(world.now, "a", &sid, true).unwrap();
    assert!(muted.muted);
    world.run(SECOND);
    let [a, b] = &world.clients[..] else { panic!() };
    let audio = b.of(a, TrackSource::Microphone);
    assert!(
        world.now - audio.last.unwrap() > 900 * SECOND / 1_000,
        "audio went on"
    );
    assert!(
        world.now - b.of(a, TrackSource::Camera).last.unwrap() < SECOND / 5,
        "video stopped too"
    );
    assert!(b.knows("a").unwrap().tracks.iter().any(|track| track.muted));
    assert!(
        world.room.mute_track(world.now, "a", &sid, false).is_err(),
        "nobody is unmuted by others"
    );
    // Its publisher may unmute it.
    world.clients[0].say(signal_request::Message::Mute(
        livekit_protocol::MuteTrackRequest { sid, muted: false },
    ));
    world.run(SECOND);
    let [a, b] = &world.clients[..] else { panic!() };
    assert!(world.now - b.of(a, TrackSource::Microphone).last.unwrap() < SECOND / 5);
    assert_eq!(b.of(a, TrackSource::Microphone).missing(), 0);
}

#[test]
fn a_permission_taken_away_ends_what_it_allowed_at_once() {
    let mut world = two(false, false);
    world.clients[0].publications[1].deaf = true;
    let mut permission = world.room.participant("a").unwrap().permission.unwrap();
    permission.can_publish_sources = vec![TrackSource::Microphone as i32];
    let request = UpdateParticipantRequest {
        identity: "a".into(),
        permission: Some(permission),
        ..Default::default()
    };
    world.room.update_participant(world.now, request).unwrap();
    world.run(SECOND);
    let [a, b] = &world.clients[..] else { panic!() };
    assert!(
        a.inbox
            .iter()
            .any(|message| matches!(message, signal_response::Message::TrackUnpublished(_)))
    );
    let camera = b.of(a, TrackSource::Camera);
    assert!(
        world.now - camera.last.unwrap() > 900 * SECOND / 1_000,
        "the camera went on"
    );
    assert!(world.now - b.of(a, TrackSource::Microphone).last.unwrap() < SECOND / 5);

    let mut permission = world.room.participant("b").unwrap().permission.unwrap();
    permission.can_subscribe = false;
    let request = UpdateParticipantRequest {
        identity: "b".into(),
        permission: Some(permission),
        ..Default::default()
    };
    world.room.update_participant(world.now, request).unwrap();
    world.run(SECOND);
    let [a, b] = &world.clients[..] else { panic!() };
    assert!(world.now - b.of(a, TrackSource::Microphone).last.unwrap() > 900 * SECOND / 1_000);
}

#[test]
fn the_hidden_see_and_are_not_seen() {
    let mut world = World::new();
    world.join("a", all());
    world.join("monitor", hidden());
    publish_both(&mut world, 0);
    world.run(3 * SECOND);
    let [a, monitor] = &world.clients[..] else {
        panic!()
    };
    assert!(monitor.of(a, TrackSource::Camera).seqs.len() > 50);
    assert_eq!(a.knows("monitor"), None);
    assert_eq!(world.room.info().num_participants, 1);
    assert_eq!(
        world.room.participants().len(),
        2,
        "the room service sees it"
    );
    world.room.remove_participant(world.now, "monitor").unwrap();
    world.run(SECOND);
    assert_eq!(
        world.clients[0].knows("monitor"),
        None,
        "nor is its going seen"
    );
}

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
fn goodbye(world: &World, client: usize) -> Option<(DisconnectReason, Action)> {
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

#[test]
fn subscribers_get_the_layer_that_fits_what_they_show() {
    let mut world = two(false, false);
    let camera = world.clients[0].publications[1].sid.clone().unwrap();
    let mut show = |width, height, disabled| {
        let settings = UpdateTrackSettings {
            track_sids: vec![camera.clone()],
            width,
            height,
            disabled,
            ..Default::default()
        };
        world.clients[1].say(signal_request::Message::TrackSetting(settings));
        world.run(3 * SECOND);
        let [a, b] = &world.clients[..] else { panic!() };
        let received = b.of(a, TrackSource::Camera);
        assert_eq!(received.missing(), 0, "a change of layers left a hole");
        (
            received.layer(),
            world.now - received.last.unwrap() < SECOND / 5,
        )
    };
    assert_eq!(show(300, 170, false), (Some(0), true));
    assert_eq!(show(640, 360, false), (Some(1), true));
    assert_eq!(show(640, 360, true), (Some(1), false));
    assert_eq!(show(1_920, 1_080, false), (Some(2), true));
}

#[test]
fn publishers_are_told_which_layers_nobody_wants() {
    let mut world = two(false, false);
    let camera = world.clients[0].publications[1].sid.clone().unwrap();
    let settings = UpdateTrackSettings {
        track_sids: vec![camera],
        width: 320,
        height: 180,
        ..Default::default()
    };
    world.clients[1].say(signal_request::Message::TrackSetting(settings));
    world.run(5 * SECOND);
    let told = world.clients[0]
        .inbox
        .iter()
        .rev()
        .find_map(|message| match message {
            signal_response::Message::SubscribedQualityUpdate(update) => {
                Some(update.subscribed_codecs[0].clone())
            }
            _ => None,
        });
    let enabled: Vec<_> = told
        .unwrap()
        .qualities
        .iter()
        .map(|quality| quality.enabled)
        .collect();
    assert_eq!(enabled, [true, false, false]);
}

#[test]
fn speakers_are_told_to_everyone_and_so_is_their_silence() {
    let mut world = two(false, false);
    let told = |world: &World, sid: &str| {
        world.clients[1]
            .inbox
            .iter()
            .rev()
            .find_map(|message| match message {
                signal_response::Message::SpeakersChanged(changed) => changed
                    .speakers
                    .iter()
                    .find(|one| one.sid == sid)
                    .map(|one| one.active),
                _ => None,
            })
    };
    let sid = world.sid(0);
    assert_eq!(told(&world, &sid), Some(true));
    let track = world.clients[0].publications[0].sid.clone().unwrap();
    world.room.mute_track(world.now, "a", &track, true).unwrap();
    world.run(SECOND);
    assert_eq!(told(&world, &sid), Some(false));
}

fn message(text: &str, sequence: u32) -> DataPacket {
    let user = UserPacket {
        payload: text.into(),
        topic: Some("topic".into()),
        ..Default::default()
    };
    DataPacket {
        value: Some(data_packet::Value::User(user)),
        sequence,
        ..Default::default()
    }
}

fn texts(world: &World, client: usize) -> Vec<String> {
    let payload = |packet: &DataPacket| match &packet.value {
        Some(data_packet::Value::User(user)) => String::from_utf8(user.payload.clone()).unwrap(),
        _ => String::new(),
    };
    world.clients[client].data.iter().map(payload).collect()
}

#[test]
fn data_reaches_those_it_is_for_in_order_and_once() {
    for v0 in [false, true] {
        let mut world = World::new();
        for name in ["a", "b", "c"] {
            if v0 {
                world.join_v0(name, all())
            } else {
                world.join(name, all())
            };
        }
        if v0 {
            // A v0 client opens its connection for publishing with the first thing it publishes.
            let offer = world.clients[0].offer();
            world.clients[0].say(signal_request::Message::Offer(offer));
        }
        world.run(2 * SECOND);
        for number in 1..=50 {
            world.clients[0].send_data("_reliable", &message(&number.to_string(), number));
            world.run(SECOND / 50);
        }
        // After a resume, clients repeat what may have been lost.
        world.clients[0].send_data("_reliable", &message("49", 49));
        let mut private = message("for b", 51);
        private.destination_identities = vec!["b".into()];
        world.clients[0].send_data("_reliable", &private);
        world.clients[0].send_data("_lossy", &message("lossy", 0));
        world.run(SECOND);
        let numbers: Vec<_> = (1..=50).map(|number| number.to_string()).collect();
        let (b, c) = (texts(&world, 1), texts(&world, 2));
        assert_eq!(b[..50], numbers[..]);
        assert!(
            b.contains(&"for b".to_owned()) && b.contains(&"lossy".to_owned()) && b.len() == 52
        );
        assert!(!c.contains(&"for b".to_owned()) && c.len() == 51);
        assert!(texts(&world, 0).is_empty(), "a sender hears itself");
        assert_eq!(world.clients[1].data[0].participant_identity, "a");
    }
}

#[test]
fn tokens_are_renewed_with_what_one_may_do_now() {
    let mut world = World::new();
    world.join(
        "a",
        VideoGrants {
            room: "room".into(),
            room_join: true,
            room_admin: true,
            ..Default::default()
        },
    );
    world.run(SECOND);
    let mut permission = world.room.participant("a").unwrap().permission.unwrap();
    permission.can_publish = false;
    world
        .room
        .update_participant(
            world.now,
            UpdateParticipantRequest {
                identity: "a".into(),
                permission: Some(permission),
                ..Default::default()
            },
        )
        .unwrap();
    world.run(310 * SECOND);
    let token = world.clients[0]
        .inbox
        .iter()
        .find_map(|message| match message {
            signal_response::Message::RefreshToken(token) => Some(token.clone()),
            _ => None,
        });
    let claims = crate::token::verify(
        &token.expect("no new token"),
        "key",
        "secret",
        1_800_000_310,
    )
    .unwrap();
    assert_eq!(
        (claims.sub.as_str(), claims.video.room.as_str()),
        ("a", "room")
    );
    assert_eq!(claims.video.can_publish, Some(false));
    assert!(
        !claims.video.room_admin,
        "what one may do to others is not renewed"
    );
}

#[test]
fn tokens_are_renewed_by_the_wall_clock_after_it_was_set() {
    for day in [-86_400, 86_400] {
        let mut world = World::new();
        world.join("a", all());
        world.run(SECOND);
        let unix = 1_800_000_001 + day;
        world.clock.set(world.now, unix * 1_000);
        world.run(300 * SECOND);
        let token = world.clients[0]
            .inbox
            .iter()
            .find_map(|message| match message {
                signal_response::Message::RefreshToken(token) => Some(token.clone()),
                _ => None,
            });
        let claims = crate::token::verify(&token.unwrap(), "key", "secret", unix + 300);
        assert_eq!(claims.unwrap().sub, "a");
    }
}
