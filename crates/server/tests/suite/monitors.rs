//! Staff who watch from inside, unseen.

use crate::support::{House, Person};
use serde_json::{Value, json};

struct Scene {
    house: House,
    dana: Person,
    priya: Person,
    sam: Person,
    conversation: String,
}

impl Scene {
    /// Sam with Michael; Priya is a supervisor.
    async fn begins() -> Self {
        let house = House::furnished().await;
        let (dana, priya) = (house.dana().await, house.priya().await);
        let michael = house.michael(&dana).await;
        let sam = house.visitor("Sam", &michael).await;
        let conversation = sam.starts(&michael).await;
        let users = dana.get("/users").await.ok();
        let users = users["users"].as_array().unwrap().clone();
        let id = users
            .iter()
            .find(|user| user["name"] == "Priya Nair")
            .unwrap()["id"]
            .as_str()
            .unwrap();
        dana.patch(&format!("/users/{id}"), json!({"roles": ["supervisor"]}))
            .await
            .ok();
        Self {
            house,
            dana,
            priya,
            sam,
            conversation,
        }
    }

    fn path(&self, rest: &str) -> String {
        format!("/conversations/{}{rest}", self.conversation)
    }

    async fn may_watch(&self, person: &Person) -> Value {
        person.get(&self.path("")).await.ok()["may_watch"].clone()
    }
}

#[tokio::test]
async fn a_supervisor_watches_and_the_visitor_is_told_nothing() {
    let scene = Scene::begins().await;
    let mut sam_live = scene.sam.enters(&scene.conversation).await;
    assert_eq!(scene.may_watch(&scene.priya).await, true);
    let watching = scene.priya.post(&scene.path("/watch"), json!({})).await;
    let watching = watching.ok()["participant_id"].clone();
    let priya_live = scene.priya.enters(&scene.conversation).await;
    let you = &priya_live.view["you"];
    assert_eq!(you["participant_id"], watching);
    assert_eq!(you["presence_mode"], "monitor");
    assert_eq!(you["role"], "supervisor");
    sam_live.says("Is somebody listening?").await;
    let persona = sam_live.sees_event("message_posted", |_| true).await;
    assert!(persona["seq"].is_u64());
    assert!(
        !sam_live.heard("Priya"),
        "the visitor was told of a monitor"
    );
    let read = scene.sam.get(&scene.path("")).await.text;
    let events = scene.sam.get(&scene.path("/events?limit=200")).await.text;
    let export = scene.sam.get(&scene.path("/export.txt")).await.text;
    for told in [read, events, export] {
        assert!(!told.contains("Priya"), "{told}");
    }
    // Again is the same place, and staff are told.
    let again = scene.priya.post(&scene.path("/watch"), json!({})).await;
    assert_eq!(again.ok()["participant_id"], watching);
    let export = scene.dana.get(&scene.path("/export.txt")).await.text;
    assert!(export.contains("— Priya Nair came to watch"), "{export}");
}

#[tokio::test]
async fn who_watched_steps_in_and_goes_on_reading_after_leaving() {
    let scene = Scene::begins().await;
    let mut sam_live = scene.sam.enters(&scene.conversation).await;
    scene
        .priya
        .post(&scene.path("/watch"), json!({}))
        .await
        .ok();
    let mut watching = scene.priya.enters(&scene.conversation).await;
    let refused = watching.tries(json!({"do": "raise_hand"})).await;
    assert_eq!(refused.unwrap_err()["code"], "not_allowed");
    scene
        .priya
        .post(
            &scene.path("/commands"),
            json!({"command": {"do": "step_in"}}),
        )
        .await
        .ok();
    watching.until_closed().await;
    sam_live
        .sees_event("participant_joined", |event| event["name"] == "Priya Nair")
        .await;
    let mut priya_live = scene.priya.enters(&scene.conversation).await;
    assert_eq!(priya_live.view["you"]["presence_mode"], "participant");
    priya_live.says("Hello, this is Priya.").await;
    sam_live.sees_message("Hello, this is Priya.").await;
}

#[tokio::test]
async fn only_staff_of_the_queue_watch() {
    let scene = Scene::begins().await;
    let nils = scene.house.nils().await;
    let watch = scene.path("/watch");
    nils.post(&watch, json!({}))
        .await
        .refused(403, "wrong_door");
    assert_eq!(scene.may_watch(&scene.sam).await, false);
    for person in [&scene.sam, &scene.house.stranger()] {
        person
            .post(&watch, json!({}))
            .await
            .refused(401, "signed_out");
    }
    let mut sam_live = scene.sam.enters(&scene.conversation).await;
    sam_live.does(json!({"do": "end_conversation"})).await;
    assert_eq!(scene.may_watch(&scene.priya).await, false);
    scene
        .priya
        .post(&watch, json!({}))
        .await
        .refused(410, "conversation_ended");
}
