//! The first run, sessions, passwords, invitations to the workspace, and requests from other sites.

use crate::support::{House, Live, Opening, PASSWORD, Person, token_in};
use serde_json::{Value, json};
use trialogue_server::config::Config;

const EVIL: &str = "https://evil.example";

fn first_admin() -> Value {
    json!({"workspace_name": "Acme", "name": "Ada", "email": "Ada@acme.example", "password": PASSWORD})
}

#[tokio::test]
async fn the_first_run_makes_one_admin_and_never_a_second() {
    let house = House::empty(Opening::default()).await;
    let mut ada = house.stranger();
    assert_eq!(ada.get("/setup").await.ok()["needed"], true);
    let reply = ada.post("/setup", first_admin()).await;
    ada.keep_session(&reply);
    let me = reply.ok();
    assert_eq!(me["user"]["roles"], json!(["admin", "owner"]));
    assert_eq!(ada.get("/session").await.ok(), me);

    let stranger = house.stranger();
    assert_eq!(stranger.get("/setup").await.ok()["needed"], false);
    stranger
        .post("/setup", first_admin())
        .await
        .refused(409, "already_set_up");
}

#[tokio::test]
async fn a_short_password_is_refused_with_its_field() {
    let house = House::empty(Opening::default()).await;
    let mut admin = first_admin();
    admin["password"] = json!("short");
    let problem = house
        .stranger()
        .post("/setup", admin)
        .await
        .refused(422, "bad_password");
    assert_eq!(problem["field"], "password");
    assert_eq!(house.stranger().get("/setup").await.ok()["needed"], true);
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_address_are_told_alike() {
    let house = House::furnished().await;
    let mut somebody = house.stranger();
    let wrong = somebody
        .sign_in("dana@northlight.example", "not the password")
        .await
        .refused(401, "wrong_credentials");
    let unknown = somebody
        .sign_in("nobody@northlight.example", PASSWORD)
        .await
        .refused(401, "wrong_credentials");
    assert_eq!(wrong, unknown);
    somebody.get("/session").await.refused(401, "signed_out");
}

#[tokio::test]
async fn the_session_cookie_is_out_of_scripts_and_other_sites_reach() {
    let house = House::furnished().await;
    let reply = house
        .stranger()
        .sign_in(" Dana@Northlight.example ", PASSWORD)
        .await;
    let cookie = reply.header("set-cookie");
    reply.ok();
    for flag in ["HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(cookie.contains(flag), "no {flag} in {cookie}");
    }
    assert!(
        !cookie.contains("Secure"),
        "over plain HTTP browsers would drop it: {cookie}"
    );

    let config = Config {
        public_url: "https://trialogue.example".into(),
        ..Opening::default().config
    };
    let behind_tls = House::empty(Opening {
        config,
        ..Opening::default()
    })
    .await;
    behind_tls.furnish().await;
    let cookie = behind_tls
        .stranger()
        .sign_in("dana@northlight.example", PASSWORD)
        .await
        .header("set-cookie");
    assert!(cookie.contains("Secure"), "{cookie}");
}

#[tokio::test]
async fn signing_out_ends_the_session_for_every_copy_of_its_cookie() {
    let house = House::furnished().await;
    let dana = house.dana().await;
    let elsewhere = house.dana().await;
    let reply = dana.delete("/session").await;
    assert_eq!(reply.status, 204);
    assert!(
        reply.header("set-cookie").contains("Max-Age=0"),
        "the browser forgets it too"
    );
    dana.get("/session").await.refused(401, "signed_out");
    dana.get("/personas").await.refused(401, "signed_out");
    elsewhere.get("/session").await.ok();
}

#[tokio::test]
async fn signing_out_and_being_disabled_close_what_is_open() {
    let house = House::furnished().await;
    let (dana, priya) = (house.dana().await, house.priya().await);
    let michael = house.michael(&dana).await;
    let sam = house.visitor("Sam", &michael).await;
    let conversation = sam.starts(&michael).await;
    let mut sam_live = sam.enters(&conversation).await;
    let mut dana_live = dana.is_let_in_by(&mut sam_live, &conversation).await;
    let mut priya_live = priya.is_let_in_by(&mut sam_live, &conversation).await;
    let mut dashboard = Live::dashboard(&dana).await;

    let users = dana.get("/users").await.ok();
    let id = users["users"]
        .as_array()
        .unwrap()
        .iter()
        .find(|user| user["name"] == "Priya Nair")
        .unwrap()["id"]
        .clone();
    let path = format!("/users/{}", id.as_str().unwrap());
    dana.patch(&path, json!({"disabled": true})).await.ok();
    priya_live.until_closed().await;
    dana_live.says("Dana is still here.").await;

    dana.delete("/session").await;
    dana_live.until_closed().await;
    dashboard.until_closed().await;
    sam_live.says("And so is Sam.").await;
}

#[tokio::test]
async fn another_site_cannot_act_with_somebodys_cookie() {
    let house = House::furnished().await;
    let dana = house.dana().await;
    let own_host = format!("http://{}", house.address);
    let create = |origin: String| {
        let dana = dana.clone();
        async move {
            let body = json!({"name": "Michael"});
            dana.request(
                "POST",
                "/api/v1/personas",
                Some(body),
                &[("origin", origin.as_str())],
            )
            .await
        }
    };
    create(EVIL.into()).await.refused(403, "forbidden");
    create("null".into()).await.refused(403, "forbidden");
    create(format!("{own_host}.evil.example"))
        .await
        .refused(403, "forbidden");
    assert_eq!(
        dana.get("/personas").await.ok()["personas"],
        json!([]),
        "nothing happened"
    );
    create(own_host).await.ok();
    create(house.app.config.public_url.clone()).await.ok();

    let sign_out = dana
        .request("DELETE", "/api/v1/session", None, &[("origin", EVIL)])
        .await;
    sign_out.refused(403, "forbidden");
    dana.get("/session").await.ok();
    let body = json!({"email": "dana@northlight.example", "password": PASSWORD});
    let sign_in = house
        .stranger()
        .request("POST", "/api/v1/session", Some(body), &[("origin", EVIL)])
        .await;
    sign_in.refused(403, "forbidden");
}

#[tokio::test]
async fn another_site_cannot_open_a_socket_with_somebodys_cookie() {
    let house = House::furnished().await;
    let dana = house.dana().await;
    let own_host = format!("http://{}", house.address);
    for path in ["/api/v1/live", "/api/v1/live/dashboard"] {
        assert_eq!(Live::upgrade_status(&dana, path, EVIL).await, 403, "{path}");
        assert_eq!(
            Live::upgrade_status(&dana, path, &own_host).await,
            101,
            "{path}"
        );
    }
    let stranger = house.stranger();
    assert_eq!(
        Live::upgrade_status(&stranger, "/api/v1/live/dashboard", &own_host).await,
        401
    );
}

#[tokio::test]
async fn a_forgotten_password_is_reset_once_by_the_mailed_link_and_ends_old_sessions() {
    let house = House::furnished().await;
    let dana = house.dana().await;
    let mut priya = house.priya().await;
    let stranger = house.stranger();
    let unknown = stranger
        .post(
            "/password-resets",
            json!({"email": "nobody@northlight.example"}),
        )
        .await;
    let known = stranger
        .post(
            "/password-resets",
            json!({"email": "priya@northlight.example"}),
        )
        .await;
    assert_eq!(
        (unknown.status, unknown.text),
        (known.status, known.text),
        "nobody learns who has an account"
    );
    let mail = dana
        .finds_mail("priya@northlight.example", "password")
        .await;
    let token = token_in(&mail, "/reset#");

    // A mail scanner opens the link.
    for _ in 0..2 {
        stranger.request("GET", "/reset", None, &[]).await;
    }
    let redeem = |password: &str| json!({"token": token, "password": password});
    stranger
        .post("/password-resets/redeem", redeem("short"))
        .await
        .refused(422, "bad_password");
    stranger
        .post("/password-resets/redeem", redeem("a new and longer one"))
        .await
        .ok();
    stranger
        .post("/password-resets/redeem", redeem("yet another one"))
        .await
        .refused(422, "link_gone");
    priya.get("/session").await.refused(401, "signed_out");
    priya
        .sign_in("priya@northlight.example", PASSWORD)
        .await
        .refused(401, "wrong_credentials");
    priya
        .sign_in("priya@northlight.example", "a new and longer one")
        .await
        .ok();
}

#[tokio::test]
async fn a_workspace_invitation_is_redeemed_once_and_looking_at_it_changes_nothing() {
    let house = House::furnished().await;
    let dana = house.dana().await;
    let invite = json!({"email": "Kim@northlight.example", "roles": ["agent"]});
    house
        .priya()
        .await
        .post("/workspace-invitations", invite.clone())
        .await
        .refused(403, "forbidden");
    dana.post("/workspace-invitations", invite).await.ok();
    let mail = dana.finds_mail("kim@northlight.example", "").await;
    let token = token_in(&mail, "/invite#");

    let mut kim = house.stranger();
    for _ in 0..3 {
        let peeked = kim
            .post("/workspace-invitations/peek", json!({"token": token}))
            .await
            .ok();
        assert_eq!(
            (&peeked["workspace_name"], &peeked["email"]),
            (&json!("Northlight"), &json!("kim@northlight.example"))
        );
        kim.request("GET", "/invite", None, &[]).await;
    }
    let redeem = json!({"token": token, "name": "Kim", "password": PASSWORD});
    let reply = kim
        .post("/workspace-invitations/redeem", redeem.clone())
        .await;
    kim.keep_session(&reply);
    assert_eq!(reply.ok()["user"]["roles"], json!(["agent"]));
    assert_eq!(
        kim.get("/session").await.ok()["workspace"]["name"],
        "Northlight"
    );

    kim.post("/workspace-invitations/redeem", redeem)
        .await
        .refused(422, "link_gone");
    kim.post("/workspace-invitations/peek", json!({"token": token}))
        .await
        .refused(422, "link_gone");
}

#[tokio::test]
async fn a_disabled_user_is_signed_out_and_stays_out() {
    let house = House::furnished().await;
    let dana = house.dana().await;
    let mut priya: Person = house.priya().await;
    let id = priya.get("/session").await.ok()["user"]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    dana.patch(&format!("/users/{id}"), json!({"disabled": true}))
        .await
        .ok();
    priya.get("/session").await.refused(401, "signed_out");
    priya
        .sign_in("priya@northlight.example", PASSWORD)
        .await
        .refused(401, "wrong_credentials");
}
