//! A language model in front of the built-in answerer: what it writes is shown as it comes, and nothing of it outlives its turn.

use crate::support::{ANSWER, House, LanguageModel, Live, Opening, Person, QUESTION};
use serde_json::{Value, json};
use trialogue_server::config::{Config, ModelEndpoint};

const PRACTICAL: &str = include_str!("../../demo/northlight-practical.md");
/// Not a stored question; the document answers it.
const ASKED: &str = "Is there parking at the venue?";
/// What the built-in answerer quotes.
const QUOTED: &str = "There is no parking at the venue. The nearest car park is ByGarasjen next to the bus station, 15 minutes on foot.";
const STYLE: &str = "Be cheerful, and sign with a whale.";

struct Story {
    house: House,
    model: LanguageModel,
    dana: Person,
    sam: Person,
    sam_live: Live,
    conversation: String,
}

/// So long that within a test's patience only the end of a turn makes the server hang up.
const NEVER: u32 = 120;

/// Sam, alone with Michael, whose answers a model words.
async fn story() -> Story {
    story_with_stalls_of(NEVER).await
}

async fn story_with_stalls_of(stall_seconds: u32) -> Story {
    let model = LanguageModel::start().await;
    let opening = Opening::default();
    let answerer = ModelEndpoint {
        first_words_seconds: NEVER,
        stall_seconds,
        total_seconds: NEVER,
        ..ModelEndpoint::new(&model.url, "scripted")
    };
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
    dana.patch(
        &format!("/personas/{michael}"),
        json!({"instructions": STYLE}),
    )
    .await
    .ok();
    let source = json!({"title": "Practical information", "text": PRACTICAL});
    dana.post(&format!("/personas/{michael}/sources/text"), source)
        .await
        .ok();
    dana.waits_for_sources(&michael).await;
    let sam = house.visitor("Sam", &michael).await;
    let conversation = sam.starts(&michael).await;
    let sam_live = sam.enters(&conversation).await;
    Story {
        house,
        model,
        dana,
        sam,
        sam_live,
        conversation,
    }
}

/// Waits until these words are on the page, as provisional text.
async fn is_shown(live: &mut Live, words: &str) {
    live.until(&format!("“{words}” while it is written"), |live| {
        let shown = |signal: &&Value| {
            signal["kind"] == "turn_text" && signal["text"].as_str().unwrap().contains(words)
        };
        live.signals.iter().find(shown).map(|_| ())
    })
    .await;
}

fn said_in_events(live: &Live, words: &str) -> bool {
    live.messages()
        .any(|recorded| recorded.to_string().contains(words))
}

#[tokio::test]
async fn the_models_words_are_shown_as_they_come_and_its_answer_is_the_event() {
    let mut story = story().await;
    story.sam_live.says(ASKED).await;
    let call = story.model.is_asked().await;
    let (rules, data) = call.parts();
    assert!(
        rules.contains(STYLE) && rules.contains("Michael") && rules.contains("Dana Weber"),
        "the owner's instructions and the persona's profile are rules: {rules}"
    );
    assert!(
        !rules.contains("parking") && data["question"] == ASKED,
        "what a visitor wrote is data: {rules}"
    );
    let passages = data["passages"].as_array().unwrap();
    let right = passages
        .iter()
        .find(|passage| passage["text"].as_str().unwrap().contains(QUOTED))
        .unwrap();
    let writing = call.writes();
    writing.says("ENOUGH: yes\nSadly no: park at").await;
    is_shown(&mut story.sam_live, "Sadly no: park at").await;
    assert!(!said_in_events(&story.sam_live, "Sadly"));
    writing
        .says(&format!(" ByGarasjen.\nSOURCES: {}", right["n"]))
        .await;
    writing.ends().await;
    let answer = story.sam_live.sees_message("Sadly").await;
    assert_eq!(answer["event"]["text"], "Sadly no: park at ByGarasjen.");
    assert_eq!(answer["event"]["provenance"]["kind"], "ai");
    let citations = answer["event"]["citations"].as_array().unwrap();
    assert_eq!(citations.len(), 1);
    assert_eq!(citations[0]["text"], right["text"]);
    assert!(
        !story.sam_live.heard("ENOUGH") && !story.sam_live.heard("SOURCES"),
        "the form is not for people"
    );
    assert_eq!(answerer_health(&story).await["trouble"], Value::Null);
}

