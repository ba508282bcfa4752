//! The main job over sockets: a visitor, the persona, its owner, a colleague by URL, a guest by e-mail.

use crate::support::{ANSWER, House, QUESTION, token_in};
use serde_json::{Value, json};

const PRACTICAL: &str = include_str!("../../demo/northlight-practical.md");
const UNKNOWN: &str = "Do you know how to repair a carburettor?";

#[tokio::test]
async fn the_owner_is_called_in_leads_and_the_persona_steps_back() {
    let house = House::furnished().await;
    let dana = house.dana().await;
    let michael = house.michael(&dana).await;
    let source = json!({"title": "Practical information", "text": PRACTICAL});
    dana.post(&format!("/personas/{michael}/sources/text"), source)
        .await
        .ok();
    dana.waits_for_sources(&michael).await;

    // The persona greets, and answers from its sources.
    let sam = house.visitor("Sam", &michael).await;
    let conversation = sam.starts(&michael).await;
    let mut sam_live = sam.enters(&conversation).await;
    let greeting = sam_live.sees_message("Hello, I am Michael").await;
    assert_eq!(greeting["event"]["provenance"]["kind"], "ai");
    sam_live.says("Is there parking at the venue?").await;
    let answer = sam_live
        .sees_message("There is no parking at the venue.")
        .await;
    assert_eq!(answer["event"]["provenance"]["kind"], "ai");
    let citation = &answer["event"]["citations"][0];
    assert_eq!(citation["source_title"], "Practical information");
    let seq = answer["seq"].as_u64().unwrap();
    let passage = sam
        .get(&format!(
            "/passages?conversation_id={conversation}&seq={seq}&index=0"
        ))
        .await
        .ok();
    assert_eq!(passage["text"], citation["text"]);
    assert!(
        PRACTICAL.contains(passage["text"].as_str().unwrap()),
        "quoted, not invented: {passage}"
    );

    // What it does not know goes to its owner, by mail.
    sam_live.says(UNKNOWN).await;
    sam_live.sees_event("handoff_raised", |_| true).await;
    let mail = dana.finds_mail("dana@northlight.example", "").await;
    assert!(mail["text"].as_str().unwrap().contains(UNKNOWN), "{mail}");
    sam_live
        .sees("that Dana was told", |view| {
            view["handoff"]["chain"][0]["notified_at"].is_number()
                || view["handoff"]["state"]["kind"] == "notified"
        })
        .await;
    let token = token_in(&mail, "?handoff=");

    // Opening the link does nothing; knocking does.
    let page = format!("/c/{conversation}?handoff={token}");
    house.stranger().request("GET", &page, None, &[]).await;
    let knock = dana
        .post(
            &format!("/conversations/{conversation}/knocks"),
            json!({"handoff": token}),
        )
        .await
        .ok();
    let request_id = knock["request_id"].as_u64().unwrap();
    assert_eq!(knock["waiting"]["state"]["kind"], "asked");
    let mut outside = dana.waits(&conversation, request_id).await;
    let card = sam_live.sees_knock(request_id).await;
    assert_eq!(
        card["text"],
        "Dana Weber would like to join this conversation. You can allow them to join by clicking the button below."
    );
    assert_eq!(card["admit_label"], "Let the user in");
    assert_eq!(
        card["verified"],
        "signed in to this workspace, owner of Michael"
    );

    // Let in, she joins and reads what was said.
    sam_live.lets_in(request_id, "all").await;
    outside.waiting_is("admitted").await;
    assert!(
        !outside.heard("carburettor") && !outside.heard("parking"),
        "nothing of the conversation reaches the waiting room"
    );
    dana.joins(&conversation, request_id).await;
    outside.waiting_is("joined").await;
    let mut dana_live = dana.enters(&conversation).await;
    assert!(
        dana_live.message(UNKNOWN).is_some()
            && dana_live
                .message("There is no parking at the venue.")
                .is_some(),
        "the welcome holds the history"
    );
    assert_eq!(dana_live.view["you"]["role"], "owner");
    assert!(
        dana_live.view["handoff"]["brief"]["open_question"]
            .as_str()
            .unwrap()
            .contains("carburettor"),
        "{}",
        dana_live.view["handoff"]
    );

    // The persona steps back, is silent, and answers when named.
    sam_live
        .sees("that the persona stepped back", |view| {
            view["floor"]["persona_stepped_back"] == true
        })
        .await;
    let before = sam_live.last_seq();
    dana_live.says("Hello Sam, I can help with that.").await;
    let thanks = sam_live.says("Thank you, that is kind.").await;
    dana_live
        .sees_event("floor_decided", |event| {
            event["message_id"] == thanks && event["speaks"] == false
        })
        .await;
    dana_live.says(&format!("Hey Michael, {QUESTION}")).await;
    sam_live.sees_message(ANSWER).await;
    let spoken: Vec<&Value> = sam_live
        .messages()
        .filter(|said| said["seq"].as_u64().unwrap() > before)
        .filter(|said| said["event"]["provenance"]["kind"] == "ai")
        .collect();
    assert_eq!(spoken.len(), 1, "it spoke once, when named: {spoken:#?}");
    assert!(
        !sam_live
            .events
            .iter()
            .any(|recorded| recorded["event"]["type"] == "floor_decided"),
        "reasons are for staff"
    );
}

