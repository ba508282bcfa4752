//! A real language model on a real server, small enough for any machine: `make test-model`. What it says is of no worth; that it
//! comes the whole way, and that nothing of it does harm, is what is looked at.

use crate::support::{House, Live, Opening};
use serde_json::{Value, json};
use std::time::Instant;
use trialogue_server::config::{Config, ModelEndpoint};

const PRACTICAL: &str = include_str!("../../demo/northlight-practical.md");
const ASKED: &str = "Is there parking at the venue?";
const QUOTED: &str = "There is no parking at the venue. The nearest car park is ByGarasjen next to the bus station, 15 minutes on foot.";
/// So small a model keeps to no form by itself. The server's grammar holds it to one: the verdict yes, and no other capital letters
/// than the first, so that “SOURCES” stands at the end alone.
const HOLDS_TO_YES: &str = r#"root ::= "ENOUGH: yes\n" sentence "\nSOURCES: 1"
sentence ::= [A-RT-Z] [a-z0-9 ,]{20,160} ".""#;
const HOLDS_TO_A_VERDICT: &str = r#"root ::= "ENOUGH: no""#;
/// Long enough to take seconds on any machine.
const RUNS_ON: &str = r#"root ::= "ENOUGH: yes\n" [a-z ]{2000,4000} "\nSOURCES: 1""#;

struct Seen {
    house: House,
    live: Live,
    answer: Value,
    seconds: f32,
}

/// Asks a fresh persona through the whole server; the answer is the first thing the persona says after the question.
async fn ask(grammar: Option<&str>, total_seconds: u32) -> Seen {
    let url = std::env::var("TRIALOGUE_TEST_MODEL_URL").expect("make test-model says where it is");
    let mut answerer = ModelEndpoint {
        // Machines that do other things at the same time are slow.
        first_words_seconds: 45,
        stall_seconds: 30,
        total_seconds,
        ..ModelEndpoint::new(url, "smollm2")
    };
    if let Some(grammar) = grammar {
        answerer.extra.insert("grammar".into(), json!(grammar));
    }
    let opening = Opening::default();
    let house = House::empty(Opening {
        config: Config {
            answerer: Some(answerer),
            ..opening.config
        },
        ..opening
    })
    .await;
    house.furnish().await;
    let dana = house.dana().await;
    let michael = house.michael(&dana).await;
    let source = json!({"title": "Practical information", "text": PRACTICAL});
    dana.post(&format!("/personas/{michael}/sources/text"), source)
        .await
        .ok();
    dana.waits_for_sources(&michael).await;
    let sam = house.visitor("Sam", &michael).await;
    let conversation = sam.starts(&michael).await;
    let mut live = sam.enters(&conversation).await;
    let asked_at = Instant::now();
    let asked = live.says(ASKED).await;
    let answer = live
        .until("an answer", |live| {
            let after = |said: &&Value| {
                said["seq"].as_u64().unwrap() > asked && said["event"]["provenance"]["kind"] == "ai"
            };
            live.messages().find(after).cloned()
        })
        .await;
    Seen {
        house,
        live,
        answer,
        seconds: asked_at.elapsed().as_secs_f32(),
    }
}

impl Seen {
    fn text(&self) -> &str {
        self.answer["event"]["text"].as_str().unwrap()
    }

    /// The provisional texts, in the order of coming.
    fn shown(&self) -> Vec<&str> {
        let signals = self.live.signals.iter();
        signals
            .filter_map(|signal| signal["text"].as_str())
            .collect()
    }

    async fn trouble(&self) -> Value {
        let health = self
            .house
            .stranger()
            .request("GET", "/healthz", None, &[])
            .await;
        health.ok()["answerer"]["trouble"].clone()
    }
}

#[tokio::test]
#[ignore = "needs a language model on a server: make test-model"]
async fn a_real_model_streams_hands_off_is_replaced_and_is_hung_up_on() {
    let seen = ask(Some(HOLDS_TO_YES), 55).await;
    let shown = seen.shown();
    println!(
        "held to yes: {:.1} s, {} provisional texts, answer: {}",
        seen.seconds,
        shown.len(),
        seen.text()
    );
    assert_eq!(seen.trouble().await, Value::Null);
    assert!(shown.len() > 2, "it streams: {shown:?}");
    assert!(
        shown
            .windows(2)
            .all(|pair| pair[1].starts_with(pair[0]) || pair[0] == pair[1]),
        "each text goes on where the last one ended: {shown:?}"
    );
    assert_eq!(shown.last(), Some(&seen.text()));
    let citation = &seen.answer["event"]["citations"][0];
    assert_eq!(citation["source_title"], "Practical information");
    assert!(PRACTICAL.contains(citation["text"].as_str().unwrap()));
    assert!(!seen.live.heard("ENOUGH") && !seen.live.heard("SOURCES"));

    let mut seen = ask(Some(HOLDS_TO_A_VERDICT), 55).await;
    println!("held to no: {:.1} s", seen.seconds);
    seen.live.sees_event("handoff_raised", |_| true).await;
    assert_eq!(seen.trouble().await, Value::Null);

    let seen = ask(None, 55).await;
    println!(
        "held to nothing: {:.1} s, trouble: {}, answer: {}",
        seen.seconds,
        seen.trouble().await,
        seen.text()
    );
    // Whatever it says by itself: an answer in form, or the built-in one.
    if !seen.trouble().await.is_null() {
        assert_eq!(seen.text(), QUOTED);
    }

    let seen = ask(Some(RUNS_ON), 2).await;
    println!(
        "running on: {:.1} s, trouble: {}",
        seen.seconds,
        seen.trouble().await
    );
    assert!(
        seen.trouble().await.as_str().unwrap().contains("too long"),
        "{}",
        seen.trouble().await
    );
    assert_eq!(seen.text(), QUOTED);
}
