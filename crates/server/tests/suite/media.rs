//! Sound and pictures: who is given a token, and what becomes of the media room. The stories run against the built-in media
//! server, and again against a real LiveKit server where there is one.

use crate::support::{Call, House, Live, LiveKit, Opening, Person, token_in};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use livekit_protocol::DisconnectReason;
use serde_json::{Value, json};
use std::net::{Ipv4Addr, UdpSocket};
use trialogue_conversation::ids::{ConversationId, ParticipantId};
use trialogue_conversation::participant::Presence;
use trialogue_server::config::MediaConfig;
use uuid::Uuid;

/// What a token says. The media server checks its signature; here its content matters.
#[track_caller]
fn claims(token: &Value) -> Value {
    let claims = token["token"].as_str().unwrap().split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).unwrap()).unwrap()
}

fn token_path(conversation: &str) -> String {
    format!("/conversations/{conversation}/media-token")
}

fn check_path(conversation: &str) -> String {
    format!("/conversations/{conversation}/media-check")
}

/// Sam with Michael, Dana's persona, and Dana, Priya and Nils at hand.
struct Scene {
    house: House,
    dana: Person,
    priya: Person,
    nils: Person,
    sam: Person,
    michael: String,
    conversation: String,
    sam_live: Live,
}

impl Scene {
    async fn with(media: MediaConfig) -> Self {
        let mut opening = Opening::default();
        opening.config.media = media;
        let house = House::empty(opening).await;
        house.furnish().await;
        let (dana, priya, nils) = (house.dana().await, house.priya().await, house.nils().await);
        let michael = house.michael(&dana).await;
        let sam = house.visitor("Sam", &michael).await;
        let conversation = sam.starts(&michael).await;
        let sam_live = sam.enters(&conversation).await;
        Self {
            house,
            dana,
            priya,
            nils,
            sam,
            michael,
            conversation,
            sam_live,
        }
    }

    async fn built_in() -> Self {
        Self::with(Opening::default().config.media).await
    }

    /// The token of somebody inside, for a media server at the house's own address.
    async fn token(&self, person: &Person) -> Value {
        let mut token = person
            .post(&token_path(&self.conversation), json!({}))
            .await
            .ok();
        // The house is not reached at its public address here.
        if token["url"] == "ws://trialogue.example" {
            token["url"] = json!(format!("ws://{}", self.house.address));
        }
        token
    }

    async fn calls(&self, person: &Person) -> Call {
        Call::joins(&self.token(person).await).await
    }

    async fn refused_token(&self, person: &Person, status: u16, code: &str) -> Value {
        person
            .post(&token_path(&self.conversation), json!({}))
            .await
            .refused(status, code)
    }

    async fn comes_in(&mut self, person: &Person) -> Live {
        person
            .is_let_in_by(&mut self.sam_live, &self.conversation)
            .await
    }

    async fn presence(&self, live: &Live) -> Presence {
        let participant_id = ParticipantId(you(live));
        let conversation_id = ConversationId(self.conversation.parse::<Uuid>().unwrap());
        self.house
            .app
            .rooms
            .ask(conversation_id, move |state| {
                state.participant(participant_id).unwrap().presence
            })
            .await
            .unwrap()
    }

    async fn sets(&self, change: Value) {
        self.dana
            .patch(&format!("/personas/{}", self.michael), change)
            .await
            .ok();
    }

    /// What a stranger's page with Michael says.
    async fn start_page_offers_video(&self) -> bool {
        let persona = self
            .house
            .stranger()
            .get(&format!("/public/personas/{}", self.michael))
            .await
            .ok();
        persona["video_available"].as_bool().unwrap()
    }

