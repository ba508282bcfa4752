//! Clients that break the rules, or do not answer.

use std::time::Duration;

use livekit_protocol::{
    AddTrackRequest, DataPacket, SignalRequest, TrackSource, TrackType, Transcription, UserPacket,
    data_packet, request_response, signal_request, signal_response,
};
use proptest::prelude::*;

use super::world::World;
use crate::token::VideoGrants;

const SECOND: Duration = Duration::from_secs(1);

fn watcher() -> VideoGrants {
    VideoGrants {
        hidden: true,
        can_publish: Some(false),
        can_publish_data: Some(false),
        ..Default::default()
    }
}

fn refused(world: &World, client: usize) -> Vec<request_response::Reason> {
    let reason = |message: &signal_response::Message| match message {
        signal_response::Message::RequestResponse(response) => Some(response.reason()),
        _ => None,
    };
    world.clients[client]
        .inbox
        .iter()
        .filter_map(reason)
        .collect()
}

#[test]
fn a_monitor_that_publishes_is_not_heard() {
    let mut world = World::new();
    world.join("monitor", watcher());
    world.join("b", VideoGrants::default());
    let now = world.now;
    world.clients[0].publish(TrackSource::Camera, false, now);
    world.clients[0].publish(TrackSource::Microphone, false, now);
    world.run(SECOND);
    assert_eq!(
        refused(&world, 0),
        [request_response::Reason::NotAllowed; 2]
    );
    world.clients[0].publish_regardless();
    world.run(2 * SECOND);
    let received: usize = world.clients[1]
        .received
        .values()
        .map(|received| received.seqs.len())
        .sum();
    assert_eq!(received, 0);
    assert_eq!(world.clients[1].knows("monitor"), None);
}

fn without_the_screen() -> VideoGrants {
    VideoGrants {
        can_publish_sources: vec!["camera".into(), "microphone".into()],
        ..Default::default()
    }
}

#[test]
fn a_screen_that_goes_on_after_it_was_taken_away_is_never_shown_as_the_camera() {
    for announced_alone in [false, true] {
        let mut world = World::new();
        world.join("a", VideoGrants::default());
        world.join("b", VideoGrants::default());
        let now = world.now;
        world.clients[0].publish(TrackSource::ScreenShare, false, now);
        world.run(SECOND);
        world.clients[0].publications[0].deaf = true;
        let taken = livekit_protocol::UpdateParticipantRequest {
            identity: "a".into(),
            permission: Some(without_the_screen().permission()),
            ..Default::default()
        };
        world.room.update_participant(now, taken).unwrap();
        world.run(SECOND);
        assert!(world.room.participant("a").unwrap().tracks.is_empty());
        let now = world.now;
        world.clients[0].publish(TrackSource::Camera, false, now);
        if announced_alone {
            // Announced, and then an offer that carries the old section only.
            world.clients[0].publications[1].sid = None;
            let request = world.clients[0].outbox.pop_back().unwrap();
            world.clients[0].publications.truncate(1);
            world.clients[0].outbox.push_back(request);
            world.run(SECOND);
            assert!(world.room.participant("a").unwrap().tracks.is_empty());
            continue;
        }
        world.run(SECOND);
        let [camera] = &world.room.participant("a").unwrap().tracks[..] else {
            panic!("one track")
        };
        let mid = world.clients[0].publications[1].mid.unwrap().to_string();
        assert_eq!(camera.mid, mid);
    }
}

#[test]
fn attributes_are_bounded_as_a_whole() {
    let mut world = World::new();
    world.join(
        "a",
        VideoGrants {
            can_update_own_metadata: Some(true),
            ..Default::default()
        },
    );
    for number in 0..10 {
        let attributes = [(number.to_string(), "x".repeat(10_000))].into();
        let update = livekit_protocol::UpdateParticipantMetadata {
            attributes,
            ..Default::default()
        };
        world.clients[0].say(signal_request::Message::UpdateMetadata(update));
    }
    world.run(SECOND);
    let attributes = world.room.participant("a").unwrap().attributes;
    assert_eq!(attributes.len(), 6);
    let refused: Vec<_> = refused(&world, 0)
        .into_iter()
        .filter(|reason| *reason == request_response::Reason::LimitExceeded)
        .collect();
    assert_eq!(refused.len(), 4);
    // Taking one away makes room again.
    let attributes = [
        ("0".to_owned(), String::new()),
        ("6".to_owned(), "x".repeat(10_000)),
    ];
    let update = livekit_protocol::UpdateParticipantMetadata {
        attributes: attributes.into(),
        ..Default::default()
    };
    world.clients[0].say(signal_request::Message::UpdateMetadata(update));
    world.run(SECOND);
    let attributes = world.room.participant("a").unwrap().attributes;
    assert!(!attributes.contains_key("0") && attributes.contains_key("6"));
}

