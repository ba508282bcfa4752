//! The server stops and starts again on the same data.

use crate::support::{ANSWER, House, Opening, QUESTION, token_in};
use serde_json::json;

#[tokio::test]
async fn everything_that_was_acknowledged_is_there_after_a_restart() {
    let house = House::furnished().await;
    let dana = house.dana().await;
    let michael = house.michael(&dana).await;
    let sam = house.visitor("Sam", &michael).await;
    let conversation = sam.starts(&michael).await;
    let mut sam_live = sam.enters(&conversation).await;
    let mut dana_live = dana.is_let_in_by(&mut sam_live, &conversation).await;
    let mut acknowledged = Vec::new();
    for number in 0..20 {
        acknowledged.push((
            sam_live.says(&format!("sam {number}")).await,
            format!("sam {number}"),
        ));
        acknowledged.push((
            dana_live.says(&format!("dana {number}")).await,
            format!("dana {number}"),
        ));
    }
    sam_live.sees_message("dana 19").await;
    let after = sam_live.last_seq();

    let house = house.restart(Opening::default()).await;
    sam_live.until_closed().await;
    assert_eq!(sam_live.bye.as_deref(), Some("going_down"));

    // Sessions and tokens hold, and the page resumes where it was.
    let mut sam_live = sam.resumes(&conversation, after).await;
    assert!(
        sam_live
            .welcomed
            .iter()
            .all(|recorded| recorded["seq"].as_u64().unwrap() > after),
        "nothing comes twice"
    );
    let whole = sam.resumes(&conversation, 0).await;
    for (seq, text) in &acknowledged {
        let said = whole
            .message(text)
            .unwrap_or_else(|| panic!("“{text}” is lost"));
        assert_eq!(said["seq"], *seq);
    }
    let mut dana_live = dana.enters(&conversation).await;
    let id_again = dana_live
        .posts("again", json!({"text": "Where were we?"}))
        .await;
    sam_live.sees_message("Where were we?").await;
    assert!(id_again > acknowledged.last().unwrap().0);
    drop(house);
}

#[tokio::test]
async fn work_that_was_due_is_done_after_a_restart_and_once() {
    let house = House::empty(Opening {
        works: false,
        ..Opening::default()
    })
    .await;
    house.furnish().await;
    let dana = house.dana().await;
    let michael = house.michael(&dana).await;
    let sam = house.visitor("Sam", &michael).await;
    let conversation = sam.starts(&michael).await;
    let mut sam_live = sam.enters(&conversation).await;
    sam_live.says(QUESTION).await;
    sam_live
        .does(json!({"do": "invite_guest", "email": "lee@guests.example"}))
        .await;
    assert_eq!(
        dana.get("/mails").await.ok()["mails"],
        json!([]),
        "nobody works here"
    );

    let _house = house.restart(Opening::default()).await;
    let mut sam_live = sam.enters(&conversation).await;
    sam_live.sees_message(ANSWER).await;
    let mail = dana.finds_mail("lee@guests.example", "").await;
    assert!(!token_in(&mail, "/g#").is_empty());
    let answers = sam_live
        .messages()
        .filter(|said| said["event"]["text"].as_str().unwrap().contains(ANSWER))
        .count();
    let mails = dana.get("/mails").await.ok();
    assert_eq!((answers, mails["mails"].as_array().unwrap().len()), (1, 1));
}
