//! Nothing crosses workspaces.

use crate::support::{House, Live, Person};
use serde_json::{Value, json};
use trialogue_storage::UserRole;

async fn rival(house: &House) -> Person {
    let workspace = house.workspace("Southdark").await;
    let roles = vec![UserRole::Admin, UserRole::Owner, UserRole::Supervisor];
    house
        .user(workspace, "Rex Rival", "rex@southdark.example", roles)
        .await;
    house.signed_in("Rex Rival", "rex@southdark.example").await
}

#[tokio::test]
async fn for_an_admin_of_another_workspace_nothing_here_exists() {
    let house = House::furnished().await;
    let dana = house.dana().await;
    let michael = house.michael(&dana).await;
    let source = dana
        .post(
            &format!("/personas/{michael}/sources/text"),
            json!({"title": "Plans", "text": "Secret plans."}),
        )
        .await
        .ok();
    let source = source["id"].as_str().unwrap();
    let sam = house.visitor("Sam", &michael).await;
    let conversation = sam.starts(&michael).await;
    let mut sam_live = sam.enters(&conversation).await;
    sam_live
        .says("Do you know how to repair a carburettor?")
        .await;
    let raised = sam_live.sees_event("handoff_raised", |_| true).await;
    let handoff = raised["seq"].as_u64().unwrap();
    let mail = dana.finds_mail("dana@northlight.example", "").await;
    let mail = mail["id"].as_str().unwrap();
    let questions = dana
        .get(&format!("/personas/{michael}/questions"))
        .await
        .ok();
    let question = questions["questions"][0]["id"].as_str().unwrap();
    let users = dana.get("/users").await.ok();
    let user = users["users"][0]["id"].as_str().unwrap();

    let rex = rival(&house).await;
    for path in [
        format!("/personas/{michael}"),
        format!("/personas/{michael}/sources"),
        format!("/personas/{michael}/questions"),
        format!("/sources/{source}/content"),
        format!("/mails/{mail}"),
        format!("/conversations/{conversation}"),
        format!("/conversations/{conversation}/events"),
        format!("/conversations/{conversation}/export.json"),
        format!("/conversations/{conversation}/door"),
        format!("/passages?conversation_id={conversation}&seq=1&index=0"),
    ] {
        rex.get(&path).await.refused(404, "not_found");
    }
    let acts: [(&str, String, Value); 13] = [
        (
            "PATCH",
            format!("/personas/{michael}"),
            json!({"name": "Mine"}),
        ),
        (
            "POST",
            format!("/personas/{michael}/try"),
            json!({"turns": ["hi"]}),
        ),
        (
            "POST",
            format!("/personas/{michael}/sources/text"),
            json!({"title": "a", "text": "b"}),
        ),
        (
            "POST",
            format!("/personas/{michael}/questions"),
            json!({"question": "a", "answer": "b"}),
        ),
        (
            "PATCH",
            format!("/questions/{question}"),
            json!({"answer": "b"}),
        ),
        ("POST", format!("/sources/{source}/reindex"), json!({})),
        ("PATCH", format!("/users/{user}"), json!({"disabled": true})),
        (
            "POST",
            format!("/conversations/{conversation}/knocks"),
            json!({}),
        ),
        (
            "POST",
            format!("/conversations/{conversation}/messages"),
            json!({"id": "1", "text": "hi"}),
        ),
        (
            "POST",
            format!("/conversations/{conversation}/commands"),
            json!({"command": {"do": "end_conversation"}}),
        ),
        (
            "POST",
            format!("/conversations/{conversation}/handoffs/{handoff}/take"),
            json!({}),
        ),
        (
            "POST",
            format!("/conversations/{conversation}/handoffs/{handoff}/open"),
            json!({}),
        ),
        (
            "POST",
            format!("/conversations/{conversation}/handoffs/{handoff}/answer"),
            json!({"answer": "no"}),
        ),
    ];
    for (method, path, body) in acts {
        let reply = rex
            .request(method, &format!("/api/v1{path}"), Some(body), &[])
            .await;
        assert_eq!(reply.status, 404, "{method} {path}: {}", reply.text);
    }
    for path in [
        format!("/personas/{michael}"),
        format!("/sources/{source}"),
        format!("/questions/{question}"),
    ] {
        rex.delete(&path).await.refused(404, "not_found");
    }
    for (path, list) in [
        ("/personas", "personas"),
        ("/conversations", "conversations"),
        ("/handoffs", "handoffs"),
        ("/mails", "mails"),
    ] {
        assert_eq!(rex.get(path).await.ok()[list], json!([]), "{path}");
    }
    let mut socket = Live::silent(&rex).await;
    socket
        .hello(&rex, json!({"conversation_id": conversation}))
        .await;
    socket.until_closed().await;
    assert_eq!(socket.refusals[0]["problem"]["code"], "not_found");
    assert_eq!(
        dana.get(&format!("/personas/{michael}")).await.ok()["name"],
        "Michael",
        "and nothing happened"
    );
}

#[tokio::test]
async fn a_visitor_knows_their_own_conversations_only() {
    let house = House::furnished().await;
    let dana = house.dana().await;
    let michael = house.michael(&dana).await;
    let (sam, ida) = (
        house.visitor("Sam", &michael).await,
        house.visitor("Ida", &michael).await,
    );
    let conversation = sam.starts(&michael).await;
    for path in ["", "/events", "/export.txt"] {
        let path = format!("/conversations/{conversation}{path}");
        ida.get(&path).await.refused(404, "not_found");
    }
    assert_eq!(
        ida.get("/visitors/me/conversations").await.ok()["conversations"],
        json!([])
    );
    let continues = json!({"persona_id": michael, "continues": conversation});
    ida.post("/conversations", continues)
        .await
        .refused(404, "not_found");
    let listed = sam.get("/visitors/me/conversations").await.ok();
    assert_eq!(listed["conversations"][0]["conversation_id"], conversation);
    // A visitor's token is no dashboard.
    for path in [
        "/personas",
        "/conversations",
        "/mails",
        "/users",
        "/handoffs",
    ] {
        sam.get(path).await.refused(401, "signed_out");
    }
}

#[tokio::test]
async fn colleagues_find_no_conversation_and_no_mail_that_does_not_concern_them() {
    let house = House::furnished().await;
    let (dana, priya) = (house.dana().await, house.priya().await);
    let michael = house.michael(&dana).await;
    let sam = house.visitor("Sam", &michael).await;
    let conversation = sam.starts(&michael).await;
    sam.enters(&conversation)
        .await
        .does(json!({"do": "invite_guest", "email": "lee@guests.example"}))
        .await;
    let mail = dana.finds_mail("lee@guests.example", "").await;
    let mail = mail["id"].as_str().unwrap();
    priya
        .get(&format!("/mails/{mail}"))
        .await
        .refused(404, "not_found");
    assert_eq!(priya.get("/mails").await.ok()["mails"], json!([]));
    assert_eq!(
        priya.get("/conversations").await.ok()["conversations"],
        json!([])
    );
    priya
        .get(&format!("/conversations/{conversation}"))
        .await
        .refused(404, "not_found");
    dana.get(&format!("/conversations/{conversation}"))
        .await
        .ok();
}