#[test]
fn a_track_with_a_giant_description_is_refused() {
    let mut world = World::new();
    world.join("a", VideoGrants::default());
    let request = AddTrackRequest {
        cid: "c".into(),
        stream: "x".repeat(100_000),
        source: TrackSource::Camera as i32,
        ..Default::default()
    };
    world.clients[0].say(signal_request::Message::AddTrack(request));
    world.run(SECOND);
    assert_eq!(
        refused(&world, 0),
        [request_response::Reason::InvalidRequest]
    );
    let answers = world.clients[0].inbox.iter();
    let told: usize = answers
        .filter(|one| matches!(one, signal_response::Message::RequestResponse(_)))
        .map(signal_response::Message::encoded_len)
        .sum();
    assert!(told < 100, "it is not sent back: {told} bytes");
}

#[test]
fn a_source_that_was_not_granted_is_refused_and_the_granted_one_is_not() {
    let mut world = World::new();
    world.join(
        "a",
        VideoGrants {
            can_publish_sources: vec!["microphone".into()],
            ..Default::default()
        },
    );
    world.join("b", VideoGrants::default());
    let now = world.now;
    world.clients[0].publish(TrackSource::ScreenShare, false, now);
    world.run(SECOND);
    assert_eq!(refused(&world, 0), [request_response::Reason::NotAllowed]);
    world.clients[0].publications.clear();
    world.clients[0].publish(TrackSource::Microphone, false, now);
    world.run(2 * SECOND);
    let [a, b] = &world.clients[..] else { panic!() };
    assert!(b.of(a, TrackSource::Microphone).seqs.len() > 50);
}

#[test]
fn sound_is_not_taken_for_a_camera_nor_a_picture_for_a_microphone() {
    let mut world = World::new();
    world.join("a", VideoGrants::default());
    let pretended = [
        (TrackSource::Camera, TrackType::Audio),
        (TrackSource::ScreenShare, TrackType::Audio),
        (TrackSource::Microphone, TrackType::Video),
        (TrackSource::ScreenShareAudio, TrackType::Video),
    ];
    for (number, (source, kind)) in pretended.into_iter().enumerate() {
        let request = AddTrackRequest {
            cid: number.to_string(),
            source: source as i32,
            r#type: kind as i32,
            ..Default::default()
        };
        world.clients[0].say(signal_request::Message::AddTrack(request));
    }
    world.run(SECOND);
    assert_eq!(
        refused(&world, 0),
        [request_response::Reason::InvalidRequest; 4]
    );
}

#[test]
fn media_that_was_never_announced_goes_nowhere() {
    let mut world = World::new();
    world.join("a", VideoGrants::default());
    world.join("b", VideoGrants::default());
    let now = world.now;
    world.clients[0].publish(TrackSource::Camera, false, now);
    world.clients[0].outbox.clear();
    world.clients[0].publish_regardless();
    world.run(2 * SECOND);
    assert!(world.clients[1].received.is_empty());
    assert!(world.clients[1].knows("a").unwrap().tracks.is_empty());
}

#[test]
fn nobody_mutes_or_renames_the_track_of_another() {
    let mut world = World::new();
    world.join("a", VideoGrants::default());
    world.join("b", VideoGrants::default());
    let now = world.now;
    world.clients[0].publish(TrackSource::Microphone, false, now);
    world.run(SECOND);
    let sid = world.clients[0].publications[0].sid.clone().unwrap();
    world.clients[1].say(signal_request::Message::Mute(
        livekit_protocol::MuteTrackRequest {
            sid: sid.clone(),
            muted: true,
        },
    ));
    let update = livekit_protocol::UpdateLocalVideoTrack {
        track_sid: sid,
        width: 1,
        height: 1,
    };
    world.clients[1].say(signal_request::Message::UpdateVideoTrack(update));
    world.run(SECOND);
    let track = &world.room.participant("a").unwrap().tracks[0];
    assert_eq!((track.muted, track.width), (false, 0));
}

#[test]
fn a_forged_sender_is_overwritten_and_what_only_others_may_say_is_dropped() {
    let mut world = World::new();
    world.join("a", VideoGrants::default());
    world.join("b", VideoGrants::default());
    world.run(SECOND);
    #[expect(deprecated, reason = "forges every field there is")]
    let forged = DataPacket {
        participant_identity: "owner".into(),
        participant_sid: "PA_owner".into(),
        value: Some(data_packet::Value::User(UserPacket {
            participant_identity: "owner".into(),
            participant_sid: "PA_owner".into(),
            payload: b"pay me".to_vec(),
            ..Default::default()
        })),
        ..Default::default()
    };
    world.clients[0].send_data("_reliable", &forged);
    let transcription = data_packet::Value::Transcription(Transcription {
        transcribed_participant_identity: "b".into(),
        ..Default::default()
    });
    world.clients[0].send_data(
        "_reliable",
        &DataPacket {
            value: Some(transcription),
            ..Default::default()
        },
    );
    world.clients[0].send_bytes("_reliable", &[0xff; 40]);
    world.run(SECOND);
    let [packet] = &world.clients[1].data[..] else {
        panic!("{} packets", world.clients[1].data.len())
    };
    assert_eq!(
        (
            packet.participant_identity.as_str(),
            &packet.participant_sid
        ),
        ("a", &world.sid(0))
    );
    let Some(data_packet::Value::User(user)) = &packet.value else {
        panic!()
    };
    #[expect(deprecated, reason = "older clients read it")]
    let inner = &user.participant_identity;
    assert_eq!(inner, "a");
}

