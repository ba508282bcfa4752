//! Several who behave: publish, receive, mute.

use livekit_protocol::{
    DisconnectReason, TrackSource, UpdateParticipantRequest, UpdateSubscription,
    leave_request::Action, participant_info::State, signal_request, signal_response,
};
use str0m::format::Codec;

use super::resuming::goodbye;
use super::world::{SECOND, World, all, hidden, publish_both, two};

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