    /// Priya, a supervisor, watches unseen.
    async fn priya_monitors(&self) {
        let users = self.dana.get("/users").await.ok();
        let priya = users["users"]
            .as_array()
            .unwrap()
            .iter()
            .find(|user| user["name"] == "Priya Nair")
            .unwrap()["id"]
            .as_str()
            .unwrap()
            .to_owned();
        self.dana
            .patch(
                &format!("/users/{priya}"),
                json!({"roles": ["agent", "supervisor"]}),
            )
            .await
            .ok();
        let watch = format!("/conversations/{}/watch", self.conversation);
        let watching = self.priya.post(&watch, json!({})).await.ok();
        assert!(watching["participant_id"].is_u64(), "{watching}");
    }
}

fn you(live: &Live) -> u64 {
    live.view["you"]["participant_id"].as_u64().unwrap()
}

fn on(camera: bool, microphone: bool, screen: bool) -> Value {
    json!({"do": "set_media", "camera": camera, "microphone": microphone, "screen": screen})
}

// Tokens.

#[tokio::test]
async fn a_token_is_for_one_participant_of_one_conversation_and_some_minutes() {
    let scene = Scene::built_in().await;
    assert!(scene.start_page_offers_video().await);
    let token = scene.token(&scene.sam).await;
    let claims = claims(&token);
    assert_eq!(claims["sub"], you(&scene.sam_live).to_string());
    assert_eq!(claims["name"], "Sam");
    let video = &claims["video"];
    assert_eq!(video["room"], scene.conversation);
    assert_eq!(video["roomJoin"], true);
    assert_eq!(video["canPublishSources"], json!(["camera", "microphone"]));
    assert_eq!(video["canPublishData"], false);
    for admin in ["roomAdmin", "roomCreate", "roomList", "hidden"] {
        assert!(video[admin].is_null(), "{video}");
    }
    let lives = claims["exp"].as_i64().unwrap() - claims["nbf"].as_i64().unwrap();
    assert_eq!(lives, 600);
    assert!(token["expires_at"].as_i64().unwrap() > scene.house.app.now().0);
}

#[tokio::test]
async fn the_screen_is_in_the_token_of_whoever_holds_it() {
    let mut scene = Scene::built_in().await;
    scene.sam_live.does(on(false, false, true)).await;
    let sources = claims(&scene.token(&scene.sam).await)["video"]["canPublishSources"].clone();
    assert_eq!(
        sources,
        json!(["camera", "microphone", "screen_share", "screen_share_audio"])
    );
}

#[tokio::test]
async fn nobody_outside_is_given_a_token_and_who_waits_may_only_check() {
    let mut scene = Scene::built_in().await;
    let nils = scene.nils.clone();
    let stranger = scene.house.stranger();
    stranger
        .post(&token_path(&scene.conversation), json!({}))
        .await
        .refused(401, "signed_out");
    let other = scene.house.visitor("Eve", &scene.michael).await;
    for path in [
        token_path(&scene.conversation),
        check_path(&scene.conversation),
    ] {
        let refused = other.post(&path, json!({})).await;
        assert!([403, 404].contains(&refused.status), "{}", refused.text);
    }
    scene.refused_token(&nils, 403, "not_inside").await;
    let request_id = nils.knocks(&scene.conversation).await["request_id"]
        .as_u64()
        .unwrap();
    scene.sam_live.sees_knock(request_id).await;
    nils.post(&check_path(&scene.conversation), json!({}))
        .await
        .refused(403, "not_inside");
    scene.sam_live.lets_in(request_id, "all").await;
    scene.refused_token(&nils, 403, "not_inside").await;
    let check = nils
        .post(&check_path(&scene.conversation), json!({}))
        .await
        .ok();
    let claims = claims(&check);
    let room = claims["video"]["room"].as_str().unwrap();
    assert!(
        room.starts_with("check:") && room.len() > 40,
        "nobody guesses {room}"
    );
    assert_eq!(
        claims["exp"].as_i64().unwrap() - claims["nbf"].as_i64().unwrap(),
        60
    );
    let again = nils
        .post(&check_path(&scene.conversation), json!({}))
        .await
        .ok();
    assert_ne!(
        again["token"], check["token"],
        "each check has a room of its own"
    );
    nils.joins(&scene.conversation, request_id).await;
    assert_eq!(
        self::claims(&scene.token(&nils).await)["video"]["room"],
        scene.conversation
    );
}

