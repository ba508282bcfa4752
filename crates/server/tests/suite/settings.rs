//! A persona's switches reach open pages and close open doors.

use crate::support::{Damage, House, Opening, token_in};
use serde_json::json;

#[tokio::test]
async fn switching_in_call_users_off_closes_every_door_at_once_and_those_inside_stay() {
    let house = House::furnished().await;
    let (dana, priya, nils) = (house.dana().await, house.priya().await, house.nils().await);
    let michael = house.michael(&dana).await;
    let sam = house.visitor("Sam", &michael).await;
    let conversation = sam.starts(&michael).await;
    let mut sam_live = sam.enters(&conversation).await;
    let mut priya_live = priya.is_let_in_by(&mut sam_live, &conversation).await;
    sam_live
        .does(json!({"do": "invite_guest", "email": "lee@guests.example"}))
        .await;
    let token = token_in(&dana.finds_mail("lee@guests.example", "").await, "/g#");
    let request_id = nils.knocks(&conversation).await["request_id"]
        .as_u64()
        .unwrap();
    let mut outside = nils.waits(&conversation, request_id).await;
    sam_live.sees_knock(request_id).await;
    assert!(
        sam_live.view["you"]["allowed"]
            .as_array()
            .unwrap()
            .contains(&json!("add_guest_by_email"))
    );

    dana.patch(
        &format!("/personas/{michael}"),
        json!({"in_call_users": false}),
    )
    .await
    .ok();
    let view = sam_live
        .sees("the switch", |view| {
            view["settings"]["in_call_users"] == false
        })
        .await;
    let allowed = view["you"]["allowed"].as_array().unwrap();
    for hidden in ["add_guest_by_email", "copy_conversation_url"] {
        assert!(
            !allowed.contains(&json!(hidden)),
            "{hidden} is still offered"
        );
    }
    assert_eq!(view["knocks"], json!([]));
    outside.waiting_is("revoked").await;
    priya_live
        .sees("the switch", |view| {
            view["settings"]["in_call_users"] == false
        })
        .await;
    priya_live.says("I am still here.").await;
    sam_live.sees_message("I am still here.").await;

    // The API refuses what the page does not show.
    nils.post(&format!("/conversations/{conversation}/knocks"), json!({}))
        .await
        .refused(403, "in_call_users_off");
    let invite = json!({"do": "invite_guest", "email": "mia@guests.example"});
    let problem = sam_live.tries(invite).await.unwrap_err();
    assert_eq!(problem["status"], 403, "{problem}");
    let lee = house.stranger();
    let peeked = lee
        .post("/guest-invitations/peek", json!({"token": token}))
        .await
        .ok();
    assert_eq!(peeked["state"], "revoked");
    let knock = lee
        .post(
            "/guest-invitations/knock",
            json!({"token": token, "name": "Lee"}),
        )
        .await;
    assert!([403, 410].contains(&knock.status), "{}", knock.text);
}

#[tokio::test]
async fn a_new_name_and_no_video_reach_open_pages() {
    let house = House::furnished().await;
    let dana = house.dana().await;
    let michael = house.michael(&dana).await;
    let sam = house.visitor("Sam", &michael).await;
    let conversation = sam.starts(&michael).await;
    let mut sam_live = sam.enters(&conversation).await;
    let change = json!({"name": "Mikaela", "disable_video": true, "confidence_threshold": 90, "handoff_topics": ["refunds"]});
    dana.patch(&format!("/personas/{michael}"), change)
        .await
        .ok();
    let view = sam_live
        .sees("the new name", |view| view["persona"]["name"] == "Mikaela")
        .await;
    assert_eq!(view["settings"]["disable_video"], true);
    assert!(
        !sam_live.heard("refunds"),
        "what the owner wants handed off is the owner's own matter"
    );
}

#[tokio::test]
async fn two_editors_do_not_overwrite_each_other() {
    let house = House::furnished().await;
    let dana = house.dana().await;
    let michael = house.michael(&dana).await;
    let path = format!("/personas/{michael}");
    let version = dana.get(&path).await.ok()["version"].clone();
    dana.patch(&path, json!({"greeting": "Hi!", "version": version}))
        .await
        .ok();
    dana.patch(&path, json!({"greeting": "Ho!", "version": version}))
        .await
        .refused(409, "changed_meanwhile");
    assert_eq!(dana.get(&path).await.ok()["greeting"], "Hi!");
    house
        .priya()
        .await
        .patch(&path, json!({"greeting": "Ha!"}))
        .await
        .refused(403, "forbidden");
}

#[tokio::test]
async fn a_change_reaches_every_conversation_whatever_is_wrong_with_another() {
    let house = House::furnished().await;
    let dana = house.dana().await;
    let michael = house.michael(&dana).await;
    let mut visitors = Vec::new();
    for name in ["Ada", "Ben", "Cleo", "Dov"] {
        let visitor = house.visitor(name, &michael).await;
        let conversation = visitor.starts(&michael).await;
        visitors.push((visitor, conversation));
    }
    let (ada, adas) = &visitors[0];
    ada.enters(adas)
        .await
        .does(json!({"do": "end_conversation"}))
        .await;
    let bytes = |conversation: &str| format!("x'{}'", conversation.replace('-', ""));
    let damage = Damage::to(&house);
    // One has ended, which the list does not know yet, and another cannot be read.
    damage.runs(&format!(
        "UPDATE conversations SET open = 1 WHERE id = {}",
        bytes(adas)
    ));
    damage.runs(&format!(
        "UPDATE events SET json = 'damaged' WHERE conversation_id = {}",
        bytes(&visitors[1].1)
    ));
    let house = house.restart(Opening::default()).await;
    let mut pages = Vec::new();
    for (visitor, conversation) in &visitors[2..] {
        pages.push(visitor.enters(conversation).await);
    }

    let changed = dana
        .patch(
            &format!("/personas/{michael}"),
            json!({"in_call_users": false}),
        )
        .await
        .ok();
    assert_eq!(changed["in_call_users"], false, "{changed}");
    for page in &mut pages {
        page.sees("the switch", |view| {
            view["settings"]["in_call_users"] == false
        })
        .await;
    }
    drop(house);
}
