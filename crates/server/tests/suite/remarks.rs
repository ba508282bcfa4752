//! What people told a visitor is known to the persona afterwards: in that conversation, and nowhere else.

use crate::support::{House, Live, Person};
use serde_json::{Value, json};

const ASKED: &str = "Is there a bike rack at the hall?";
const IN_OTHER_WORDS: &str = "Do you have a rack for bikes?";
const TOLD: &str = "Yes, there are forty stands behind it.";

fn handoffs(live: &Live) -> usize {
    let raised = |recorded: &&Value| recorded["event"]["type"] == "handoff_raised";
    live.events.iter().filter(raised).count()
}

/// Sam asks what the persona does not know; Dana comes and says these things.
async fn after_dana_said(house: &House, said: &[&str]) -> (String, String, Live, Live, Person) {
    let dana = house.dana().await;
    let michael = house.michael(&dana).await;
    let sam = house.visitor("Sam", &michael).await;
    let conversation = sam.starts(&michael).await;
    let mut sam_live = sam.enters(&conversation).await;
    sam_live.says(ASKED).await;
    sam_live.sees_event("handoff_raised", |_| true).await;
    let mut dana_live = dana.is_let_in_by(&mut sam_live, &conversation).await;
    for words in said {
        dana_live.says(words).await;
    }
    (michael, conversation, sam_live, dana_live, sam)
}

async fn leaves(dana_live: &mut Live, sam_live: &mut Live) {
    dana_live.does(json!({"do": "leave"})).await;
    sam_live.sees_message("Michael answers again").await;
}

#[tokio::test]
async fn the_persona_resumes_knowing_what_the_owner_answered_and_promised() {
    let house = House::furnished().await;
    let said = [
        "Hello Sam, Dana here.",
        TOLD,
        "I'll send you the slides tomorrow.",
    ];
    let (michael, conversation, mut sam_live, mut dana_live, sam) =
        after_dana_said(&house, &said).await;
    let told = sam_live.sees_message(TOLD).await["seq"].as_u64().unwrap();
    leaves(&mut dana_live, &mut sam_live).await;

    sam_live.says(IN_OTHER_WORDS).await;
    let answer = sam_live
        .sees_message(&format!("Dana Weber said just now: “{TOLD}”"))
        .await;
    assert_eq!(answer["event"]["provenance"]["kind"], "ai");
    let citations = answer["event"]["citations"].as_array().unwrap();
    assert_eq!(citations.len(), 1);
    assert_eq!(citations[0]["source_id"], format!("message-{told}"));
    assert_eq!(
        citations[0]["source_title"],
        "Dana Weber, in this conversation"
    );
    let seq = answer["seq"].as_u64().unwrap();
    let passage = sam
        .get(&format!(
            "/passages?conversation_id={conversation}&seq={seq}&index=0"
        ))
        .await
        .ok();
    assert_eq!(passage["text"], TOLD);

    sam_live.says("When do I get the slides?").await;
    sam_live
        .sees_message("said just now: “I'll send you the slides tomorrow.”")
        .await;
    assert_eq!(handoffs(&sam_live), 1, "nobody is called a second time");

    // Another visitor was told nothing.
    let lee = house.visitor("Lee", &michael).await;
    let other = lee.starts(&michael).await;
    let mut lee_live = lee.enters(&other).await;
    lee_live.says(IN_OTHER_WORDS).await;
    lee_live.sees_event("handoff_raised", |_| true).await;
    assert!(!lee_live.heard("forty"));

    // The same visitor, coming back later, was.
    sam_live.does(json!({"do": "end_conversation"})).await;
    let again = sam
        .post(
            "/conversations",
            json!({"persona_id": michael, "name": "Sam", "continues": conversation}),
        )
        .await
        .ok();
    let again = again["conversation_id"].as_str().unwrap();
    let mut sam_again = sam.enters(again).await;
    sam_again.says(IN_OTHER_WORDS).await;
    let answer = sam_again.sees_message("Dana Weber said").await;
    assert_eq!(
        answer["event"]["citations"][0]["source_id"],
        format!("earlier-message-{told}")
    );
}

#[tokio::test]
async fn whispers_and_what_was_taken_back_are_not_told_again() {
    let house = House::furnished().await;
    let (_, _, mut sam_live, mut dana_live, _) =
        after_dana_said(&house, &["Hello Sam, Dana here."]).await;
    dana_live
        .whispers("The bike rack at the hall is reserved for staff.")
        .await;
    let wrong = dana_live.says("The bike rack at the hall is closed.").await;
    dana_live
        .does(json!({"do": "retract_message", "message_id": wrong}))
        .await;
    leaves(&mut dana_live, &mut sam_live).await;
    sam_live.says(ASKED).await;
    // The handoff of the first question is still open or raised anew; either way the persona answers that it asks.
    let asks = sam_live.until("that Dana is asked", |live| {
        let said = live.messages().filter(|said| {
            let text = said["event"]["text"].as_str().unwrap();
            text.contains("asking Dana Weber") || text.contains("what I asked Dana Weber")
        });
        (said.count() == 2).then_some(())
    });
    asks.await;
    assert!(!sam_live.heard("reserved for staff"));
    assert!(!sam_live.heard("said just now"));
}