#[tokio::test]
async fn a_stranger_may_check_before_a_first_conversation_where_one_could_be_held_by_video() {
    let scene = Scene::built_in().await;
    let stranger = scene.house.stranger();
    let path = |persona: &str| format!("/public/personas/{persona}/media-check");
    let check = stranger.post(&path(&scene.michael), json!({})).await.ok();
    let room = claims(&check)["video"]["room"].as_str().unwrap().to_owned();
    assert!(
        room.starts_with("check:"),
        "{room} is nobody's conversation"
    );
    let nobody = path("00000000-0000-4000-8000-000000000000");
    stranger
        .post(&nobody, json!({}))
        .await
        .refused(404, "not_found");
    scene.sets(json!({"disable_video": true})).await;
    stranger
        .post(&path(&scene.michael), json!({}))
        .await
        .refused(403, "video_disabled");
}

#[tokio::test]
async fn a_monitors_token_is_hidden_and_publishes_nothing() {
    let scene = Scene::built_in().await;
    scene.priya_monitors().await;
    let claims = claims(&scene.token(&scene.priya).await);
    let video = &claims["video"];
    assert_eq!(
        (&video["hidden"], &video["canPublish"]),
        (&json!(true), &json!(false))
    );
    assert_eq!(video["canSubscribe"], true);
    assert!(video["canPublishSources"].is_null());
}

#[tokio::test]
async fn no_token_is_given_when_video_is_disabled_or_the_conversation_has_ended() {
    let mut scene = Scene::built_in().await;
    scene.sets(json!({"disable_video": true})).await;
    let view = scene
        .sam_live
        .sees("that video is disabled", |view| {
            view["video"]["available"] == false
        })
        .await;
    assert_eq!(view["video"]["why_not"], "Video is disabled by the owner.");
    assert!(!scene.start_page_offers_video().await);
    let problem = scene.refused_token(&scene.sam, 403, "video_disabled").await;
    assert_eq!(problem["detail"], "Video is disabled by the owner.");
    scene
        .sam
        .post(&check_path(&scene.conversation), json!({}))
        .await
        .refused(403, "video_disabled");
    scene.sets(json!({"disable_video": false})).await;
    scene
        .sam_live
        .sees("video again", |view| view["video"]["available"] == true)
        .await;
    scene.token(&scene.sam).await;
    scene.sam_live.does(json!({"do": "end_conversation"})).await;
    scene
        .refused_token(&scene.sam, 410, "conversation_ended")
        .await;
}

#[tokio::test]
async fn without_a_media_server_everything_says_so() {
    let scene = Scene::with(MediaConfig {
        enabled: false,
        ..MediaConfig::default()
    })
    .await;
    let view = &scene.sam_live.view;
    assert_eq!(view["video"]["available"], false);
    assert_eq!(view["video"]["why_not"], "This server has no video.");
    scene
        .refused_token(&scene.sam, 403, "media_unavailable")
        .await;
    assert!(!scene.start_page_offers_video().await);
    let stranger = scene.house.stranger();
    let health = stranger.request("GET", "/healthz", None, &[]).await.ok();
    assert_eq!(health["media"], "off");
}

#[tokio::test]
async fn a_taken_port_costs_the_video_and_not_the_conversation() {
    let taken = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let mut scene = Scene::with(MediaConfig {
        udp_port: taken.local_addr().unwrap().port(),
        tcp_port: 0,
        ..MediaConfig::default()
    })
    .await;
    scene.sam_live.says("Is anybody here?").await;
    assert!(!scene.start_page_offers_video().await);
    let problem = scene
        .refused_token(&scene.sam, 503, "media_unreachable")
        .await;
    assert!(problem["retry_after"].as_u64().is_some());
    let health = scene
        .house
        .stranger()
        .request("GET", "/healthz", None, &[])
        .await
        .ok();
    assert_eq!(health["media"], "missing");
}

