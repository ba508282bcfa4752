//! What may be repeated, and how often.

use crate::support::{House, Live, Opening, PASSWORD, Reply};
use serde_json::json;
use trialogue_server::config::Limits;

async fn limited(limits: impl FnOnce(&mut Limits)) -> House {
    let mut opening = Opening::default();
    limits(&mut opening.config.limits);
    let house = House::empty(opening).await;
    house.furnish().await;
    house
}

#[track_caller]
fn is_too_often(reply: Reply) {
    let header: u32 = reply.header("retry-after").parse().unwrap();
    assert!((1..=3_600).contains(&header), "{header}");
    let problem = reply.refused(429, "too_many_requests");
    assert_eq!(problem["retry_after"], header);
}

#[tokio::test]
async fn guessing_passwords_is_slowed_down_also_for_the_right_one() {
    let house = limited(|limits| limits.sign_ins_per_minute = 2).await;
    let mut guesser = house.stranger();
    for _ in 0..2 {
        guesser
            .sign_in("dana@northlight.example", "a guess")
            .await
            .refused(401, "wrong_credentials");
    }
    is_too_often(guesser.sign_in("dana@northlight.example", PASSWORD).await);
}

#[tokio::test]
async fn a_forwarded_address_counts_only_behind_a_trusted_proxy() {
    let body = json!({"email": "dana@northlight.example", "password": "a guess"});
    for (trusts, expected) in [(false, 429), (true, 401)] {
        let house = limited(|limits| {
            limits.sign_ins_per_minute = 1;
            limits.trust_forwarded_for = trusts;
        })
        .await;
        let stranger = house.stranger();
        let mut last = 0;
        for client in ["192.0.2.1", "192.0.2.2"] {
            let reply = stranger
                .request(
                    "POST",
                    "/api/v1/session",
                    Some(body.clone()),
                    &[("x-forwarded-for", client)],
                )
                .await;
            last = reply.status;
        }
        assert_eq!(last, expected, "trusting: {trusts}");
    }
}

#[tokio::test]
async fn messages_knocks_and_visitors_are_limited_each_for_themselves() {
    let house = limited(|limits| {
        limits.messages_per_minute = 2;
        limits.knocks_per_minute = 1;
        limits.visitors_per_minute = 4;
    })
    .await;
    let dana = house.dana().await;
    let michael = house.michael(&dana).await;
    let (sam, ida) = (
        house.visitor("Sam", &michael).await,
        house.visitor("Ida", &michael).await,
    );
    let (of_sam, of_ida) = (sam.starts(&michael).await, ida.starts(&michael).await);
    is_too_often(
        house
            .stranger()
            .post("/visitors", json!({"persona_id": michael}))
            .await,
    );

    let mut live = sam.enters(&of_sam).await;
    live.says("one").await;
    live.says("two").await;
    let frame = json!({"type": "post", "id": "three", "text": "three"});
    live.sends(&frame.to_string()).await;
    let refused = live
        .until("a refusal", |live| live.refusals.first().cloned())
        .await;
    assert_eq!(refused["id"], "three");
    assert_eq!(refused["problem"]["code"], "too_many_requests");
    assert!(refused["problem"]["retry_after"].as_u64().unwrap() > 0);
    let path = format!("/conversations/{of_sam}/messages");
    is_too_often(sam.post(&path, json!({"id": "four", "text": "four"})).await);
    let mut other = ida.enters(&of_ida).await;
    other.says("Ida is not slowed down").await;

    let priya = house.priya().await;
    priya.knocks(&of_sam).await;
    is_too_often(
        priya
            .post(&format!("/conversations/{of_sam}/knocks"), json!({}))
            .await,
    );
}

#[tokio::test]
async fn tokens_for_the_media_server_are_not_given_without_end() {
    let house = limited(|limits| limits.media_tokens_per_minute = 2).await;
    let michael = house.michael(&house.dana().await).await;
    let sam = house.visitor("Sam", &michael).await;
    let conversation = sam.starts(&michael).await;
    let _here = sam.enters(&conversation).await;
    for what in ["media-token", "media-check"] {
        sam.post(&format!("/conversations/{conversation}/{what}"), json!({}))
            .await
            .ok();
    }
    for path in [
        format!("/conversations/{conversation}/media-token"),
        format!("/public/personas/{michael}/media-check"),
    ] {
        is_too_often(sam.post(&path, json!({})).await);
    }
}

#[tokio::test]
async fn one_person_connects_to_a_conversation_so_many_times_and_others_all_the_same() {
    let house = House::furnished().await;
    let michael = house.michael(&house.dana().await).await;
    let sam = house.visitor("Sam", &michael).await;
    let conversation = sam.starts(&michael).await;
    let mut tabs = Vec::new();
    for _ in 0..32 {
        tabs.push(sam.enters(&conversation).await);
    }
    let mut one_more = Live::silent(&sam).await;
    one_more
        .hello(&sam, json!({"conversation_id": conversation}))
        .await;
    let refused = one_more
        .until("a refusal", |live| live.refusals.first().cloned())
        .await;
    assert_eq!(refused["problem"]["code"], "too_many_connections");
    let priya = house.priya().await;
    let knock = priya.knocks(&conversation).await;
    let _at_the_door = priya
        .waits(&conversation, knock["request_id"].as_u64().unwrap())
        .await;
    tabs[0].says("the others go on").await;
}