async fn answerer_health(story: &Story) -> Value {
    let health = story
        .house
        .stranger()
        .request("GET", "/healthz", None, &[])
        .await;
    health.ok()["answerer"].clone()
}

#[tokio::test]
async fn a_model_that_finds_the_passages_wanting_raises_a_handoff() {
    let mut story = story().await;
    story.sam_live.says(ASKED).await;
    let writing = story.model.is_asked().await.writes();
    writing.says("ENOUGH: no").await;
    writing.ends().await;
    story.sam_live.sees_event("handoff_raised", |_| true).await;
    assert!(
        !story.sam_live.signals.iter().any(|signal| signal["text"]
            .as_str()
            .is_some_and(|text| text.contains("ENOUGH"))),
        "nothing of the verdict was shown"
    );
    let mail = story.dana.finds_mail("dana@northlight.example", "").await;
    assert!(mail["text"].as_str().unwrap().contains(ASKED), "{mail}");
}

/// Has a question answered by a model that fails like this; the built-in answer must come, and `/healthz` say why.
async fn falls_back(trouble: &str, fail: impl AsyncFnOnce(&mut Story)) {
    let mut story = story_with_stalls_of(2).await;
    story.sam_live.says(ASKED).await;
    fail(&mut story).await;
    let answer = story.sam_live.sees_message(QUOTED).await;
    assert_eq!(answer["event"]["text"], QUOTED);
    assert_eq!(
        answer["event"]["citations"][0]["source_title"],
        "Practical information"
    );
    assert!(!said_in_events(&story.sam_live, "Sadly"));
    let health = answerer_health(&story).await;
    assert_eq!(health["kind"], "model");
    assert!(
        health["trouble"].as_str().unwrap().contains(trouble),
        "{health}"
    );
}

#[tokio::test]
async fn a_model_that_refuses_is_replaced_by_the_built_in_answerer() {
    falls_back("HTTP status 429", async |story: &mut Story| {
        story.model.is_asked().await.refuses(429);
    })
    .await;
}

#[tokio::test]
async fn half_a_stream_is_taken_back_and_replaced() {
    falls_back("broke off", async |story: &mut Story| {
        let writing = story.model.is_asked().await.writes();
        writing.says("ENOUGH: yes\nSadly no").await;
        is_shown(&mut story.sam_live, "Sadly no").await;
        drop(writing);
    })
    .await;
}

#[tokio::test]
async fn garbage_is_replaced() {
    falls_back("not JSON", async |story: &mut Story| {
        let writing = story.model.is_asked().await.writes();
        writing.raw("data: <html>oops\n\n").await;
        writing.ends().await;
    })
    .await;
}

#[tokio::test]
async fn an_answer_out_of_form_is_replaced_and_never_shown() {
    falls_back("form", async |story: &mut Story| {
        let writing = story.model.is_asked().await.writes();
        writing.says("Sadly no, said the model.\nBye.").await;
        writing.ends().await;
    })
    .await;
}

#[tokio::test]
async fn a_model_that_stalls_is_hung_up_on_and_replaced() {
    falls_back("too long to go on", async |story: &mut Story| {
        let writing = story.model.is_asked().await.writes();
        writing.says("ENOUGH: yes\nSadly no").await;
        writing.is_hung_up_on().await;
    })
    .await;
}