#[tokio::test]
async fn a_colleague_comes_by_url_and_a_guest_by_mail_and_sees_only_what_follows() {
    let house = House::furnished().await;
    let (dana, priya) = (house.dana().await, house.priya().await);
    let michael = house.michael(&dana).await;
    let sam = house.visitor("Sam", &michael).await;
    let conversation = sam.starts(&michael).await;
    let mut sam_live = sam.enters(&conversation).await;
    sam_live.says("The first secret is an otter.").await;

    // By URL: the door tells a signed-in colleague what awaits, and a stranger nothing.
    let door = format!("/conversations/{conversation}/door");
    house.stranger().get(&door).await.refused(401, "signed_out");
    assert_eq!(priya.get(&door).await.ok()["role"], "colleague");
    let mut priya_live = priya.is_let_in_by(&mut sam_live, &conversation).await;
    assert!(
        priya_live.message("otter").is_some(),
        "a colleague was given the whole history"
    );

    // By mail: the visitor invites, the mail's link lets knock.
    sam_live
        .does(json!({"do": "invite_guest", "email": "lee@guests.example", "note": "knows otters"}))
        .await;
    let mail = dana.finds_mail("lee@guests.example", "").await;
    let token = token_in(&mail, "/g#");
    let mut lee = house.stranger();
    lee.name = "Lee".into();
    for _ in 0..2 {
        let peeked = lee
            .post("/guest-invitations/peek", json!({"token": token}))
            .await
            .ok();
        assert_eq!(
            (&peeked["state"], &peeked["note"], &peeked["invited_by"]),
            (&json!("open"), &json!("knows otters"), &json!("Sam"))
        );
    }
    assert_eq!(
        sam_live.view["knocks"],
        json!([]),
        "looking at the link is no knock"
    );
    let knock = lee
        .post(
            "/guest-invitations/knock",
            json!({"token": token, "name": "Lee"}),
        )
        .await
        .ok();
    lee.bearer = knock["guest_token"].as_str().map(str::to_owned);
    let request_id = knock["request_id"].as_u64().unwrap();
    let card = sam_live.sees_knock(request_id).await;
    assert_eq!(
        card["text"],
        "Your invited guest (lee@guests.example) would like to join this conversation. You can allow them to join by clicking the button below."
    );
    assert_eq!(card["admit_label"], "Let the guest in");

    // Outside, a guest's token opens nothing but their own knock.
    lee.get(&format!("/conversations/{conversation}"))
        .await
        .refused(404, "not_found");
    lee.get(&format!("/conversations/{conversation}/events"))
        .await
        .refused(404, "not_found");
    let mut outside = lee.waits(&conversation, request_id).await;
    sam_live.says("The second secret is a heron.").await;
    sam_live.lets_in(request_id, "from_join").await;
    outside.waiting_is("admitted").await;
    lee.joins(&conversation, request_id).await;
    let mut lee_live = lee.enters(&conversation).await;
    priya_live.says("Welcome, Lee.").await;
    lee_live.sees_message("Welcome, Lee.").await;
    for words in ["otter.", "heron"] {
        assert!(
            !lee_live.heard(words) && !outside.heard(words),
            "{words} was said before Lee joined"
        );
    }
    let events = lee
        .get(&format!("/conversations/{conversation}/events?limit=200"))
        .await
        .ok();
    assert!(
        !events.to_string().contains("heron"),
        "nor by the API: {events}"
    );

    // Until a host shares the rest.
    let guest_id = lee_live.view["you"]["participant_id"].clone();
    sam_live
        .does(json!({"do": "share_history", "participant_id": guest_id}))
        .await;
    lee_live
        .sees_event("history_shared", |event| {
            event["participant_id"] == guest_id
        })
        .await;
    // The page learns from its view that there is more to fetch.
    assert_eq!(lee_live.view["you"]["sees_from"], 1);
    let events = lee
        .get(&format!("/conversations/{conversation}/events?limit=200"))
        .await
        .ok();
    assert!(events.to_string().contains("heron"), "{events}");
}

