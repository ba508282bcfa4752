//! Exports: what their reader may see, and who said it.

use crate::support::{ANSWER, House, QUESTION, token_in};
use serde_json::{Value, json};

#[tokio::test]
async fn an_export_holds_what_its_reader_may_see_and_who_said_it() {
    let house = House::furnished().await;
    let dana = house.dana().await;
    let michael = house.michael(&dana).await;
    let sam = house.visitor("Sam", &michael).await;
    let conversation = sam.starts(&michael).await;
    let mut sam_live = sam.enters(&conversation).await;
    sam_live.says(QUESTION).await;
    sam_live.sees_message(ANSWER).await;
    let mut dana_live = dana.is_let_in_by(&mut sam_live, &conversation).await;
    dana_live.whispers("Offer the badger rate.").await;
    let last = dana_live.says("Dana here.").await;
    sam_live.sees_message("Dana here.").await;

    let txt = |of: &str| format!("/conversations/{conversation}/export.{of}");
    let reply = sam.get(&txt("txt")).await;
    assert_eq!(reply.header("content-type"), "text/plain; charset=utf-8");
    assert!(
        reply
            .header("content-disposition")
            .starts_with("attachment")
    );
    let sams = reply.text;
    assert!(sams.contains(&format!("Sam [human]: {QUESTION}")), "{sams}");
    assert!(sams.contains(&format!("Michael [AI]: {ANSWER}")), "{sams}");
    assert!(sams.contains("Dana Weber [human]: Dana here."), "{sams}");
    assert!(!sams.contains("badger"), "{sams}");
    let danas = dana.get(&txt("txt")).await.text;
    assert!(
        danas.contains("Dana Weber [human, whispered to staff]: Offer the badger rate."),
        "{danas}"
    );

    let events: Vec<Value> = serde_json::from_str(&sam.get(&txt("json")).await.text).unwrap();
    assert!(
        events.iter().any(|recorded| recorded["seq"] == last
            && recorded["event"]["provenance"]["kind"] == "human")
    );
    assert!(!json!(events).to_string().contains("badger"));
    let listed = sam
        .get(&format!("/conversations/{conversation}/events?limit=200"))
        .await
        .ok();
    assert_eq!(
        json!(events),
        listed["events"],
        "the same as the log's page"
    );
    sam.get(&txt("pdf")).await.refused(404, "not_found");
}

#[tokio::test]
async fn a_transcript_tells_of_the_call() {
    let house = House::furnished().await;
    let dana = house.dana().await;
    let michael = house.michael(&dana).await;
    let sam = house.visitor("Sam", &michael).await;
    let conversation = sam.starts(&michael).await;
    let mut sam_live = sam.enters(&conversation).await;
    let dana_live = dana.is_let_in_by(&mut sam_live, &conversation).await;
    sam_live
        .does(json!({"do": "set_media", "camera": true, "microphone": true, "screen": false}))
        .await;
    dana.patch(
        &format!("/personas/{michael}"),
        json!({"disable_video": true}),
    )
    .await
    .ok();
    sam_live
        .sees("that video is disabled", |view| {
            view["video"]["available"] == false
        })
        .await;
    let dana_id = dana_live.view["you"]["participant_id"].clone();
    sam_live
        .does(json!({"do": "remove", "participant_id": dana_id}))
        .await;
    let text = sam
        .get(&format!("/conversations/{conversation}/export.txt"))
        .await
        .text;
    for line in [
        "— Dana Weber joined",
        "— Sam switched camera and microphone on",
        "— Sam began a call",
        "— The owner disabled video",
        "— The call ended",
        "— Dana Weber was removed by Sam",
    ] {
        assert!(text.contains(line), "{line} is not in\n{text}");
    }
}

#[tokio::test]
async fn a_guest_may_not_export() {
    let house = House::furnished().await;
    let dana = house.dana().await;
    let michael = house.michael(&dana).await;
    let sam = house.visitor("Sam", &michael).await;
    let conversation = sam.starts(&michael).await;
    let mut sam_live = sam.enters(&conversation).await;
    sam_live
        .does(json!({"do": "invite_guest", "email": "lee@guests.example"}))
        .await;
    let token = token_in(&dana.finds_mail("lee@guests.example", "").await, "/g#");
    let mut lee = house.stranger();
    let knock = lee
        .post(
            "/guest-invitations/knock",
            json!({"token": token, "name": "Lee"}),
        )
        .await
        .ok();
    lee.bearer = knock["guest_token"].as_str().map(str::to_owned);
    let request_id = knock["request_id"].as_u64().unwrap();
    sam_live.sees_knock(request_id).await;
    sam_live.lets_in(request_id, "from_join").await;
    lee.joins(&conversation, request_id).await;
    let lee_live = lee.enters(&conversation).await;
    assert!(
        !lee_live.view["you"]["allowed"]
            .as_array()
            .unwrap()
            .contains(&json!("export"))
    );
    lee.get(&format!("/conversations/{conversation}/export.txt"))
        .await
        .refused(403, "not_allowed");
}