#[tokio::test]
async fn a_turn_outdated_while_it_is_written_stops_the_model_and_is_never_published() {
    let mut story = story().await;
    story.sam_live.says(ASKED).await;
    let writing = story.model.is_asked().await.writes();
    writing.says("ENOUGH: yes\nSadly no").await;
    is_shown(&mut story.sam_live, "Sadly no").await;
    let stopped = story.sam_live.does(json!({"do": "stop_persona"})).await;
    writing.is_hung_up_on().await;
    writing.says(" more\nSOURCES: 1").await;
    writing.ends().await;
    // The next question is answered, so whatever the first had in store would be there by now.
    story.sam_live.says("When is lunch served?").await;
    let writing = story.model.is_asked().await.writes();
    writing
        .says("ENOUGH: yes\nFrom 12:15 on.\nSOURCES: 1")
        .await;
    writing.ends().await;
    let answer = story.sam_live.sees_message("From 12:15 on.").await;
    assert!(answer["seq"].as_u64().unwrap() > stopped);
    assert!(!said_in_events(&story.sam_live, "Sadly"));
    let whole = story.sam.resumes(&story.conversation, 0).await;
    assert!(!said_in_events(&whole, "Sadly"), "nor later");
}

#[tokio::test]
async fn what_was_written_when_the_owner_came_is_their_draft_and_nobody_elses() {
    let mut story = story().await;
    let (request_id, dana) = owner_at_the_door(&mut story).await;
    story.sam_live.says(ASKED).await;
    let writing = story.model.is_asked().await.writes();
    writing.says("ENOUGH: yes\nSadly no").await;
    is_shown(&mut story.sam_live, "Sadly no").await;
    dana.joins(&story.conversation, request_id).await;
    writing.is_hung_up_on().await;
    let mut dana_live = dana.enters(&story.conversation).await;
    let view = dana_live
        .sees("the draft", |view| view["drafts"][0]["text"].is_string())
        .await;
    assert_eq!(view["drafts"][0]["text"], "Sadly no");
    story.sam_live.sees_message("Dana Weber is here now").await;
    dana_live.says("I'll take it from here.").await;
    story.sam_live.sees_message("take it from here").await;
    assert!(!said_in_events(&story.sam_live, "Sadly"));
    assert_eq!(story.sam_live.view["drafts"], json!([]));
}

#[tokio::test]
async fn an_owner_who_comes_before_the_models_first_word_finds_what_the_sources_say() {
    let mut story = story().await;
    let (request_id, dana) = owner_at_the_door(&mut story).await;
    story.sam_live.says(ASKED).await;
    let writing = story.model.is_asked().await.writes();
    dana.joins(&story.conversation, request_id).await;
    writing.is_hung_up_on().await;
    let mut dana_live = dana.enters(&story.conversation).await;
    let view = dana_live
        .sees("the draft", |view| view["drafts"][0]["text"].is_string())
        .await;
    assert_eq!(view["drafts"][0]["text"], QUOTED);
    assert_eq!(
        view["drafts"][0]["citations"][0]["source_title"],
        "Practical information"
    );
    assert!(!said_in_events(&story.sam_live, QUOTED));
}

/// Dana, admitted and not yet inside.
async fn owner_at_the_door(story: &mut Story) -> (u64, Person) {
    let dana = story.dana.clone();
    let request_id = dana.knocks(&story.conversation).await["request_id"]
        .as_u64()
        .unwrap();
    story.sam_live.sees_knock(request_id).await;
    story.sam_live.lets_in(request_id, "all").await;
    (request_id, dana)
}

#[tokio::test]
async fn a_stored_question_gets_the_owners_own_words_and_no_model_is_asked() {
    let mut story = story().await;
    story
        .sam_live
        .says(&format!("Hi! {}", QUESTION.to_lowercase()))
        .await;
    let answer = story.sam_live.sees_message(ANSWER).await;
    assert_eq!(answer["event"]["text"], ANSWER);
    assert!(!story.model.was_asked());
}
