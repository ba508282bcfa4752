//! Inputs to begin with: what honest participants send, so that the fuzzer need not guess how a message is built.

use std::collections::HashMap;

use livekit_protocol::{
    AddTrackRequest, ConnectionSettings, DataPacket, JoinRequest, LeaveRequest, MuteTrackRequest,
    ParticipantPermission, ParticipantTracks, SignalRequest, SimulateScenario,
    SubscriptionPermission, SyncState, TrackPermission, TrackSource, UpdateParticipantMetadata,
    UpdateParticipantRequest, UpdateSubscription, UpdateTrackSettings, UserPacket, VideoLayer,
    data_packet, signal_request, simulate_scenario,
};
use prost::Message as _;

use super::bytes::Script;
use super::stage::{Manner, Stage};
use super::{demux, descriptions, join, packets, payload, sdp, service, signal};

/// A target's name and its function.
#[cfg(test)]
type Target = (&'static str, fn(&[u8]));

#[cfg(test)]
const TARGETS: [Target; 7] = [
    ("signal", super::signal),
    ("join", super::join),
    ("demux", super::demux),
    ("packets", super::packets),
    ("payload", super::payload),
    ("sdp", super::sdp),
    ("service", super::service),
];

/// What to begin a target with; nothing for an unknown one.
pub(super) fn seeds(target: &str) -> Vec<Vec<u8>> {
    match target {
        "signal" => of_signal(),
        "join" => of_join(),
        "demux" => of_demux(),
        "packets" => of_packets(),
        "payload" => of_payload(),
        "sdp" => of_sdp(),
        "service" => of_service(),
        _ => Vec::new(),
    }
}

fn say(script: Script, message: signal_request::Message) -> Script {
    let request = SignalRequest {
        message: Some(message),
    };
    script.byte(signal::SAY).frame(&request.encode_to_vec())
}

fn camera(cid: &str) -> AddTrackRequest {
    let layer = |quality| VideoLayer {
        quality,
        width: 640,
        height: 360,
        bitrate: 400_000,
        ..Default::default()
    };
    AddTrackRequest {
        cid: cid.into(),
        r#type: 1,
        source: TrackSource::Camera as i32,
        layers: (0..3).map(layer).collect(),
        ..Default::default()
    }
}

fn of_signal() -> Vec<Vec<u8>> {
    use signal_request::Message;
    // Ids are made from a seed, so that these are the ids of every other run too.
    let stage = Stage::in_clear(Manner(0));
    let theirs: Vec<String> = stage
        .look("bystander")
        .map(|info| info.tracks.into_iter().map(|track| track.sid).collect())
        .unwrap_or_default();
    let own = stage
        .look("attacker")
        .and_then(|info| info.tracks.into_iter().next())
        .map(|track| track.sid)
        .unwrap_or_default();
    let victim = stage.bystander.sid.clone();
    let mute = |sid: &str| {
        Message::Mute(MuteTrackRequest {
            sid: sid.into(),
            muted: true,
        })
    };
    let attributes = HashMap::from([("name".to_owned(), "value".to_owned())]);
    let subscription = UpdateSubscription {
        track_sids: theirs.clone(),
        subscribe: false,
        participant_tracks: vec![ParticipantTracks {
            participant_sid: victim.clone(),
            track_sids: theirs.clone(),
        }],
    };
    let messages = vec![
        Message::AddTrack(camera("second")),
        mute(&own),
        mute(&theirs[0]),
        Message::Subscription(subscription.clone()),
        Message::TrackSetting(UpdateTrackSettings {
            track_sids: theirs.clone(),
            width: 320,
            height: 180,
            ..Default::default()
        }),
        Message::SubscriptionPermission(SubscriptionPermission {
            all_participants: false,
            track_permissions: vec![TrackPermission {
                participant_sid: victim.clone(),
                track_sids: vec![own.clone()],
                ..Default::default()
            }],
        }),
        Message::SyncState(SyncState {
            subscription: Some(subscription),
            ..Default::default()
        }),
        Message::UpdateMetadata(UpdateParticipantMetadata {
            name: "other".into(),
            metadata: "m".into(),
            attributes: attributes.clone(),
            request_id: 3,
        }),
        Message::Simulate(SimulateScenario {
            scenario: Some(simulate_scenario::Scenario::SwitchCandidateProtocol(1)),
        }),
        Message::Simulate(SimulateScenario {
            scenario: Some(simulate_scenario::Scenario::DisconnectSignalOnResume(true)),
        }),
        Message::Ping(5),
        Message::Leave(LeaveRequest::default()),
    ];
    let join = JoinRequest {
        connection_settings: Some(ConnectionSettings {
            auto_subscribe: true,
            ..Default::default()
        }),
        participant_attributes: attributes,
        metadata: "m".into(),
        add_track_requests: vec![camera("cam")],
        publisher_offer: Some(livekit_protocol::SessionDescription {
            r#type: "offer".into(),
            sdp: descriptions::offer(true, 1),
            id: 1,
            ..Default::default()
        }),
        ..Default::default()
    };
    let data = DataPacket {
        destination_identities: vec!["bystander".into()],
        sequence: 1,
        value: Some(data_packet::Value::User(UserPacket {
            payload: b"hello".to_vec(),
            ..Default::default()
        })),
        ..Default::default()
    };
    let wait = |script: Script| script.byte(signal::WAIT).short(1_000);
    let mut all = Vec::new();
    for manner in [
        0,
        Manner::V0,
        Manner::MONITOR,
        Manner::MAY_RENAME,
        Manner::MICROPHONE_ONLY | Manner::V0,
    ] {
        let start = || Script::default().byte(manner);
        for message in &messages {
            all.push(wait(say(start(), message.clone())));
        }
        let joined = start()
            .byte(signal::ENTER)
            .byte(manner & 1)
            .frame(&join.encode_to_vec());
        all.push(wait(joined));
        all.push(wait(
            start()
                .byte(signal::DATA)
                .byte(0)
                .frame(&data.encode_to_vec()),
        ));
        // Goes, comes back, offers anew without its second section.
        let returns = start()
            .byte(signal::HANG_UP)
            .byte(signal::RESUME)
            .byte(manner & 1)
            .byte(signal::CONNECT);
        all.push(wait(returns.byte(signal::OFFER).byte(0)));
        all.push(wait(wait(start()).byte(signal::ANSWER).byte(0)));
        let edits = start()
            .byte(signal::OFFER)
            .byte(2)
            .short(40)
            .byte(0)
            .short(7)
            .byte(1);
        all.push(wait(edits));
        all.push(wait(messages.iter().cloned().fold(start(), say)));
    }
    all.into_iter().map(|script| script.0).collect()
}

fn of_join() -> Vec<Vec<u8>> {
    let request = JoinRequest {
        reconnect: true,
        participant_sid: "PA_1".into(),
        add_track_requests: vec![camera("cam")],
        connection_settings: Some(ConnectionSettings::default()),
        participant_attributes: HashMap::from([("name".to_owned(), "value".to_owned())]),
        publisher_offer: Some(livekit_protocol::SessionDescription {
            sdp: "v=0\r\n".into(),
            ..Default::default()
        }),
        ..Default::default()
    }
    .encode_to_vec();
    let start = |kind: u8| Script::default().byte(kind);
    let claims = br#"{"iss":"key","sub":"7","exp":1500,"nbf":900,"name":"n","attributes":{"a":"b"},"video":{"roomJoin":true,"room":"r","canPublish":true,"canPublishSources":["camera","screen_share"],"hidden":false}}"#;
    // {"alg":"none"}
    let unsigned = b"eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.eyJpc3MiOiJrZXkiLCJleHAiOjE1MDB9.";
    vec![
        start(join::QUERY).bytes(b"access_token=a.b.c&auto_subscribe=1&reconnect=1&sid=PA_1&sdk=js&version=2.0.0&protocol=16&subscriber_allow_pause=0"),
        start(join::QUERY).bytes(b"access_token=a.b.c&join_request=CAASAjgB"),
        start(join::WRAPPED).bytes(&[8, 0, 18, 2, 0x38, 1]),
        start(join::REQUEST).bytes(&request),
        start(join::COMPRESSED).bytes(&join::compress(&request)),
        start(join::TOKEN).bytes(unsigned),
        start(join::CLAIMS).bytes(claims),
    ]
    .into_iter()
    .map(|script| script.0)
    .collect()
}

fn of_demux() -> Vec<Vec<u8>> {
    // The beginning of a DTLS client's first message.
    let hello = [
        22, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 50, 1, 0, 0, 38, 0, 0, 0, 0, 0, 0, 0, 38, 0xfe,
        0xfd, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23,
        24, 25, 26, 27, 28, 29, 30, 31, 32, 0, 0, 0, 2, 0xc0, 0x2b, 1, 0,
    ];
    let start = || {
        Script::default()
            .byte(0)
            .byte(demux::ADD)
            .byte(1)
            .byte(demux::BINDING)
            .byte(0)
            .byte(1)
            .frame(&[])
    };
    let from = |script: Script, datagram: &[u8]| script.byte(demux::FROM).byte(0).frame(datagram);
    vec![
        from(start(), &hello),
        from(
            start(),
            &[0x80, 111, 0, 1, 0, 0, 0, 1, 0, 0, 0x11, 0x11, 1, 2, 3],
        ),
        from(start(), &[0x81, 200, 0, 1, 0, 0, 0, 1]),
        from(start().byte(demux::REMOVE).byte(1), &hello),
        start()
            .byte(demux::ADD)
            .byte(2)
            .byte(demux::BINDING)
            .byte(0)
            .byte(2)
            .frame(&[0, 0x20, 0, 8, 0, 1, 0, 9, 1, 2, 3, 4])
            .byte(demux::WAIT)
            .short(900),
        start()
            .byte(demux::STREAM)
            .frame(&[0, 2, 7, 7, 0, 0, 0, 3, 1]),
    ]
    .into_iter()
    .map(|script| script.0)
    .collect()
}

/// VP8, first packet of a key picture, with a picture id of 15 bits and TL0PICIDX.
const VP8_KEY: [u8; 10] = [0x90, 0xe0, 0x81, 0x02, 9, 0x20, 0, 1, 2, 3];
/// VP9, the same; H.264, an IDR picture; AV1, a sequence header that begins a coded video sequence.
const VP9_KEY: [u8; 6] = [0x8b, 0x81, 0x02, 0x19, 1, 2];
const H264_KEY: [u8; 8] = [0x78, 0, 2, 0x67, 0x42, 0, 1, 0x65];
const AV1_KEY: [u8; 5] = [0x18, 0x0a, 1, 0, 7];

/// One packet as [`packets`] takes it.
fn rtp(script: Script, payload_type: u8, stream: u8, seq: u16, body: &[u8]) -> Script {
    // The level of what is heard, and the name of the section.
    let extensions = [0x10, 0x85, 0x40, if stream == 0 { b'1' } else { b'2' }];
    script
        .byte(packets::RTP)
        .byte(16 | 8 | payload_type)
        .byte(stream)
        .short(seq)
        .short(seq)
        .byte(extensions.len() as u8)
        .bytes(&extensions)
        .frame(body)
}

fn of_packets() -> Vec<Vec<u8>> {
    let start = |manner: u8| {
        Script::default()
            .byte(manner)
            .byte(packets::WAIT)
            .short(500)
    };
    let one = || start(Manner::ONE_LAYER | Manner::ALL_CODECS);
    let mut all = vec![rtp(rtp(one(), 0, 0, 1, &[0xa0, 1]), 0, 0, 2, &[0xa0, 2])];
    for (payload_type, key) in [
        (1, &VP8_KEY[..]),
        (3, &VP9_KEY),
        (4, &H264_KEY),
        (5, &AV1_KEY),
    ] {
        let mut script = one();
        for seq in 1..5 {
            script = rtp(script, payload_type, 1, seq, key);
        }
        // One that is missing, one that comes twice, one that is empty.
        script = rtp(script, payload_type, 1, 7, key);
        script = rtp(script, payload_type, 1, 7, key);
        script = rtp(script, payload_type, 1, 8, &[]);
        all.push(
            script
                .byte(packets::ASK)
                .byte(1)
                .byte(packets::WAIT)
                .short(700),
        );
    }
    // Three layers, each of which says its name: extensions 4 (section) and 10 (layer).
    let mut layers = start(0);
    for (number, name) in (1u16..).zip([b'q', b'h', b'f', b'q', b'h', b'f']) {
        layers = layers
            .byte(packets::RTP)
            .byte(16 | 8 | 1)
            .byte(100 + (name & 7))
            .short(number)
            .short(number)
            .byte(4)
            .bytes(&[0x40, b'2', 0xa0, name])
            .frame(&VP8_KEY);
    }
    all.push(layers.byte(packets::ASK).byte(2));
    let ssrc = descriptions::VIDEO_SSRC.to_be_bytes();
    let own = descriptions::AUDIO_SSRC.to_be_bytes();
    let rtcp = |kind: u8, rest: &[&[u8]]| {
        let body: Vec<u8> = rest.concat();
        let words = (body.len() / 4) as u16;
        let mut packet = vec![kind];
        packet.extend(words.to_be_bytes());
        packet.extend(body);
        packet
    };
    // A sender report, a goodbye, feedback: lost packets, a key picture wanted, what arrived when.
    let report = rtcp(200, &[&own, &[0; 20]]);
    let goodbye = rtcp(203, &[&own]);
    let lost = rtcp(205, &[&own, &ssrc, &[0, 5, 0, 3]]);
    let picture = rtcp(206, &[&own, &ssrc]);
    let arrivals = rtcp(
        205,
        &[&own, &ssrc, &[0, 1, 0, 2, 0, 0, 1, 0, 0x20, 2, 4, 4]],
    );
    for packet in [&report, &goodbye, &lost, &picture, &arrivals] {
        all.push(one().byte(packets::RTCP).frame(packet));
        all.push(
            rtp(one(), 1, 1, 1, &VP8_KEY)
                .byte(packets::ANSWER)
                .frame(packet),
        );
    }
    // INIT of an association, and data without one.
    let init = [
        0, 0, 0, 0, 1, 0, 0, 20, 0, 0, 0, 9, 0, 2, 0, 0, 0, 8, 0, 8, 0, 0, 0, 1,
    ];
    let data = [
        0, 0, 0, 9, 0, 3, 0, 20, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 51, 1, 2, 3, 4,
    ];
    all.push(
        one()
            .byte(packets::SCTP)
            .frame(&init)
            .byte(packets::SCTP)
            .frame(&data),
    );
    all.push(
        one()
            .byte(packets::STUN)
            .frame(&[0xc0, 0x57, 0, 4, 0, 1, 0, 10]),
    );
    all.push(
        one()
            .byte(packets::RAW)
            .frame(&[0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42]),
    );
    all.into_iter().map(|script| script.0).collect()
}

fn of_payload() -> Vec<Vec<u8>> {
    let packet = |script: Script, layer: u8, body: &[u8]| {
        script
            .byte(layer << 4 | payload::PACKET)
            .byte(1)
            .byte(40)
            .byte(40)
            .byte(body.len() as u8)
            .bytes(body)
    };
    let keys: [(u8, &[u8]); 5] = [
        (0, &VP8_KEY),
        (1, &VP9_KEY),
        (2, &H264_KEY),
        (3, &AV1_KEY),
        (4, &[1]),
    ];
    keys.into_iter()
        .map(|(codec, key)| {
            let mut script = Script::default().byte(codec).byte(payload::TARGET).byte(0);
            for layer in [0, 0, 1, 0] {
                script = packet(script, layer, key);
            }
            script = packet(script, 0, &[]);
            script = script.byte(payload::TARGET).byte(2);
            for layer in [0, 2, 0, 2] {
                script = packet(script, layer, key);
            }
            script = script
                .byte(payload::INTERRUPT)
                .byte(payload::RESTART)
                .byte(2);
            packet(script, 2, key).0
        })
        .collect()
}

fn of_sdp() -> Vec<Vec<u8>> {
    let start = |kind: u8| Script::default().byte(kind);
    vec![
        start(sdp::TEXT).bytes(descriptions::offer(true, 4).as_bytes()),
        start(sdp::TEXT).bytes(b"v=0\r\nm=audio 9 X 1\r\na=mid:1\r\n"),
        start(sdp::OFFER).byte(6).byte(0),
        start(sdp::OFFER).byte(1).byte(1).short(20).byte(0),
        start(sdp::OFFER)
            .byte(1)
            .byte(1)
            .short(30)
            .byte(5 | 5 << 3)
            .bytes(b"12345"),
        start(sdp::ANSWER).byte(0),
        start(sdp::ANSWER).byte(1).short(9).byte(1),
    ]
    .into_iter()
    .map(|script| script.0)
    .collect()
}

fn of_service() -> Vec<Vec<u8>> {
    let update = UpdateParticipantRequest {
        room: "room".into(),
        identity: "somebody".into(),
        metadata: "m".into(),
        name: "n".into(),
        permission: Some(ParticipantPermission {
            can_publish_sources: vec![1, 2],
            ..Default::default()
        }),
        attributes: HashMap::from([("name".to_owned(), "value".to_owned())]),
    };
    let mut all = Vec::new();
    for who in [0, 1] {
        let start = || Script::default().byte(who);
        all.push(start().byte(7).frame(&update.encode_to_vec()));
        for (method, body) in [
            (
                0,
                r#"{"name":"other","emptyTimeout":10,"maxParticipants":3,"metadata":"m"}"#,
            ),
            (1, r#"{"names":["room"]}"#),
            (2, r#"{"room":"room"}"#),
            (3, r#"{"room":"room"}"#),
            (4, r#"{"room":"room","identity":"somebody"}"#),
            (
                5,
                r#"{"room":"room","identity":"somebody","revokeTokenTs":"5"}"#,
            ),
            (
                6,
                r#"{"room":"room","identity":"somebody","trackSid":"TR_1","muted":true}"#,
            ),
            (
                7,
                r#"{"room":"room","identity":"somebody","permission":{"canPublish":false,"hidden":true},"attributes":{"a":"b"}}"#,
            ),
            (
                8,
                r#"{"room":"room","identity":"somebody","trackSids":["TR_1"],"subscribe":true,"participantTracks":[{"participantSid":"PA_1","trackSids":["TR_1"]}]}"#,
            ),
            (
                9,
                r#"{"room":"room","data":"aGVsbG8=","kind":"RELIABLE","destinationIdentities":["somebody"],"topic":"t"}"#,
            ),
            (10, r#"{"room":"room","metadata":"m"}"#),
            (11, "{}"),
        ] {
            all.push(start().byte(service::JSON | method).frame(body.as_bytes()));
        }
    }
    all.into_iter().map(|script| script.0).collect()
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;
    use crate::fuzzing::{join, packets, payload, sdp, service};

    #[test]
    fn what_must_hold_holds_for_every_seed() {
        for (name, run) in TARGETS {
            let seeds = seeds(name);
            assert!(seeds.len() > 4, "{name}");
            seeds.iter().for_each(|seed| run(seed));
        }
    }

    #[test]
    fn what_once_failed_holds() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/regressions");
        for (name, run) in TARGETS {
            let Ok(files) = fs::read_dir(folder.join(name)) else {
                continue;
            };
            for file in files {
                run(&fs::read(file.unwrap().path()).unwrap());
            }
        }
    }

    #[test]
    fn the_seeds_of_packets_reach_the_other_participant() {
        let reached: usize = of_packets()
            .iter()
            .filter_map(|seed| packets::run(seed))
            .filter(|stage| stage.forwarded > 0)
            .count();
        // Sound, four codecs, three layers.
        assert!(reached >= 6, "only {reached} were forwarded");
    }

    #[test]
    fn a_packet_too_large_to_be_sent_on_costs_no_subscriber_the_connection() {
        let forwarded = |sizes: &[usize]| {
            let mut script = Script::default()
                .byte(Manner::ONE_LAYER | Manner::ALL_CODECS)
                .byte(packets::WAIT)
                .short(500);
            for (seq, size) in (1..).zip(sizes) {
                script = rtp(script, 0, 0, seq, &vec![0xa0; *size]);
            }
            packets::run(&script.0).unwrap().forwarded
        };
        let small = forwarded(&[2, 2, 2]);
        assert!(small > 0);
        assert_eq!(forwarded(&[2, 2, 1_990, 2]), small);
    }

    #[test]
    fn the_seeds_mean_what_they_were_written_for() {
        assert!(
            of_join()
                .iter()
                .filter(|seed| join::run(seed).is_some())
                .count()
                >= 3
        );
        assert!(of_payload().iter().all(|seed| payload::run(seed) > Some(3)));
        assert!(
            of_sdp()
                .iter()
                .filter(|seed| sdp::run(seed) == Some(true))
                .count()
                >= 4
        );
        let done = of_service();
        let done = done.iter().filter_map(|seed| service::run(seed));
        assert!(done.filter(|done| done == &[true]).count() >= 8);
        let stage = Stage::in_clear(Manner(Manner::V0));
        assert_eq!(
            stage.look("attacker").map(|info| info.tracks.len()),
            Some(2)
        );
    }

    #[test]
    fn unknown_targets_have_no_seeds() {
        assert!(seeds("nonsense").is_empty());
    }
}
