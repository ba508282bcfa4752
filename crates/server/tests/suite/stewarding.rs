//! How a media room is set right, against a room service that is acted: what fails, what is pretended, what changes meanwhile.

use crate::support::{Asked, Cluster, House, Live, Looks, Opening, Person};
use livekit_protocol::{ParticipantInfo, TrackInfo, TrackSource, TrackType};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use trialogue_conversation::ids::ConversationId;
use trialogue_server::media::sync_media;
use uuid::Uuid;

/// Sam and Priya in a conversation with Michael, Dana's persona; their call is in a cluster that is acted.
struct Scene {
    house: House,
    cluster: Cluster,
    dana: Person,
    michael: String,
    conversation_id: ConversationId,
    sam_live: Live,
    priya_live: Live,
}

fn id_of(live: &Live) -> String {
    live.view["you"]["participant_id"].to_string()
}

fn track(sid: &str, source: TrackSource, kind: TrackType) -> TrackInfo {
    TrackInfo {
        sid: sid.into(),
        source: source as i32,
        r#type: kind as i32,
        ..TrackInfo::default()
    }
}

fn microphone(sid: &str) -> TrackInfo {
    track(sid, TrackSource::Microphone, TrackType::Audio)
}

fn in_call(live: &Live, tracks: Vec<TrackInfo>) -> ParticipantInfo {
    ParticipantInfo {
        identity: id_of(live),
        tracks,
        ..ParticipantInfo::default()
    }
}

impl Scene {
    async fn new() -> Self {
        let cluster = Cluster::start().await;
        let mut opening = Opening::default();
        opening.config.media = cluster.as_media();
        let house = House::empty(opening).await;
        house.furnish().await;
        let (dana, priya) = (house.dana().await, house.priya().await);
        let michael = house.michael(&dana).await;
        let sam = house.visitor("Sam", &michael).await;
        let conversation = sam.starts(&michael).await;
        let mut sam_live = sam.enters(&conversation).await;
        let priya_live = priya.is_let_in_by(&mut sam_live, &conversation).await;
        Self {
            house,
            cluster,
            dana,
            michael,
            conversation_id: ConversationId(conversation.parse::<Uuid>().unwrap()),
            sam_live,
            priya_live,
        }
    }

    async fn is_set_right(&self) -> Result<(), impl std::error::Error + use<>> {
        sync_media(&self.house.app, self.conversation_id).await
    }

    /// Sets the room right, and lets everybody look at once who wants to.
    async fn is_set_right_with(&self, looks: &mut Looks) {
        let mut done = std::pin::pin!(self.is_set_right());
        loop {
            tokio::select! {
                done = &mut done => break done.unwrap(),
                look = looks.next() => look.send(()).unwrap(),
            }
        }
    }

    async fn disables_video(&mut self, disabled: bool) {
        let path = format!("/personas/{}", self.michael);
        let change = json!({"disable_video": disabled});
        self.dana.patch(&path, change).await.ok();
        self.sam_live
            .sees("the setting", |view: &Value| {
                view["settings"]["disable_video"] == disabled
            })
            .await;
    }

    fn muted(&self) -> BTreeSet<String> {
        let asked = self.cluster.asked().into_iter();
        asked
            .filter_map(|asked| match asked {
                Asked::Muted(sid) => Some(sid),
                _ => None,
            })
            .collect()
    }
}

#[tokio::test]
async fn sound_that_is_called_a_camera_is_muted_while_the_camera_is_on() {
    let mut scene = Scene::new().await;
    let camera = json!({"do": "set_media", "camera": true, "microphone": false, "screen": true});
    scene.sam_live.does(camera).await;
    let tracks = vec![
        track("TR_camera", TrackSource::Camera, TrackType::Video),
        track("TR_sound", TrackSource::Camera, TrackType::Audio),
        track("TR_more", TrackSource::ScreenShare, TrackType::Audio),
        track("TR_screen", TrackSource::ScreenShareAudio, TrackType::Audio),
    ];
    scene.cluster.holds(vec![in_call(&scene.sam_live, tracks)]);
    scene.is_set_right().await.unwrap();
    assert_eq!(
        scene.muted(),
        ["TR_sound", "TR_more"].map(String::from).into()
    );
}

#[tokio::test]
async fn what_fails_for_one_is_done_for_the_others() {
    let scene = Scene::new().await;
    scene.cluster.holds(vec![
        in_call(
            &scene.sam_live,
            vec![microphone("TR_first"), microphone("TR_second")],
        ),
        in_call(&scene.priya_live, vec![microphone("TR_third")]),
        ParticipantInfo {
            identity: "999".into(),
            ..ParticipantInfo::default()
        },
    ]);
    scene.cluster.fails(vec![
        Asked::Removed("999".into()),
        Asked::Updated(id_of(&scene.sam_live)),
        Asked::Muted("TR_first".into()),
    ]);
    assert!(scene.is_set_right().await.is_err(), "so it is tried again");
    assert_eq!(
        scene.muted(),
        ["TR_first", "TR_second", "TR_third"]
            .map(String::from)
            .into()
    );
}

#[tokio::test]
async fn who_may_be_in_again_by_now_is_not_removed_and_keeps_the_room() {
    let mut scene = Scene::new().await;
    scene
        .cluster
        .holds(vec![in_call(&scene.sam_live, Vec::new())]);
    let mut looks = scene.cluster.holds_back();
    scene.disables_video(true).await;
    // Whatever was under way from before the setting is over after this.
    scene.is_set_right_with(&mut looks).await;
    let asked = scene.cluster.asked();
    assert!(
        asked.contains(&Asked::Removed(id_of(&scene.sam_live)))
            && asked.contains(&Asked::RoomDeleted),
        "{asked:?}"
    );
    let app = scene.house.app.clone();
    let conversation_id = scene.conversation_id;
    let outdated = tokio::spawn(async move { sync_media(&app, conversation_id).await });
    let look = looks.next().await;
    scene.disables_video(false).await;
    look.send(()).unwrap();
    scene.cluster.answers_at_once();
    drop(looks);
    outdated.await.unwrap().unwrap();
    let asked = scene.cluster.asked();
    assert!(
        !asked
            .iter()
            .any(|asked| matches!(asked, Asked::Removed(_) | Asked::RoomDeleted)),
        "{asked:?}"
    );
}
