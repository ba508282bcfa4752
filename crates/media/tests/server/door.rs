//! Who gets in.

use std::time::Duration;

use livekit_protocol::{
    DisconnectReason, ParticipantPermission, leave_request, signal_request,
    signal_response::Message,
};
use serde_json::json;
use tokio::time::timeout;
use trialogue_media::{Door, Limits, Verdict};

use crate::support::{KEY, SECRET, TestServer, join, now, signed, token, token_of};

#[tokio::test]
async fn only_a_good_token_opens_the_door() {
    let server = TestServer::start().await;
    let claims = |iss: &str, exp: i64, video| json!({ "iss": iss, "sub": "a", "nbf": now() - 700, "exp": exp, "video": video });
    let soon = now() + 60;
    let bad = [
        (signed(&claims(KEY, soon, join("r")), "another secret"), 401),
        (signed(&claims("other", soon, join("r")), SECRET), 401),
        (signed(&claims(KEY, now() - 60, join("r")), SECRET), 401),
        (
            signed(&claims(KEY, soon, json!({ "room": "r" })), SECRET),
            401,
        ),
        (
            signed(&claims(KEY, soon, json!({ "roomJoin": true })), SECRET),
            400,
        ),
        (token("", join("r")), 400),
        (token(&"x".repeat(300), join("r")), 400),
        ("nonsense".to_owned(), 401),
    ];
    for (token, status) in bad {
        assert_eq!(server.connect(&token).await.err(), Some(status));
        assert_eq!(
            server
                .open(&format!("/rtc?access_token={token}"))
                .await
                .err(),
            Some(status)
        );
        let told = server
            .get(&format!("/rtc/validate?access_token={token}"))
            .await;
        assert_eq!(told.status(), status);
        assert_eq!(
            told.headers()["access-control-allow-origin"],
            "*",
            "a page on another origin learns why"
        );
    }
    assert_eq!(server.open("/rtc").await.err(), Some(401));
    assert_eq!(server.media.rooms(), 0, "a refused one makes no room");
    server.connect(&token("a", join("r"))).await.unwrap();
    assert_eq!(server.media.rooms(), 1);
}

/// Knows three people.
struct Porter;

#[async_trait::async_trait]
impl Door for Porter {
    async fn ask(&self, room: &str, identity: &str) -> Verdict {
        assert_eq!(room, "r");
        match identity {
            "trusted" => Verdict::AsGranted,
            "watcher" => Verdict::With(Box::new(ParticipantPermission {
                can_subscribe: true,
                hidden: true,
                ..Default::default()
            })),
            "removed" => Verdict::Refused,
            _ => Verdict::Unknown,
        }
    }
}

#[tokio::test]
async fn who_runs_the_server_has_the_last_word_on_a_good_token() {
    let server = TestServer::with_door(Porter).await;
    for (identity, status) in [("removed", 401), ("somebody", 503)] {
        let token = token(identity, join("r"));
        assert_eq!(server.connect(&token).await.err(), Some(status));
        let v0 = format!("access_token={token}");
        assert_eq!(server.open(&format!("/rtc?{v0}")).await.err(), Some(status));
        let told = server.get(&format!("/rtc/validate?{v0}")).await;
        assert_eq!(told.status(), status);
    }
    assert_eq!(server.media.rooms(), 0, "a refused one makes no room");
    for (identity, can_publish) in [("trusted", true), ("watcher", false)] {
        let mut inside = server.connect(&token(identity, join("r"))).await.unwrap();
        let Some(Message::Join(joined)) = inside.next().await else {
            panic!("no join")
        };
        let permission = joined.participant.unwrap().permission.unwrap();
        assert_eq!(
            (permission.can_publish, permission.hidden),
            (can_publish, !can_publish)
        );
    }
    // Asked after the token, not in its place.
    let forged = signed(
        &json!({ "iss": KEY, "sub": "trusted", "exp": now() + 60, "video": join("r") }),
        "another secret",
    );
    assert_eq!(server.connect(&forged).await.err(), Some(401));
}

#[tokio::test]
async fn a_join_request_that_is_none_is_a_bad_request() {
    let server = TestServer::start().await;
    let token = token("a", join("r"));
    for request in ["", "&join_request=%25%25", "&join_request=////"] {
        assert_eq!(
            server
                .open(&format!("/rtc/v1?access_token={token}{request}"))
                .await
                .err(),
            Some(400)
        );
    }
}

#[tokio::test]
async fn the_first_message_says_where_one_is() {
    let server = TestServer::start().await;
    let mut v1 = server.connect(&token("a", join("r"))).await.unwrap();
    let Some(Message::Join(joined)) = v1.next().await else {
        panic!("no join")
    };
    assert_eq!(
        (
            joined.participant.unwrap().identity.as_str(),
            joined.room.unwrap().name.as_str()
        ),
        ("a", "r")
    );
    assert!(!joined.subscriber_primary && joined.ping_timeout > 0 && joined.server_info.is_some());

    let mut v0 = server
        .open(&format!("/rtc?access_token={}", token("b", join("r"))))
        .await
        .unwrap();
    let Some(Message::Join(joined)) = v0.next().await else {
        panic!("no join")
    };
    assert!(joined.subscriber_primary);
    assert_eq!(joined.other_participants[0].identity, "a");
    let offer = v0
        .wait_for(|message| {
            if let Message::Offer(offer) = message {
                Some(offer)
            } else {
                None
            }
        })
        .await;
    assert!(
        offer.sdp.contains("m=application"),
        "a receiver of data needs its channels at once"
    );
}

