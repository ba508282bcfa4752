//! What goes over the wire to whom.

use crate::support::{House, Live, Person, token_in};
use serde_json::json;

/// A conversation with everybody in it.
struct Full {
    house: House,
    dana: Person,
    lee: Person,
    conversation: String,
    invitation_token: String,
    sam_live: Live,
    dana_live: Live,
    priya_live: Live,
    lee_live: Live,
    priya: Person,
    sam: Person,
}

async fn full() -> Full {
    let house = House::furnished().await;
    let (dana, priya) = (house.dana().await, house.priya().await);
    let michael = house.michael(&dana).await;
    let sam = house.visitor("Sam", &michael).await;
    let conversation = sam.starts(&michael).await;
    let mut sam_live = sam.enters(&conversation).await;
    let dana_live = dana.is_let_in_by(&mut sam_live, &conversation).await;
    let priya_live = priya.is_let_in_by(&mut sam_live, &conversation).await;
    sam_live
        .does(json!({"do": "invite_guest", "email": "lee@guests.example"}))
        .await;
    let mail = dana.finds_mail("lee@guests.example", "").await;
    let invitation_token = token_in(&mail, "/g#");
    let mut lee = house.stranger();
    lee.name = "Lee".into();
    let body = json!({"token": invitation_token, "name": "Lee"});
    let knock = lee.post("/guest-invitations/knock", body).await.ok();
    lee.bearer = knock["guest_token"].as_str().map(str::to_owned);
    let request_id = knock["request_id"].as_u64().unwrap();
    sam_live.sees_knock(request_id).await;
    sam_live.lets_in(request_id, "from_join").await;
    lee.joins(&conversation, request_id).await;
    let lee_live = lee.enters(&conversation).await;
    Full {
        house,
        dana,
        lee,
        conversation,
        invitation_token,
        sam_live,
        dana_live,
        priya_live,
        lee_live,
        priya,
        sam,
    }
}

#[tokio::test]
async fn a_whisper_reaches_staff_and_no_visitor_or_guest_in_any_frame() {
    let mut all = full().await;
    let whisper = all.dana_live.whispers("Offer them the badger rate.").await;
    all.priya_live.sees_message("badger").await;
    all.dana_live.says("Of course.").await;
    all.sam_live.sees_message("Of course.").await;
    all.lee_live.sees_message("Of course.").await;
    for live in [&all.sam_live, &all.lee_live] {
        assert!(!live.heard("badger"), "{} saw a whisper", live.name);
        assert!(
            !live.seqs().contains(&whisper),
            "{} saw that there was one",
            live.name
        );
    }

    // Nor on a page that is opened later, nor by the API.
    let again = all.sam.enters(&all.conversation).await;
    assert!(!again.heard("badger"));
    for person in [&all.sam, &all.lee] {
        for path in ["events?limit=200", "events?before=9999"] {
            let path = format!("/conversations/{}/{path}", all.conversation);
            let events = person.get(&path).await.ok();
            assert!(!events.to_string().contains("badger"), "{}", person.name);
        }
        let citation = format!(
            "/passages?conversation_id={}&seq={whisper}&index=0",
            all.conversation
        );
        person.get(&citation).await.refused(404, "not_found");
    }
    let summaries = all.sam.get("/visitors/me/conversations").await.ok();
    assert!(!summaries.to_string().contains("badger"), "{summaries}");
}

#[tokio::test]
async fn a_visitor_cannot_whisper() {
    let mut all = full().await;
    let frame = json!({"type": "post", "id": "w", "text": "psst", "audience": "staff"});
    all.sam_live.sends(&frame.to_string()).await;
    let code = all
        .sam_live
        .until("a refusal", |live| {
            let refused = live.refusals.first()?;
            Some(refused["problem"]["code"].clone())
        })
        .await;
    assert_eq!(code, "not_allowed");
}