#[tokio::test]
async fn a_cluster_that_is_away_is_said_to_be_away() {
    // A port that was free a moment ago: nobody answers there, or somebody who is no LiveKit.
    let free = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = free.local_addr().unwrap().port();
    drop(free);
    let scene = Scene::with(MediaConfig {
        url: Some(format!("ws://127.0.0.1:{port}")),
        api_key: Some("key".into()),
        api_secret: Some(trialogue_server::config::Secret("s".repeat(40))),
        ..MediaConfig::default()
    })
    .await;
    let conversation_id = ConversationId(scene.conversation.parse::<Uuid>().unwrap());
    let outcome = trialogue_server::media::sync_media(&scene.house.app, conversation_id).await;
    assert!(outcome.is_err());
    let health = scene
        .house
        .stranger()
        .request("GET", "/healthz", None, &[])
        .await
        .ok();
    assert_eq!(
        (&health["media"], &health["status"]),
        (&json!("unreachable"), &json!("ok"))
    );
    scene
        .refused_token(&scene.sam, 503, "media_unreachable")
        .await;
}

/// What the secure connection to a cluster needs is in the binary, though no feature of LiveKit's client asks for it.
#[tokio::test]
async fn a_cluster_is_asked_over_tls() {
    let client = livekit_api::services::room::RoomClient::with_api_key(
        "https://127.0.0.1:9",
        "key",
        "secret",
    );
    let error = client.list_rooms(Vec::new()).await.unwrap_err();
    let mut causes = Vec::new();
    let mut cause: Option<&dyn std::error::Error> = Some(&error);
    while let Some(error) = cause {
        causes.push(error.to_string());
        cause = error.source();
    }
    let told = causes.join(": ");
    assert!(
        !told.contains("scheme") && !told.contains("unsupported"),
        "{told}"
    );
}

// The commands of a call.

#[tokio::test]
async fn the_socket_takes_the_commands_of_a_call() {
    let mut scene = Scene::built_in().await;
    let (priya, nils) = (scene.priya.clone(), scene.nils.clone());
    let mut priya_live = scene.comes_in(&priya).await;
    let mut nils_live = scene.comes_in(&nils).await;
    let (sam_id, priya_id) = (you(&scene.sam_live), you(&priya_live));
    priya_live.does(on(true, true, false)).await;
    let shows = |view: &Value, what: Value| {
        view["participants"]
            .as_array()
            .unwrap()
            .iter()
            .any(|one| one["id"] == priya_id && one["media"] == what)
    };
    let view = scene
        .sam_live
        .sees("Priya's camera", |view| {
            shows(
                view,
                json!({"camera": true, "microphone": true, "screen": false}),
            )
        })
        .await;
    assert_eq!(view["mode"], "video_and_text");
    let mute = json!({"do": "mute_participant", "participant_id": priya_id, "source": "camera"});
    let problem = nils_live.tries(mute.clone()).await.unwrap_err();
    assert_eq!(
        (&problem["status"], &problem["code"]),
        (&json!(403), &json!("not_allowed"))
    );
    scene.sam_live.does(mute).await;
    priya_live
        .sees("that the camera is off", |view| {
            shows(
                view,
                json!({"camera": false, "microphone": true, "screen": false}),
            )
        })
        .await;
    let ask = json!({"do": "ask_to_turn_on", "participant_id": priya_id, "source": "camera"});
    scene.sam_live.does(ask).await;
    let view = priya_live
        .sees("the request", |view| view["asks"] != json!([]))
        .await;
    assert_eq!(
        view["asks"][0]["text"],
        "Sam asks you to switch your camera on."
    );
    let asked = view["asks"][0]["asked"].as_u64().unwrap();
    let answer = json!({"do": "answer_turn_on", "asked": asked, "accept": true});
    assert_eq!(
        nils_live.tries(answer.clone()).await.unwrap_err()["code"],
        "unknown_ask"
    );
    priya_live.does(answer).await;
    priya_live.does(json!({"do": "raise_hand"})).await;
    scene
        .sam_live
        .sees("the hand", |view| {
            view["participants"]
                .as_array()
                .unwrap()
                .iter()
                .any(|one| one["id"] == priya_id && one["hand_raised_at"].is_i64())
        })
        .await;
    scene
        .sam_live
        .does(json!({"do": "lower_hand", "participant_id": priya_id}))
        .await;
    priya_live
        .does(json!({"do": "lower_hand", "participant_id": null}))
        .await;
    priya_live.does(on(false, true, true)).await;
    let taken = nils_live.tries(on(false, false, true)).await.unwrap_err();
    assert_eq!(
        (&taken["status"], &taken["code"]),
        (&json!(409), &json!("screen_taken"))
    );
    assert!(taken["detail"].as_str().unwrap().contains("Priya Nair"));
    scene
        .sam_live
        .does(json!({"do": "choose_mode", "mode": "chat"}))
        .await;
    let view = nils_live
        .sees("the chat", |view| view["mode"] == "chat")
        .await;
    assert!(
        view["participants"].as_array().unwrap().iter().all(|one| {
            one["media"] == json!({"camera": false, "microphone": false, "screen": false})
        }),
        "{sam_id} ended the call: {view}"
    );
}