#[tokio::test]
async fn a_full_room_takes_nobody_and_has_room_again_when_one_leaves() {
    let server = TestServer::with_limits(Limits {
        participants: 1,
        ..Limits::default()
    })
    .await;
    let mut first = server.connect(&token("a", join("r"))).await.unwrap();
    assert_eq!(
        server.connect(&token("b", join("r"))).await.err(),
        Some(503)
    );
    first
        .say(signal_request::Message::Leave(Default::default()))
        .await;
    while first.next().await.is_some() {}
    server.connect(&token("b", join("r"))).await.unwrap();
}

#[tokio::test]
async fn rooms_are_bounded() {
    let server = TestServer::with_limits(Limits {
        rooms: 2,
        ..Limits::default()
    })
    .await;
    let _kept = [
        server.connect(&token("a", join("1"))).await.unwrap(),
        server.connect(&token("a", join("2"))).await.unwrap(),
    ];
    assert_eq!(
        server.connect(&token("a", join("3"))).await.err(),
        Some(503)
    );
}

#[tokio::test]
async fn who_resumes_after_a_restart_is_told_to_join_anew() {
    let server = TestServer::start().await;
    let token = token("a", join("r"));
    let mut signal = server
        .open(&format!(
            "/rtc?access_token={token}&reconnect=1&sid=PA_before"
        ))
        .await
        .unwrap();
    let leave = signal
        .wait_for(|message| {
            if let Message::Leave(leave) = message {
                Some(leave)
            } else {
                None
            }
        })
        .await;
    assert_eq!(leave.action(), leave_request::Action::Reconnect);
    // Hanging up is left to the client for a moment: of a connection that was closed while it opened, Firefox's page hears nothing.
    assert!(
        timeout(Duration::from_millis(500), signal.next())
            .await
            .is_err()
    );
    assert!(signal.next().await.is_none());
}

#[tokio::test]
async fn a_giant_message_ends_its_senders_connection_only() {
    let server = TestServer::start().await;
    let mut giant = server.connect(&token("a", join("r"))).await.unwrap();
    let mut other = server.connect(&token("b", join("r"))).await.unwrap();
    giant.send_raw(vec![0; 4 * 1024 * 1024]).await;
    while giant.next().await.is_some() {}
    other
        .say(signal_request::Message::PingReq(Default::default()))
        .await;
    other
        .wait_for(|message| matches!(message, Message::PongResp(_)).then_some(()))
        .await;
}

#[tokio::test]
async fn whoever_was_removed_does_not_come_back_with_an_old_token() {
    let server = TestServer::start().await;
    let admin = token("server", json!({ "roomAdmin": true, "room": "r" }));
    let old = token("a", join("r"));
    let unused = token("absent", join("r"));
    let mut signal = server.connect(&old).await.unwrap();
    let (status, _) = server
        .call(
            "RemoveParticipant",
            &admin,
            json!({ "room": "r", "identity": "a" }),
        )
        .await;
    assert_eq!(status, 200);
    let leave = signal
        .wait_for(|message| {
            if let Message::Leave(leave) = message {
                Some(leave)
            } else {
                None
            }
        })
        .await;
    assert_eq!(leave.reason(), DisconnectReason::ParticipantRemoved);
    assert_eq!(server.connect(&old).await.err(), Some(401));
    assert_eq!(
        server
            .get(&format!("/rtc/validate?access_token={old}"))
            .await
            .text()
            .await
            .unwrap(),
        "token was revoked"
    );
    // Whoever is removed without being there stays out all the same.
    let (status, _) = server
        .call(
            "RemoveParticipant",
            &admin,
            json!({ "room": "r", "identity": "absent" }),
        )
        .await;
    assert_eq!(status, 404);
    assert_eq!(server.connect(&unused).await.err(), Some(401));
    // Others, other rooms, and tokens made later are not meant.
    server.connect(&token("b", join("r"))).await.unwrap();
    server.connect(&token("a", join("other"))).await.unwrap();
    server
        .connect(&token_of("a", join("r"), now() + 2))
        .await
        .unwrap();
}

#[tokio::test]
async fn a_server_that_goes_tells_clients_to_come_back() {
    let server = TestServer::start().await;
    let mut signal = server.connect(&token("a", join("r"))).await.unwrap();
    server.media.shutdown().await;
    let leave = signal
        .wait_for(|message| {
            if let Message::Leave(leave) = message {
                Some(leave)
            } else {
                None
            }
        })
        .await;
    assert_eq!(
        (leave.reason(), leave.action()),
        (
            DisconnectReason::ServerShutdown,
            leave_request::Action::Reconnect
        )
    );
}