#[tokio::test]
async fn a_guests_address_is_not_shown_to_other_outsiders() {
    let mut all = full().await;
    all.dana_live.says("Hello everybody.").await;
    all.lee_live.sees_message("Hello everybody.").await;
    let path = format!("/conversations/{}/events?limit=200", all.conversation);
    let events = all.dana.get(&path).await.ok();
    assert!(
        events.to_string().contains("lee@guests.example"),
        "staff know whom they talk to"
    );
    // Another guest.
    all.dana_live
        .does(json!({"do": "invite_guest", "email": "mia@guests.example"}))
        .await;
    let mail = all.dana.finds_mail("mia@guests.example", "").await;
    let mut mia = all.house.stranger();
    let body = json!({"token": token_in(&mail, "/g#"), "name": "Mia"});
    let knock = mia.post("/guest-invitations/knock", body).await.ok();
    mia.bearer = knock["guest_token"].as_str().map(str::to_owned);
    let request_id = knock["request_id"].as_u64().unwrap();
    all.sam_live.sees_knock(request_id).await;
    assert!(
        !all.lee_live.heard("mia@guests.example"),
        "a guest does not decide knocks and is not shown them"
    );
    all.sam_live.lets_in(request_id, "all").await;
    mia.joins(&all.conversation, request_id).await;
    let mia_live = mia.enters(&all.conversation).await;
    assert!(!mia_live.heard("lee@guests.example"));
}

#[tokio::test]
async fn who_knocks_or_has_no_business_here_gets_nothing_of_the_conversation() {
    let mut all = full().await;
    let nils = all.house.nils().await;
    let request_id = all_knock(&nils, &all.conversation).await;
    let mut outside = nils.waits(&all.conversation, request_id).await;
    all.sam_live.sees_knock(request_id).await;
    all.sam_live.says("The password is walrus.").await;
    all.dana_live.sees_message("walrus").await;

    for path in ["", "/events", "/export.json", "/export.txt"] {
        let path = format!("/conversations/{}{path}", all.conversation);
        nils.get(&path).await.refused(404, "not_found");
        all.house
            .stranger()
            .get(&path)
            .await
            .refused(401, "signed_out");
    }
    let path = format!("/conversations/{}/messages", all.conversation);
    nils.post(&path, json!({"id": "1", "text": "let me speak"}))
        .await
        .refused(403, "not_inside");
    // A participant's hello from somebody who only knocked.
    let mut pushy = Live::silent(&nils).await;
    pushy
        .hello(&nils, json!({"conversation_id": all.conversation}))
        .await;
    pushy.until_closed().await;
    assert_eq!(pushy.refusals[0]["problem"]["code"], "not_found");
    // Somebody else's knock.
    let mut other = Live::silent(&all.lee).await;
    other
        .hello(
            &Person::new("A stranger", all.house.address),
            json!({"conversation_id": all.conversation, "request_id": request_id}),
        )
        .await;
    other.until_closed().await;
    assert!(other.raw.iter().all(|frame| !frame.contains("waiting")));

    all.sam_live.lets_in(request_id, "from_join").await;
    outside.waiting_is("admitted").await;
    for live in [&outside, &pushy, &other] {
        assert!(!live.heard("walrus") && live.events.is_empty());
        assert!(!live.heard("Sam"), "not even who is inside");
    }
}

async fn all_knock(person: &Person, conversation: &str) -> u64 {
    person.knocks(conversation).await["request_id"]
        .as_u64()
        .unwrap()
}

#[tokio::test]
async fn a_removed_guest_is_told_goodbye_and_the_link_is_dead() {
    let mut all = full().await;
    let guest_id = all.lee_live.view["you"]["participant_id"].clone();
    all.dana_live
        .does(json!({"do": "remove", "participant_id": guest_id}))
        .await;
    all.lee_live.until_closed().await;
    assert_eq!(all.lee_live.bye.as_deref(), Some("removed"));
    all.dana_live.says("The plan is ibex.").await;
    all.sam_live.sees_message("ibex").await;
    assert!(!all.lee_live.heard("ibex"));

    let reply = all
        .lee
        .post(
            "/guest-invitations/knock",
            json!({"token": all.invitation_token, "name": "Lee"}),
        )
        .await;
    assert!(
        [403, 410].contains(&reply.status),
        "{}: {}",
        reply.status,
        reply.text
    );
    let mut back = Live::silent(&all.lee).await;
    back.hello(&all.lee, json!({"conversation_id": all.conversation}))
        .await;
    back.until_closed().await;
    assert!(back.bye.is_none() && back.events.is_empty());
    let events = format!("/conversations/{}/events", all.conversation);
    all.lee.get(&events).await.refused(404, "not_found");
}