#[tokio::test]
async fn the_owner_may_allow_several_screens() {
    let mut scene = Scene::built_in().await;
    let priya = scene.priya.clone();
    let mut priya_live = scene.comes_in(&priya).await;
    priya_live.does(on(false, false, true)).await;
    scene
        .sam_live
        .tries(on(false, false, true))
        .await
        .unwrap_err();
    scene.sets(json!({"many_screens": true})).await;
    scene
        .sam_live
        .sees("the setting", |view| {
            view["settings"]["many_screens"] == true
        })
        .await;
    scene.sam_live.does(on(false, false, true)).await;
}

// The room, at either media server.

async fn at_both(story: impl AsyncFn(Scene)) {
    story(Scene::built_in().await).await;
    if let Some(livekit) = LiveKit::start().await {
        story(Scene::with(livekit.as_media()).await).await;
    }
}

#[tokio::test]
async fn who_is_removed_is_out_of_the_call_at_once() {
    at_both(async |mut scene: Scene| {
        let priya = scene.priya.clone();
        let priya_live = scene.comes_in(&priya).await;
        let mut sam_call = scene.calls(&scene.sam).await;
        let token = scene.token(&priya).await;
        let mut priya_call = Call::joins(&token).await;
        let priya_id = you(&priya_live);
        sam_call
            .until("Priya", |call| {
                call.people.contains_key(&priya_id.to_string())
            })
            .await;
        scene
            .sam_live
            .does(json!({"do": "remove", "participant_id": priya_id}))
            .await;
        assert_eq!(
            priya_call.until_sent_away().await,
            DisconnectReason::ParticipantRemoved
        );
        let refused = priya
            .post(&token_path(&scene.conversation), json!({}))
            .await;
        assert!([403, 404].contains(&refused.status), "{}", refused.text);
        // With the old token: the built-in server refuses it, a cluster lets in who is removed again.
        match Call::tries(&token).await {
            Err(status) => assert_eq!(status, 401),
            Ok(mut again) => {
                again.until_sent_away().await;
            }
        }
    })
    .await;
}

#[tokio::test]
async fn the_built_in_server_refuses_the_old_token_of_one_who_was_removed_without_being_there() {
    let mut scene = Scene::built_in().await;
    let priya = scene.priya.clone();
    let priya_live = scene.comes_in(&priya).await;
    let token = scene.token(&priya).await;
    let priya_id = you(&priya_live);
    let mut sam_call = scene.calls(&scene.sam).await;
    scene
        .sam_live
        .does(json!({"do": "remove", "participant_id": priya_id}))
        .await;
    let conversation_id = ConversationId(scene.conversation.parse::<Uuid>().unwrap());
    // The worker does the same beside us; either way it is done now.
    trialogue_server::media::sync_media(&scene.house.app, conversation_id)
        .await
        .unwrap();
    assert_eq!(Call::tries(&token).await.err(), Some(401));
    scene.sam_live.does(on(false, false, true)).await;
    sam_call
        .until("the screen's permission", |call| {
            call.may_publish().contains("SCREEN_SHARE")
        })
        .await;
    assert!(
        !sam_call.people.contains_key(&priya_id.to_string()),
        "Sam's call was never told of her"
    );
}

