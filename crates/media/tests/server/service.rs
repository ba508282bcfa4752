//! Who may steer, and what that does.

use livekit_protocol::{CreateRoomRequest, DisconnectReason, Room, signal_response::Message};
use prost::Message as _;
use serde_json::json;

use crate::support::{SECRET, TestServer, join, now, signed, token};

#[tokio::test]
async fn nobody_steers_without_the_permission_for_it() {
    let server = TestServer::start().await;
    let participant = token("a", join("r"));
    let _inside = server.connect(&participant).await.unwrap();
    let other_admin = token("a", json!({ "roomAdmin": true, "room": "other" }));
    let creator = token("a", json!({ "roomCreate": true }));
    let about = json!({ "room": "r", "identity": "a", "trackSid": "TR_1", "muted": true });
    for method in [
        "ListParticipants",
        "GetParticipant",
        "RemoveParticipant",
        "MutePublishedTrack",
        "UpdateParticipant",
        "UpdateSubscriptions",
        "SendData",
        "UpdateRoomMetadata",
    ] {
        let body = match method {
            "ListParticipants" | "SendData" | "UpdateRoomMetadata" => json!({ "room": "r" }),
            "MutePublishedTrack" => about.clone(),
            _ => json!({ "room": "r", "identity": "a" }),
        };
        for token in [&participant, &other_admin, &creator] {
            let (status, answer) = server.call(method, token, body.clone()).await;
            assert_eq!(
                (status, answer["code"].as_str()),
                (403, Some("permission_denied")),
                "{method}"
            );
        }
        let forged = signed(
            &json!({ "iss": "key", "sub": "x", "exp": now() + 60, "video": { "roomAdmin": true, "room": "r" } }),
            "guessed",
        );
        assert_eq!(server.call(method, &forged, body).await.0, 401, "{method}");
    }
    for (method, body) in [
        ("CreateRoom", json!({ "name": "r" })),
        ("DeleteRoom", json!({ "room": "r" })),
        ("ListRooms", json!({})),
    ] {
        assert_eq!(
            server.call(method, &other_admin, body).await.0,
            403,
            "{method}"
        );
    }
    let admin = token("x", json!({ "roomAdmin": true, "room": "r" }));
    let (status, answer) = server
        .call("ListParticipants", &admin, json!({ "room": "r" }))
        .await;
    assert_eq!(
        (status, answer["participants"][0]["identity"].as_str()),
        (200, Some("a")),
        "still inside"
    );
    let unsigned = signed(&json!({ "sub": "x" }), SECRET);
    assert_eq!(server.call("ListRooms", &unsigned, json!({})).await.0, 401);
}

#[tokio::test]
async fn rooms_are_created_listed_and_deleted() {
    let server = TestServer::start().await;
    let admin = token("server", json!({ "roomCreate": true, "roomList": true }));
    let request = CreateRoomRequest {
        name: "r".into(),
        metadata: "m".into(),
        empty_timeout: 9,
        ..Default::default()
    };
    let room = Room::decode(
        server
            .call_protobuf("CreateRoom", &admin, request.encode_to_vec())
            .await
            .as_slice(),
    )
    .unwrap();
    assert_eq!(
        (
            room.name.as_str(),
            room.metadata.as_str(),
            room.empty_timeout
        ),
        ("r", "m", 9)
    );
    let mut signal = server.connect(&token("a", join("r"))).await.unwrap();
    let (_, listed) = server
        .call("ListRooms", &admin, json!({ "names": ["r", "none"] }))
        .await;
    assert_eq!(listed["rooms"].as_array().unwrap().len(), 1);
    assert_eq!(
        (
            &listed["rooms"][0]["sid"],
            &listed["rooms"][0]["numParticipants"]
        ),
        (&json!(room.sid), &json!(1))
    );
    assert_eq!(
        server
            .call("DeleteRoom", &admin, json!({ "room": "r" }))
            .await
            .0,
        200
    );
    let leave = signal
        .wait_for(|message| {
            if let Message::Leave(leave) = message {
                Some(leave)
            } else {
                None
            }
        })
        .await;
    assert_eq!(leave.reason(), DisconnectReason::RoomDeleted);
    assert_eq!(
        server
            .call("DeleteRoom", &admin, json!({ "room": "r" }))
            .await
            .0,
        404
    );
}

#[tokio::test]
async fn what_is_not_there_is_said_so() {
    let server = TestServer::start().await;
    let admin = token("server", json!({ "roomAdmin": true, "room": "r" }));
    let (status, answer) = server
        .call("ListParticipants", &admin, json!({ "room": "r" }))
        .await;
    assert_eq!((status, answer), (200, json!({})));
    let about = json!({ "room": "r", "identity": "a" });
    assert_eq!(
        server.call("GetParticipant", &admin, about.clone()).await.0,
        404
    );
    let _inside = server.connect(&token("b", join("r"))).await.unwrap();
    assert_eq!(
        server.call("GetParticipant", &admin, about.clone()).await.0,
        404
    );
    assert_eq!(server.call("UpdateParticipant", &admin, about).await.0, 404);
    let mute = json!({ "room": "r", "identity": "b", "trackSid": "TR_none", "muted": true });
    assert_eq!(server.call("MutePublishedTrack", &admin, mute).await.0, 404);
    assert_eq!(server.call("Nonsense", &admin, json!({})).await.0, 404);
    assert_eq!(
        server.call("MoveParticipant", &admin, json!({})).await.0,
        501
    );
    assert_eq!(
        server.call("ListParticipants", &admin, json!(7)).await.0,
        400
    );
}

#[tokio::test]
async fn a_changed_participant_is_announced_to_the_others() {
    let server = TestServer::start().await;
    let admin = token("server", json!({ "roomAdmin": true, "room": "r" }));
    let mut a = server.connect(&token("a", join("r"))).await.unwrap();
    let _b = server.connect(&token("b", join("r"))).await.unwrap();
    let change = json!({ "room": "r", "identity": "b", "name": "Bee", "attributes": { "k": "v" }, "permission": { "canSubscribe": true } });
    let (status, changed) = server.call("UpdateParticipant", &admin, change).await;
    assert_eq!((status, changed["name"].as_str()), (200, Some("Bee")));
    let pick = |message| match message {
        Message::Update(update) => update
            .participants
            .into_iter()
            .find(|one| one.identity == "b" && one.name == "Bee"),
        _ => None,
    };
    let told = a.wait_for(pick).await;
    assert_eq!(told.attributes["k"], "v");
    let permission = told.permission.unwrap();
    assert!(permission.can_subscribe && !permission.can_publish && !permission.can_publish_data);
}
