//! Breaks in a connection: nothing is missed, nothing comes twice, nothing happens twice.

use crate::support::{House, Live, Person, seqs};
use serde_json::{Value, json};

struct Talk {
    _house: House,
    sam: Person,
    conversation: String,
    sam_live: Live,
    dana_live: Live,
}

async fn talk() -> Talk {
    let house = House::furnished().await;
    let dana = house.dana().await;
    let michael = house.michael(&dana).await;
    let sam = house.visitor("Sam", &michael).await;
    let conversation = sam.starts(&michael).await;
    let mut sam_live = sam.enters(&conversation).await;
    let dana_live = dana.is_let_in_by(&mut sam_live, &conversation).await;
    Talk {
        _house: house,
        sam,
        conversation,
        sam_live,
        dana_live,
    }
}

async fn events_after(person: &Person, conversation: &str, after: u64) -> Vec<Value> {
    let mut events = Vec::new();
    let mut after = after;
    loop {
        let path = format!("/conversations/{conversation}/events?after={after}&limit=200");
        let page = person.get(&path).await.ok();
        let listed = page["events"].as_array().unwrap().clone();
        if let Some(last) = listed.last() {
            after = last["seq"].as_u64().unwrap();
        }
        events.extend(listed);
        if page["more"] == false {
            return events;
        }
    }
}

#[tokio::test]
async fn who_comes_back_gets_exactly_what_was_missed_in_order() {
    let mut talk = talk().await;
    talk.dana_live.says("before").await;
    talk.sam_live.sees_message("before").await;
    let after = talk.sam_live.last_seq();
    let seen = talk.sam_live.seqs();
    drop(talk.sam_live);
    for text in ["one", "two", "three"] {
        talk.dana_live.says(text).await;
    }
    let mut back = talk.sam.resumes(&talk.conversation, after).await;
    assert_eq!(back.complete_from, after);
    let missed = seqs(&back.welcomed);
    assert!(missed.iter().all(|seq| *seq > after), "nothing comes twice");
    assert!(missed.is_sorted_by(|a, b| a < b), "in order: {missed:?}");
    let said: Vec<_> = back
        .messages()
        .map(|said| said["event"]["text"].clone())
        .collect();
    assert_eq!(said, ["one", "two", "three"]);

    // Together with what comes live it is the whole of what the log has for this viewer.
    talk.dana_live.says("after").await;
    back.sees_message("after").await;
    let whole = [seen, back.seqs()].concat();
    let log = events_after(&talk.sam, &talk.conversation, 0).await;
    assert_eq!(whole, seqs(&log));
}

#[tokio::test]
async fn what_comes_live_is_what_the_log_says() {
    let mut talk = talk().await;
    talk.dana_live.whispers("not for Sam").await;
    talk.dana_live.says("for Sam").await;
    talk.sam_live.sees_message("for Sam").await;
    let log = events_after(&talk.sam, &talk.conversation, talk.sam_live.complete_from).await;
    assert_eq!(
        talk.sam_live.events, log,
        "the same bytes by socket and by HTTP"
    );
}

#[tokio::test]
async fn a_repeat_with_the_same_id_is_answered_with_the_first_outcome() {
    let mut talk = talk().await;
    let first = talk
        .sam_live
        .posts("mine-1", json!({"text": "only once"}))
        .await;
    let again = talk
        .sam_live
        .posts("mine-1", json!({"text": "only once"}))
        .await;
    drop(talk.sam_live);
    let mut back = talk.sam.resumes(&talk.conversation, 0).await;
    let after_a_break = back.posts("mine-1", json!({"text": "only once"})).await;
    let path = format!("/conversations/{}/messages", talk.conversation);
    let by_http = talk
        .sam
        .post(&path, json!({"id": "mine-1", "text": "only once"}))
        .await
        .ok();
    assert_eq!(
        [again, after_a_break, by_http["seq"].as_u64().unwrap()],
        [first; 3]
    );
    // Somebody else's id is another id.
    let danas = talk
        .dana_live
        .posts("mine-1", json!({"text": "Dana's own"}))
        .await;
    assert!(danas > first);
    back.sees_message("Dana's own").await;
    let log = events_after(&talk.sam, &talk.conversation, 0).await;
    let copies = log
        .iter()
        .filter(|recorded| recorded["event"]["text"] == "only once")
        .count();
    assert_eq!(copies, 1);
}

#[tokio::test]
async fn a_second_tab_is_the_same_participant_and_both_hear_everything() {
    let mut talk = talk().await;
    let mut second = talk.sam.enters(&talk.conversation).await;
    assert_eq!(
        second.view["you"]["participant_id"],
        talk.sam_live.view["you"]["participant_id"]
    );
    talk.dana_live.says("to both").await;
    talk.sam_live.sees_message("to both").await;
    second.sees_message("to both").await;
    drop(talk.sam_live);
    talk.dana_live.says("to the one that is left").await;
    second.sees_message("to the one that is left").await;
    assert!(
        !second
            .events
            .iter()
            .any(|recorded| recorded["event"]["type"] == "participant_dropped"),
        "a closed tab is not a dropped person"
    );
}