#[tokio::test]
async fn disabling_video_ends_the_call_for_everybody() {
    at_both(async |mut scene: Scene| {
        let priya = scene.priya.clone();
        let _priya_live = scene.comes_in(&priya).await;
        let token = scene.token(&scene.sam).await;
        let mut sam_call = Call::joins(&token).await;
        let mut priya_call = scene.calls(&priya).await;
        scene.sets(json!({"disable_video": true})).await;
        sam_call.until_sent_away().await;
        priya_call.until_sent_away().await;
        match Call::tries(&token).await {
            Err(status) => assert_eq!(status, 401),
            Ok(mut again) => {
                again.until_sent_away().await;
            }
        }
    })
    .await;
}

#[tokio::test]
async fn the_end_of_the_conversation_is_the_end_of_the_call() {
    at_both(async |mut scene: Scene| {
        let mut sam_call = scene.calls(&scene.sam).await;
        scene.sam_live.does(json!({"do": "end_conversation"})).await;
        sam_call.until_sent_away().await;
    })
    .await;
}

#[tokio::test]
async fn who_leaves_is_out_of_the_call_and_the_others_stay() {
    at_both(async |mut scene: Scene| {
        let priya = scene.priya.clone();
        let mut priya_live = scene.comes_in(&priya).await;
        let mut sam_call = scene.calls(&scene.sam).await;
        let mut priya_call = scene.calls(&priya).await;
        priya_live.does(json!({"do": "leave"})).await;
        priya_call.until_sent_away().await;
        scene.sam_live.does(on(false, false, true)).await;
        sam_call
            .until("the screen's permission", |call| {
                call.may_publish().contains("SCREEN_SHARE")
            })
            .await;
    })
    .await;
}

#[tokio::test]
async fn a_revoked_invitation_ends_the_guests_call() {
    at_both(async |mut scene: Scene| {
        scene
            .sam_live
            .does(json!({"do": "invite_guest", "email": "lee@guests.example"}))
            .await;
        let mailed = scene.dana.finds_mail("lee@guests.example", "").await;
        let mut lee = scene.house.stranger();
        let knock = json!({"token": token_in(&mailed, "/g#"), "name": "Lee"});
        let knocked = lee.post("/guest-invitations/knock", knock).await.ok();
        lee.bearer = knocked["guest_token"].as_str().map(str::to_owned);
        let request_id = knocked["request_id"].as_u64().unwrap();
        scene.sam_live.sees_knock(request_id).await;
        scene.sam_live.lets_in(request_id, "from_join").await;
        lee.joins(&scene.conversation, request_id).await;
        let mut lee_live = lee.enters(&scene.conversation).await;
        let mut lee_call = scene.calls(&lee).await;
        let view = scene
            .sam_live
            .sees("the invitation", |view| view["invitations"] != json!([]))
            .await;
        let invitation_id = &view["invitations"][0]["invitation_id"];
        scene
            .sam_live
            .does(json!({"do": "revoke_invitation", "invitation_id": invitation_id}))
            .await;
        lee_call.until_sent_away().await;
        scene.refused_token(&lee, 410, "invitation_revoked").await;
        lee_live.says("Goodbye!").await;
    })
    .await;
}

