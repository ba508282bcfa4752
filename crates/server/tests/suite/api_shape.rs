//! What holds for the API as a whole.

use crate::support::{House, Opening};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// The API's routes as of now. A route that is gone or new shows here, and in the clients that people wrote.
const ROUTES: &str = include_str!("routes.txt");

fn documented(document: &Value) -> Vec<(String, BTreeSet<String>)> {
    let paths = document["paths"].as_object().unwrap();
    let methods = |item: &Value| {
        let item = item.as_object().unwrap();
        item.keys().map(|method| method.to_uppercase()).collect()
    };
    paths
        .iter()
        .map(|(path, item)| (path.clone(), methods(item)))
        .collect()
}

#[tokio::test]
async fn the_document_lists_the_routes_that_there_are() {
    let house = House::empty(Opening::default()).await;
    let stranger = house.stranger();
    let document = stranger
        .request("GET", "/api/openapi.json", None, &[])
        .await
        .ok();
    let mut listing = String::new();
    for (path, methods) in documented(&document) {
        for method in &methods {
            listing.push_str(&format!("{method} {path}\n"));
        }
        // The router itself says which methods an address takes.
        let address = path
            .split('/')
            .map(|part| if part.starts_with('{') { "x" } else { part })
            .collect::<Vec<_>>()
            .join("/")
            .replace("export.{format}", "export.txt");
        let reply = stranger.request("TRACE", &address, None, &[]).await;
        let allowed: BTreeSet<String> = reply
            .header("allow")
            .split(',')
            .filter(|method| *method != "HEAD")
            .map(str::to_owned)
            .collect();
        assert_eq!(allowed, methods, "{path}");
        reply.refused(405, "method_not_allowed");
    }
    assert_eq!(listing, ROUTES, "the listing now:\n{listing}");
}

#[tokio::test]
async fn every_refusal_under_the_api_is_a_problem() {
    let house = House::furnished().await;
    let dana = house.dana().await;
    let cases = [
        ("GET", "/api", 404, "not_found"),
        ("GET", "/api/nothing", 404, "not_found"),
        ("GET", "/api/v1", 404, "not_found"),
        ("GET", "/api/v1/nothing/at/all", 404, "not_found"),
        ("POST", "/api/v1/personas/x/y/z", 404, "not_found"),
        ("PUT", "/api/v1/session", 405, "method_not_allowed"),
        ("DELETE", "/api/openapi.json", 405, "method_not_allowed"),
        ("GET", "/api/v1/personas/no-uuid", 404, "not_found"),
        (
            "GET",
            "/api/v1/conversations?limit=many",
            400,
            "bad_request",
        ),
        ("GET", "/api/v1/conversations?state=odd", 422, "bad_state"),
        ("GET", "/api/v1/conversations?before=odd", 422, "bad_cursor"),
        ("POST", "/api/v1/personas", 422, "bad_body"),
        ("GET", "/api/v1/live", 400, "bad_request"),
        ("GET", "/api/v1/live/dashboard", 400, "bad_request"),
    ];
    for (method, address, status, code) in cases {
        let reply = dana.request(method, address, None, &[]).await;
        assert_eq!(reply.status, status, "{method} {address}: {}", reply.text);
        reply.refused(status, code);
    }
    let too_large = json!({"name": "x".repeat(2_000_000)});
    dana.post("/personas", too_large)
        .await
        .refused(413, "too_large");
    let wrong_type = dana
        .post("/personas", json!({"name": 7}))
        .await
        .refused(422, "bad_body");
    assert!(
        wrong_type["detail"].as_str().unwrap().contains("name"),
        "it says what is wrong: {wrong_type}"
    );
}

#[tokio::test]
async fn health_says_what_works() {
    let house = House::empty(Opening::default()).await;
    let health = house
        .stranger()
        .request("GET", "/healthz", None, &[])
        .await
        .ok();
    assert_eq!(health["status"], "ok");
    assert_eq!(health["storage"], "ok");
    assert_eq!(health["effects"]["late"], false);
    assert_eq!(health["retrieval"], "keyword_only");
    assert_eq!(health["mail"], "mailbox");
}

#[tokio::test]
async fn what_anybody_may_know_of_a_persona_is_its_face_alone() {
    let house = House::furnished().await;
    let dana = house.dana().await;
    let michael = house.michael(&dana).await;
    let public = house
        .stranger()
        .get(&format!("/public/personas/{michael}"))
        .await
        .ok();
    let mut fields: Vec<_> = public.as_object().unwrap().keys().cloned().collect();
    fields.sort();
    assert_eq!(
        fields,
        ["greeting", "id", "name", "picture", "video_available"]
    );
}