#[test]
fn data_without_permission_and_giant_data_go_nowhere() {
    let mut world = World::new();
    world.join("monitor", watcher());
    world.join("a", VideoGrants::default());
    world.join("b", VideoGrants::default());
    world.run(SECOND);
    let packet = |size| {
        let user = UserPacket {
            payload: vec![1; size],
            ..Default::default()
        };
        DataPacket {
            value: Some(data_packet::Value::User(user)),
            ..Default::default()
        }
    };
    world.clients[0].send_data("_reliable", &packet(10));
    world.clients[1].send_data("_reliable", &packet(100_000));
    world.run(2 * SECOND);
    assert!(world.clients[2].data.is_empty());
    world.clients[1].send_data("_reliable", &packet(40_000));
    world.run(2 * SECOND);
    assert_eq!(
        world.clients[2].data.len(),
        1,
        "after a giant one, others still pass"
    );
}

#[test]
fn a_client_that_never_answers_is_given_up_and_holds_nobody_up() {
    for v0 in [false, true] {
        let mut world = World::new();
        let silent = if v0 {
            world.join_v0("silent", VideoGrants::default())
        } else {
            world.join("silent", VideoGrants::default())
        };
        world.clients[silent].silent = true;
        world.links[silent].0.loss = 1.0;
        let a = world.join("a", VideoGrants::default());
        world.join("b", VideoGrants::default());
        let now = world.now;
        world.clients[a].publish(TrackSource::Camera, true, now);
        world.run(61 * SECOND);
        assert_eq!(world.room.participants().len(), 2);
        assert!(world.room.participant("silent").is_err());
        let [_, a, b] = &world.clients[..] else {
            panic!()
        };
        assert_eq!(b.of(a, TrackSource::Camera).missing(), 0);
        assert!(world.now - b.of(a, TrackSource::Camera).last.unwrap() < SECOND / 5);
    }
}

#[test]
fn a_client_that_falls_silent_without_closing_is_given_up() {
    let mut world = World::new();
    world.join("a", VideoGrants::default());
    world.clients[0].pings = false;
    world.run(24 * SECOND);
    assert!(!world.clients[0].closed);
    world.run(2 * SECOND);
    assert!(world.clients[0].closed, "its socket is closed");
    world.run(31 * SECOND);
    assert!(world.room.participants().is_empty());
}

#[test]
fn tracks_are_bounded() {
    let mut world = World::new();
    world.join("a", VideoGrants::default());
    for number in 0..50 {
        let request = AddTrackRequest {
            cid: number.to_string(),
            source: TrackSource::Camera as i32,
            r#type: 1,
            ..Default::default()
        };
        world.clients[0].say(signal_request::Message::AddTrack(request));
    }
    world.run(SECOND / 10);
    let published = world.clients[0]
        .inbox
        .iter()
        .filter(|message| matches!(message, signal_response::Message::TrackPublished(_)))
        .count();
    assert_eq!(published, 16);
    assert_eq!(
        refused(&world, 0),
        [request_response::Reason::LimitExceeded; 34]
    );
}

#[test]
fn an_offer_that_makes_no_sense_ends_its_senders_stay_only() {
    for sdp in [
        "",
        "v=0",
        "v=0\r\nm=audio 9 X 1\r\na=mid:1\r\n",
        &"a=mid:".repeat(10_000),
    ] {
        let mut world = World::new();
        world.join("a", VideoGrants::default());
        world.join("b", VideoGrants::default());
        world.run(SECOND);
        let offer = livekit_protocol::SessionDescription {
            sdp: sdp.to_owned(),
            id: 9,
            ..Default::default()
        };
        world.clients[0].say(signal_request::Message::Offer(offer));
        world.run(SECOND);
        assert!(world.clients[0].closed);
        assert_eq!(world.room.participants().len(), 1);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_message_makes_the_room_panic(bytes in prop::collection::vec(any::<u8>(), 0..200), tag in 1u8..24) {
        let mut world = World::new();
        world.join("a", VideoGrants::default());
        world.join("b", VideoGrants::default());
        // A field of the right number with a body of anything.
        let mut message = vec![tag << 3 | 2, bytes.len() as u8];
        if tag >= 16 {
            message = vec![(tag << 3 | 2) | 0x80, tag >> 4, bytes.len().min(127) as u8];
        }
        message.extend(bytes.iter().take(127));
        if let Ok(request) = <SignalRequest as prost::Message>::decode(message.as_slice()) {
            world.clients[0].outbox.push_back(request);
            world.pump();
        }
        prop_assert!(world.room.participant("b").is_ok());
    }
}