#[tokio::test]
async fn the_right_to_share_the_screen_comes_and_goes_with_holding_it() {
    at_both(async |mut scene: Scene| {
        let priya = scene.priya.clone();
        let mut priya_live = scene.comes_in(&priya).await;
        let mut priya_call = scene.calls(&priya).await;
        assert_eq!(
            priya_call.may_publish().into_iter().collect::<Vec<_>>(),
            ["CAMERA", "MICROPHONE"]
        );
        priya_live.does(on(false, true, true)).await;
        priya_call
            .until("the screen's permission", |call| {
                call.may_publish().contains("SCREEN_SHARE")
            })
            .await;
        let stop = json!({"do": "mute_participant", "participant_id": you(&priya_live), "source": "screen"});
        scene.sam_live.does(stop).await;
        priya_call
            .until("its end", |call| {
                !call.may_publish().contains("SCREEN_SHARE")
            })
            .await;
        assert!(priya_call.may_publish().contains("MICROPHONE"));
    })
    .await;
}

#[tokio::test]
async fn a_new_name_reaches_those_in_the_call() {
    at_both(async |mut scene: Scene| {
        let priya = scene.priya.clone();
        let _priya_live = scene.comes_in(&priya).await;
        let mut priya_call = scene.calls(&priya).await;
        let sam_call = scene.calls(&scene.sam).await;
        let sam_id = sam_call.identity().to_owned();
        let called = |name: &'static str| {
            let sam_id = sam_id.clone();
            move |call: &Call| call.people.get(&sam_id).is_some_and(|sam| sam.name == name)
        };
        priya_call.until("Sam", called("Sam")).await;
        let rename = json!({"do": "rename", "name": "Samantha"});
        scene.sam_live.does(rename).await;
        priya_call.until("the new name", called("Samantha")).await;
        // What a new name must not take along.
        assert!(sam_call.may_publish().contains("CAMERA"));
    })
    .await;
}

#[tokio::test]
async fn who_signs_out_or_is_disabled_is_out_of_the_call_while_their_place_is_held() {
    at_both(async |mut scene: Scene| {
        let (priya, nils) = (scene.priya.clone(), scene.nils.clone());
        let priya_live = scene.comes_in(&priya).await;
        let nils_live = scene.comes_in(&nils).await;
        let token = scene.token(&priya).await;
        let mut priya_call = Call::joins(&token).await;
        let mut nils_call = scene.calls(&nils).await;
        let mut sam_call = scene.calls(&scene.sam).await;
        priya.delete("/session").await;
        let users = scene.dana.get("/users").await.ok();
        let users = users["users"].as_array().unwrap();
        let user = users.iter().find(|user| user["name"] == nils.name).unwrap();
        let path = format!("/users/{}", user["id"].as_str().unwrap());
        scene
            .dana
            .patch(&path, json!({"disabled": true}))
            .await
            .ok();
        for call in [&mut priya_call, &mut nils_call] {
            assert_eq!(
                call.until_sent_away().await,
                DisconnectReason::ParticipantRemoved
            );
        }
        for live in [&priya_live, &nils_live] {
            assert!(
                matches!(scene.presence(live).await, Presence::Dropped { .. }),
                "it was not the end of their place that ended their call"
            );
        }
        match Call::tries(&token).await {
            Err(status) => assert_eq!(status, 401),
            // A cluster knows no removals; it is told when they are away.
            Ok(_) => assert!(scene.house.app.media.cluster().is_some()),
        }
        scene.sam_live.does(on(false, false, true)).await;
        sam_call
            .until("the screen's permission", |call| {
                call.may_publish().contains("SCREEN_SHARE")
            })
            .await;
    })
    .await;
}

#[tokio::test]
async fn who_signs_out_in_one_browser_stays_in_the_call_with_another() {
    let mut scene = Scene::built_in().await;
    let priya = scene.priya.clone();
    let mut first = scene.comes_in(&priya).await;
    let elsewhere = scene.house.priya().await;
    let mut second = elsewhere.enters(&scene.conversation).await;
    let mut call = scene.calls(&elsewhere).await;
    priya.delete("/session").await;
    first.until_closed().await;
    second.does(on(false, false, true)).await;
    call.until("the screen's permission", |call| {
        call.may_publish().contains("SCREEN_SHARE")
    })
    .await;
}

