//! Several servers on one log that hear of one another through the relay.

use crate::support::{House, Opening, seqs};
use std::sync::Arc;
use trialogue_relay::Hub;

fn node_of(hub: &Hub) -> Opening {
    Opening {
        relay: Arc::new(hub.node()),
        ..Opening::default()
    }
}

#[tokio::test]
async fn what_is_said_on_one_node_arrives_on_the_other_and_both_keep_one_order() {
    let hub = Hub::default();
    let first = House::empty(node_of(&hub)).await;
    first.furnish().await;
    let second = first.beside(node_of(&hub)).await;
    let dana = first.dana().await;
    let michael = first.michael(&dana).await;
    let sam = first.visitor("Sam", &michael).await;
    let conversation = sam.starts(&michael).await;
    let mut sam_live = sam.enters(&conversation).await;
    drop(dana.is_let_in_by(&mut sam_live, &conversation).await);
    let mut dana_live = dana.at(second.address).enters(&conversation).await;

    sam_live.says("from the first node").await;
    dana_live.sees_message("from the first node").await;
    dana_live.says("from the second node").await;
    sam_live.sees_message("from the second node").await;
    sam_live.sends(r#"{"type":"typing","on":true}"#).await;
    dana_live
        .until("typing", |live| {
            live.signals
                .iter()
                .any(|signal| signal["kind"] == "typing")
                .then_some(())
        })
        .await;

    // Both talk at once: appends collide, and are decided again.
    let talk = |name: &'static str| (0..30).map(move |number| format!("{name} {number}"));
    let sams = async {
        for text in talk("sam") {
            sam_live.says(&text).await;
        }
        sam_live
    };
    let danas = async {
        for text in talk("dana") {
            dana_live.says(&text).await;
        }
        dana_live
    };
    let (mut sam_live, mut dana_live) = tokio::join!(sams, danas);
    for live in [&mut sam_live, &mut dana_live] {
        live.sees_message("sam 29").await;
        live.sees_message("dana 29").await;
        assert!(
            live.seqs().is_sorted_by(|a, b| a < b),
            "{}: in order, nothing twice",
            live.name
        );
    }
    let said = |live: &crate::support::Live| -> Vec<_> {
        live.messages()
            .filter(|said| {
                let text = said["event"]["text"].as_str().unwrap();
                text.starts_with("sam ") || text.starts_with("dana ")
            })
            .cloned()
            .collect()
    };
    let (by_sam, by_dana) = (said(&sam_live), said(&dana_live));
    assert_eq!(by_sam.len(), 60);
    assert_eq!(seqs(&by_sam), seqs(&by_dana));
}

#[tokio::test]
async fn what_another_node_allowed_is_not_refused_by_one_that_has_not_heard_of_it() {
    // Each has a relay of its own, so neither hears of the other.
    let first = House::furnished().await;
    let second = first.beside(Opening::default()).await;
    let (dana, priya) = (first.dana().await, first.priya().await);
    let michael = first.michael(&dana).await;
    let sam = first.visitor("Sam", &michael).await;
    let conversation = sam.starts(&michael).await;
    let mut sam_live = sam.enters(&conversation).await;
    let request_id = priya.knocks(&conversation).await["request_id"]
        .as_u64()
        .unwrap();
    let priya = priya.at(second.address);
    let mut outside = priya.waits(&conversation, request_id).await;
    outside.waiting_is("asked").await;

    sam_live.lets_in(request_id, "all").await;
    priya.joins(&conversation, request_id).await;
}
