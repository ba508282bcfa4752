//! What waits while an append is under way is decided and appended in one go. Each command must come out as if it had
//! been alone.

use crate::support::{Damage, House, Live};
use serde_json::{Value, json};

fn frame(id: &str, command: Value) -> String {
    json!({"type": "command", "id": id, "command": command}).to_string()
}

fn post(id: &str, text: &str) -> String {
    json!({"type": "post", "id": id, "text": text}).to_string()
}

/// Sends these frames so that the room takes all but the first in one go: the first one's append is held meanwhile.
async fn sends_in_one_go(live: &mut Live, damage: &Damage, frames: &[String]) {
    damage.holds_writes();
    for frame in frames {
        live.sends(frame).await;
    }
    // Frames are handed to the room in order, so the answer to this means that all the others were.
    live.sends(r#"{"type":"ping"}"#).await;
    live.until("a pong", |live| live.heard(r#""pong""#).then_some(()))
        .await;
}

fn id_of(live: &Live) -> u64 {
    live.view["you"]["participant_id"].as_u64().unwrap()
}

#[tokio::test]
async fn who_is_removed_sees_nothing_of_what_was_said_after_it_in_the_same_go() {
    let house = House::furnished().await;
    let (dana, priya) = (house.dana().await, house.priya().await);
    let michael = house.michael(&dana).await;
    let sam = house.visitor("Sam", &michael).await;
    let conversation = sam.starts(&michael).await;
    let mut sam_live = sam.enters(&conversation).await;
    let mut dana_live = dana.is_let_in_by(&mut sam_live, &conversation).await;
    let mut priya_live = priya.is_let_in_by(&mut sam_live, &conversation).await;
    let removal = json!({"do": "remove", "participant_id": id_of(&priya_live)});

    let damage = Damage::to(&house);
    let frames = [
        post("first", "before it"),
        frame("removal", removal),
        post("second", "now that she is gone"),
    ];
    sends_in_one_go(&mut sam_live, &damage, &frames).await;
    damage.lets_write();

    dana_live.sees_message("now that she is gone").await;
    priya_live.until_closed().await;
    assert_eq!(priya_live.bye.as_deref(), Some("removed"));
    assert!(priya_live.message("before it").is_some());
    assert!(!priya_live.heard("now that she is gone"));
}

#[tokio::test]
async fn a_refusal_is_not_told_when_what_it_rests_on_was_not_stored() {
    let house = House::furnished().await;
    let (dana, priya) = (house.dana().await, house.priya().await);
    let michael = house.michael(&dana).await;
    let sam = house.visitor("Sam", &michael).await;
    let conversation = sam.starts(&michael).await;
    let mut sam_live = sam.enters(&conversation).await;
    let priya_live = priya.is_let_in_by(&mut sam_live, &conversation).await;
    let removal = json!({"do": "remove", "participant_id": id_of(&priya_live)});

    let damage = Damage::to(&house);
    let frames = [
        post("first", "before it"),
        frame("removal", removal.clone()),
        frame("removal again", removal.clone()),
    ];
    sends_in_one_go(&mut sam_live, &damage, &frames).await;
    damage.refuses_events();
    damage.lets_write();
    let refusals = sam_live
        .until("three answers", |live| {
            (live.refusals.len() == 3).then(|| live.refusals.clone())
        })
        .await;
    for refused in refusals {
        assert_eq!(
            refused["problem"]["status"], 500,
            "nobody was removed: {refused}"
        );
    }

    damage.takes_events();
    sam_live.does(removal).await;
}