/// Nobody looks after the rooms here but the door: what holds, holds at once.
#[tokio::test]
async fn a_removal_outlives_a_restart_of_the_media_server() {
    let mut scene = Scene::built_in().await;
    let (priya, nils) = (scene.priya.clone(), scene.nils.clone());
    let priya_live = scene.comes_in(&priya).await;
    let _nils_live = scene.comes_in(&nils).await;
    let (removed, stays) = (scene.token(&priya).await, scene.token(&nils).await);
    Call::joins(&removed).await;
    let remove = json!({"do": "remove", "participant_id": you(&priya_live)});
    scene.sam_live.does(remove).await;
    let _house = scene
        .house
        .restart(Opening {
            works: false,
            ..Opening::default()
        })
        .await;
    assert_eq!(Call::tries(&removed).await.err(), Some(401));
    Call::joins(&stays).await;
}

#[tokio::test]
async fn a_token_from_when_one_held_the_screen_opens_no_second_one() {
    let mut scene = Scene::built_in().await;
    scene.sam_live.does(on(false, false, true)).await;
    let token = scene.token(&scene.sam).await;
    let held = Call::joins(&token).await;
    assert!(held.may_publish().contains("SCREEN_SHARE"));
    drop(held);
    scene.sam_live.does(on(false, false, false)).await;
    let house = scene
        .house
        .restart(Opening {
            works: false,
            ..Opening::default()
        })
        .await;
    let call = Call::joins(&token).await;
    assert_eq!(
        call.may_publish().into_iter().collect::<Vec<_>>(),
        ["CAMERA", "MICROPHONE"]
    );
    drop(house);
}

#[tokio::test]
async fn a_monitor_is_in_the_call_and_nobody_is_told() {
    at_both(async |mut scene: Scene| {
        let nils = scene.nils.clone();
        scene.priya_monitors().await;
        let _priya_live = scene.priya.enters(&scene.conversation).await;
        let mut sam_call = scene.calls(&scene.sam).await;
        let priya_call = scene.calls(&scene.priya).await;
        assert!(priya_call.may_publish().is_empty());
        // Who comes after her is told of Sam alone; that Nils was shown to Sam shows that news arrive.
        let nils_live = scene.comes_in(&nils).await;
        let nils_call = scene.calls(&nils).await;
        let nils_id = you(&nils_live).to_string();
        sam_call
            .until("Nils", |call| call.people.contains_key(&nils_id))
            .await;
        let priya_id = priya_call.identity().to_owned();
        for call in [&sam_call, &nils_call] {
            assert!(!call.people.contains_key(&priya_id), "{:?}", call.people);
        }
        assert!(priya_call.people.len() >= 2, "she sees Sam and herself");
    })
    .await;
}

#[tokio::test]
async fn a_forged_or_foreign_token_opens_nothing() {
    let scene = Scene::built_in().await;
    let mut token = scene.token(&scene.sam).await;
    let good = token["token"].as_str().unwrap().to_owned();
    let mut parts: Vec<String> = good.split('.').map(str::to_owned).collect();
    let mut claims = claims(&token);
    claims["video"]["roomAdmin"] = json!(true);
    parts[1] = URL_SAFE_NO_PAD.encode(claims.to_string());
    token["token"] = json!(parts.join("."));
    assert_eq!(Call::tries(&token).await.err(), Some(401));
    token["token"] = json!("nonsense");
    assert_eq!(Call::tries(&token).await.err(), Some(401));
    // The room service is for the steward: a participant's own token steers nothing.
    let list = format!(
        "http://{}/twirp/livekit.RoomService/ListRooms",
        scene.house.address
    );
    for bearer in [Some(good), None] {
        let mut request = reqwest::Client::new()
            .post(&list)
            .header("content-type", "application/json")
            .body("{}");
        if let Some(bearer) = bearer {
            request = request.bearer_auth(bearer);
        }
        let status = request.send().await.unwrap().status().as_u16();
        assert!([401, 403].contains(&status), "{status}");
    }
}
