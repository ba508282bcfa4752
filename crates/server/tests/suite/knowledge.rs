//! What personas know, over restarts of the server.

use crate::support::{House, Live, Opening, PATIENCE, Person};
use serde_json::{Value, json};
use std::path::PathBuf;
use tokio::time::timeout;

#[tokio::test]
async fn what_was_read_without_the_model_is_found_by_its_meaning_once_the_model_is_there() {
    let Some(model_dir) = std::env::var_os("TRIALOGUE_MODEL_DIR").map(PathBuf::from) else {
        eprintln!(
            "SKIPPED: TRIALOGUE_MODEL_DIR is not set, so the embedding model's coming was not tested"
        );
        return;
    };
    let house = House::furnished().await;
    let dana = house.dana().await;
    let michael = dana
        .post("/personas", json!({"name": "Michael"}))
        .await
        .ok()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    for (title, text) in [
        ("Prices", "A ticket costs twelve euros."),
        ("Animals", "Dogs wait outside of the building."),
    ] {
        let source = json!({"title": title, "text": text});
        dana.post(&format!("/personas/{michael}/sources/text"), source)
            .await
            .ok();
    }
    dana.waits_for_sources(&michael).await;
    assert_eq!(retrieval(&dana, &michael).await, "keyword_only");
    let unlike = "How expensive is admission?";
    let before = tries(&dana, &michael, unlike).await;
    assert_eq!(before["passages"], json!([]), "no word in common: {before}");

    // The model is put in its place, and the server started again. Nobody does anything else.
    let house = house
        .restart(Opening {
            model_dir: Some(model_dir),
            ..Opening::default()
        })
        .await;
    let mut dashboard = Live::dashboard(&dana).await;
    let by_meaning = async {
        while retrieval(&dana, &michael).await != "hybrid" {
            dashboard.hears_of_change().await;
        }
    };
    timeout(PATIENCE, by_meaning)
        .await
        .expect("the sources are indexed again");
    let after = tries(&dana, &michael, unlike).await;
    assert_eq!(
        after["passages"][0]["text"], "A ticket costs twelve euros.",
        "{after}"
    );
    drop(house);
}

async fn retrieval(dana: &Person, persona: &str) -> String {
    let page = dana.get(&format!("/personas/{persona}")).await.ok();
    page["retrieval"].as_str().unwrap().to_owned()
}

async fn tries(dana: &Person, persona: &str, question: &str) -> Value {
    dana.post(
        &format!("/personas/{persona}/try"),
        json!({"turns": [question]}),
    )
    .await
    .ok()
}