#[tokio::test]
async fn a_declined_knock_is_told_so_and_cools_down() {
    let house = House::furnished().await;
    let (dana, priya) = (house.dana().await, house.priya().await);
    let michael = house.michael(&dana).await;
    let sam = house.visitor("Sam", &michael).await;
    let conversation = sam.starts(&michael).await;
    let mut sam_live = sam.enters(&conversation).await;
    let request_id = priya.knocks(&conversation).await["request_id"]
        .as_u64()
        .unwrap();
    assert_eq!(
        priya.knocks(&conversation).await["request_id"],
        request_id,
        "knocking twice is one knock"
    );
    let mut outside = priya.waits(&conversation, request_id).await;
    sam_live.sees_knock(request_id).await;
    sam_live
        .does(json!({"do": "decline", "request_id": request_id}))
        .await;
    let told = outside.waiting_is("declined").await;
    assert!(told["state"]["may_knock_again_at"].is_number(), "{told}");
    let reply = priya
        .post(&format!("/conversations/{conversation}/knocks"), json!({}))
        .await;
    let retry_after: u32 = reply.header("retry-after").parse().unwrap();
    assert!((1..=61).contains(&retry_after), "{retry_after}");
    reply.refused(429, "cooling_down");
}

#[tokio::test]
async fn while_no_host_is_connected_the_owner_enters_and_a_colleague_waits() {
    let house = House::furnished().await;
    let (dana, priya) = (house.dana().await, house.priya().await);
    let michael = house.michael(&dana).await;
    let sam = house.visitor("Sam", &michael).await;
    let conversation = sam.starts(&michael).await;
    drop(sam.enters(&conversation).await);
    let mut watching = priya
        .waits(
            &conversation,
            priya.knocks(&conversation).await["request_id"]
                .as_u64()
                .unwrap(),
        )
        .await;
    watching.waiting_is("nobody_there").await;
    let knock = dana.knocks(&conversation).await;
    assert!(knock["participant_id"].is_number(), "{knock}");
    watching.waiting_is("asked").await;
    let mut sam_live = sam.enters(&conversation).await;
    sam_live
        .until("that Dana's entering was announced", |live| {
            live.messages()
                .any(|said| said["event"]["notice"]["kind"] == "owner_entered_alone")
                .then_some(())
        })
        .await;
}