#[tokio::test]
async fn a_removed_colleague_reads_nothing_more() {
    let mut all = full().await;
    let colleague_id = all.priya_live.view["you"]["participant_id"].clone();
    all.dana_live
        .does(json!({"do": "remove", "participant_id": colleague_id}))
        .await;
    all.priya_live.until_closed().await;
    assert_eq!(all.priya_live.bye.as_deref(), Some("removed"));
    for path in ["", "/events", "/export.txt"] {
        let path = format!("/conversations/{}{path}", all.conversation);
        all.priya.get(&path).await.refused(404, "not_found");
    }
    all.priya
        .post(
            &format!("/conversations/{}/knocks", all.conversation),
            json!({}),
        )
        .await
        .refused(403, "removed");
}

#[tokio::test]
async fn a_colleague_let_in_without_the_past_never_reads_it_and_nothing_once_they_left() {
    let mut all = full().await;
    all.sam_live.says("The old story is lynx.").await;
    let nils = all.house.nils().await;
    let request_id = all_knock(&nils, &all.conversation).await;
    all.sam_live.sees_knock(request_id).await;
    all.sam_live.lets_in(request_id, "from_join").await;
    nils.joins(&all.conversation, request_id).await;
    let mut nils_live = nils.enters(&all.conversation).await;
    all.sam_live.says("The new story is marten.").await;
    nils_live.sees_message("marten").await;
    nils_live.does(json!({"do": "leave"})).await;
    nils_live.until_closed().await;
    assert_eq!(nils_live.bye.as_deref(), Some("left"));
    assert!(!nils_live.heard("lynx"));
    for path in ["", "/events", "/export.txt"] {
        let path = format!("/conversations/{}{path}", all.conversation);
        nils.get(&path).await.refused(404, "not_found");
    }
    let listed = nils.get("/conversations").await.ok();
    assert_eq!(listed["conversations"], json!([]), "nor its last words");
}

#[tokio::test]
async fn a_guest_whose_invitation_is_revoked_while_they_are_gone_reads_and_writes_nothing_more() {
    let mut all = full().await;
    let guest_id = all.lee_live.view["you"]["participant_id"].clone();
    let invitation_id = all.sam_live.view["invitations"][0]["invitation_id"].clone();
    drop(all.lee_live);
    all.sam_live
        .sees_event("participant_dropped", |event| {
            event["participant_id"] == guest_id
        })
        .await;
    let events = format!("/conversations/{}/events", all.conversation);
    all.lee.get(&events).await.ok();
    all.sam_live
        .does(json!({"do": "revoke_invitation", "invitation_id": invitation_id}))
        .await;
    all.lee.get(&events).await.refused(404, "not_found");
    let messages = format!("/conversations/{}/messages", all.conversation);
    all.lee
        .post(&messages, json!({"id": "1", "text": "still here"}))
        .await
        .refused(403, "not_inside");
    let mut back = Live::silent(&all.lee).await;
    back.hello(&all.lee, json!({"conversation_id": all.conversation}))
        .await;
    back.until_closed().await;
    assert_eq!(back.refusals[0]["problem"]["code"], "invitation_revoked");
}

#[tokio::test]
async fn a_question_that_was_taken_back_leaves_the_inbox() {
    let house = House::furnished().await;
    let dana = house.dana().await;
    let michael = house.michael(&dana).await;
    let sam = house.visitor("Sam", &michael).await;
    let conversation = sam.starts(&michael).await;
    let mut live = sam.enters(&conversation).await;
    let question = live.says("Why did the walrus leave my garden?").await;
    live.sees_event("handoff_raised", |_| true).await;
    let listed = dana.get("/handoffs").await.ok().to_string();
    assert!(listed.contains("walrus"), "{listed}");
    live.does(json!({"do": "retract_message", "message_id": question}))
        .await;
    let listed = dana.get("/handoffs").await.ok().to_string();
    assert!(!listed.contains("walrus"), "{listed}");
}

#[tokio::test]
async fn the_owner_ends_from_the_dashboard_what_they_are_not_inside_of() {
    let house = House::furnished().await;
    let (dana, nils) = (house.dana().await, house.nils().await);
    let michael = house.michael(&dana).await;
    let sam = house.visitor("Sam", &michael).await;
    let conversation = sam.starts(&michael).await;
    let commands = format!("/conversations/{conversation}/commands");
    let end = json!({"command": {"do": "end_conversation"}});
    nils.post(&commands, end.clone())
        .await
        .refused(403, "not_inside");
    dana.post(&commands, end.clone()).await.ok();
    dana.post(&commands, end).await.ok();
    let read = sam
        .get(&format!("/conversations/{conversation}"))
        .await
        .ok();
    assert_eq!(read["view"]["open"], false, "{read}");
}