#[tokio::test]
async fn garbage_is_refused_and_the_socket_lives_on() {
    let mut talk = talk().await;
    for garbage in [
        "not json",
        "[]",
        r#"{"type":"dance"}"#,
        r#"{"type":"post"}"#,
        r#"{"type":"post","id":1,"text":"a"}"#,
    ] {
        let known = talk.sam_live.refusals.len();
        talk.sam_live.sends(garbage).await;
        let refused = talk
            .sam_live
            .until("a refusal", |live| live.refusals.get(known).cloned())
            .await;
        assert_eq!(
            refused["problem"]["code"], "bad_frame",
            "{garbage}: {refused}"
        );
    }
    let hello = json!({"type": "hello", "conversation_id": talk.conversation});
    let known = talk.sam_live.refusals.len();
    talk.sam_live.sends(&hello.to_string()).await;
    let refused = talk
        .sam_live
        .until("a refusal", |live| live.refusals.get(known).cloned())
        .await;
    assert_eq!(refused["problem"]["code"], "hello_again");
    talk.sam_live.says("still here").await;
    talk.dana_live.sees_message("still here").await;
}

#[tokio::test]
async fn a_first_frame_that_is_no_hello_is_told_so() {
    let talk = talk().await;
    for (frame, code) in [
        (r#"{"type":"ping"}"#, "no_hello"),
        ("}", "bad_frame"),
        (
            r#"{"type":"hello","conversation_id":"no-uuid"}"#,
            "bad_frame",
        ),
        (
            r#"{"type":"hello","conversation_id":"00000000-0000-0000-0000-000000000000"}"#,
            "signed_out",
        ),
    ] {
        let mut live = Live::silent(&Person::new("Somebody", talk.sam.address)).await;
        live.sends(frame).await;
        live.until_closed().await;
        assert_eq!(live.refusals[0]["problem"]["code"], code, "{frame}");
    }
}

#[tokio::test]
async fn a_frame_that_is_too_large_ends_its_socket_and_no_other() {
    let mut talk = talk().await;
    let text = "x".repeat(70 * 1024);
    let frame = json!({"type": "post", "id": "big", "text": text});
    talk.sam_live.sends(&frame.to_string()).await;
    talk.sam_live.until_closed().await;
    let mut back = talk.sam.resumes(&talk.conversation, 0).await;
    back.says("I am back").await;
    talk.dana_live.sees_message("I am back").await;
    assert!(!talk.dana_live.heard("xxxxxxxx"));
}

#[tokio::test]
async fn a_message_that_is_too_long_is_refused_and_not_cut() {
    let mut talk = talk().await;
    let text = "é".repeat(8_001);
    let frame = json!({"type": "post", "id": "long", "text": text});
    talk.sam_live.sends(&frame.to_string()).await;
    let code = talk
        .sam_live
        .until("a refusal", |live| {
            Some(live.refusals.first()?["problem"]["code"].clone())
        })
        .await;
    assert_eq!(code, "text_too_long");
    talk.sam_live
        .posts("just fits", json!({"text": "é".repeat(8_000)}))
        .await;
    let seen = talk.dana_live.sees_message("éé").await;
    assert_eq!(
        seen["event"]["text"].as_str().unwrap().chars().count(),
        8_000
    );
}

#[tokio::test]
async fn typing_is_signalled_and_never_stored() {
    let mut talk = talk().await;
    let before = talk.dana_live.last_seq();
    talk.sam_live.sends(r#"{"type":"typing","on":true}"#).await;
    let signal = talk
        .dana_live
        .until("typing", |live| {
            live.signals
                .iter()
                .find(|signal| signal["kind"] == "typing")
                .cloned()
        })
        .await;
    assert_eq!(
        signal["participant_id"],
        talk.sam_live.view["you"]["participant_id"]
    );
    assert_eq!(
        events_after(&talk.sam, &talk.conversation, before).await,
        Vec::<Value>::new()
    );
}

#[tokio::test]
async fn a_persons_page_from_long_ago_starts_afresh_with_the_newest() {
    let mut talk = talk().await;
    for number in 0..220 {
        talk.dana_live.says(&format!("line {number}")).await;
        talk.sam_live.sees_message(&format!("line {number}")).await;
    }
    let fresh = talk.sam.enters(&talk.conversation).await;
    assert!(fresh.complete_from > 0);
    assert!(fresh.message("line 219").is_some());
    assert!(fresh.message("line 0").is_none());
    // What is older is fetched.
    let mut before = fresh.seqs()[0];
    let mut older = Vec::new();
    while older.first() != Some(&1) {
        let path = format!(
            "/conversations/{}/events?before={before}&limit=50",
            talk.conversation
        );
        let page = talk.sam.get(&path).await.ok();
        let listed = seqs(page["events"].as_array().unwrap());
        assert!(!listed.is_empty(), "the log begins at 1");
        before = listed[0];
        older = [listed, older].concat();
    }
    let whole = [older, fresh.seqs()].concat();
    assert_eq!(
        whole,
        seqs(&events_after(&talk.sam, &talk.conversation, 0).await)
    );
}
