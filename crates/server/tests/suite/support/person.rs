//! One person at a browser or a script: what they ask of the API, and what they are answered.

use super::{Live, PATIENCE};
use reqwest::header::{AUTHORIZATION, COOKIE, HeaderMap, SET_COOKIE};
use reqwest::{Client, Method};
use serde_json::{Value, json};
use std::net::SocketAddr;
use tokio::time::timeout;

#[derive(Clone)]
pub struct Person {
    pub name: String,
    pub address: SocketAddr,
    pub cookie: Option<String>,
    pub bearer: Option<String>,
    client: Client,
}

/// What a request was answered.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
}

impl Reply {
    pub fn body(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or(Value::Null)
    }

    pub fn header(&self, name: &str) -> String {
        self.headers
            .get(name)
            .map(|value| value.to_str().unwrap().to_owned())
            .unwrap_or_default()
    }

    /// The body of a success.
    #[track_caller]
    pub fn ok(self) -> Value {
        assert!(
            (200..300).contains(&self.status),
            "expected a success, got {}: {}",
            self.status,
            self.text
        );
        self.body()
    }

    /// A refusal with this status and code, told as a problem.
    #[track_caller]
    pub fn refused(self, status: u16, code: &str) -> Value {
        let body = self.body();
        assert_eq!(
            (self.status, body["code"].as_str().unwrap_or_default()),
            (status, code),
            "{}",
            self.text
        );
        assert_eq!(
            self.header("content-type"),
            "application/problem+json",
            "{}",
            self.text
        );
        assert_eq!(body["status"], status);
        assert!(
            !body["detail"].as_str().unwrap_or_default().is_empty(),
            "a sentence for a person: {body}"
        );
        body
    }
}

impl Person {
    pub fn new(name: &str, address: SocketAddr) -> Self {
        Self {
            name: name.into(),
            address,
            cookie: None,
            bearer: None,
            client: Client::new(),
        }
    }

    /// The same person on another server of the same deployment.
    pub fn at(&self, address: SocketAddr) -> Self {
        Self {
            address,
            ..self.clone()
        }
    }

    /// Asks an address as it stands, with these headers besides the credentials.
    pub async fn request(
        &self,
        method: &str,
        address: &str,
        body: Option<Value>,
        headers: &[(&str, &str)],
    ) -> Reply {
        let method: Method = method.parse().unwrap();
        let mut request = self
            .client
            .request(method, format!("http://{}{address}", self.address));
        if let Some(cookie) = &self.cookie {
            request = request.header(COOKIE, cookie);
        }
        if let Some(bearer) = &self.bearer {
            request = request.header(AUTHORIZATION, format!("Bearer {bearer}"));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        let response = timeout(PATIENCE, request.send())
            .await
            .expect("the server answers")
            .unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Reply {
            status,
            headers,
            text: response.text().await.unwrap(),
        }
    }

    async fn ask(&self, method: &str, path: &str, body: Option<Value>) -> Reply {
        self.request(method, &format!("/api/v1{path}"), body, &[])
            .await
    }

    pub async fn get(&self, path: &str) -> Reply {
        self.ask("GET", path, None).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Reply {
        self.ask("POST", path, Some(body)).await
    }

    pub async fn patch(&self, path: &str, body: Value) -> Reply {
        self.ask("PATCH", path, Some(body)).await
    }

    pub async fn delete(&self, path: &str) -> Reply {
        self.ask("DELETE", path, None).await
    }

    /// Keeps the session that the answer opens, if it opens one.
    pub async fn sign_in(&mut self, email: &str, password: &str) -> Reply {
        let reply = self
            .post("/session", json!({"email": email, "password": password}))
            .await;
        self.keep_session(&reply);
        reply
    }

    pub fn keep_session(&mut self, reply: &Reply) {
        if let Some(cookie) = reply.headers.get(SET_COOKIE) {
            let pair = cookie.to_str().unwrap().split(';').next().unwrap();
            self.cookie = Some(pair.to_owned());
        }
    }

    /// Starts a conversation; returns its id.
    pub async fn starts(&self, persona_id: &str) -> String {
        let body = json!({"persona_id": persona_id, "name": self.name});
        let started = self.post("/conversations", body).await.ok();
        started["conversation_id"].as_str().unwrap().to_owned()
    }

    /// Opens the live socket of a conversation that this person is in.
    pub async fn enters(&self, conversation: &str) -> Live {
        Live::open(self, json!({"conversation_id": conversation})).await
    }

    /// The same after a break: `after` is the last seq seen.
    pub async fn resumes(&self, conversation: &str, after: u64) -> Live {
        Live::open(
            self,
            json!({"conversation_id": conversation, "after": after}),
        )
        .await
    }

    /// Knocks by the conversation's URL; returns what the API says of the knock.
    pub async fn knocks(&self, conversation: &str) -> Value {
        self.post(&format!("/conversations/{conversation}/knocks"), json!({}))
            .await
            .ok()
    }

    /// Opens the live socket of a knock.
    pub async fn waits(&self, conversation: &str, request_id: u64) -> Live {
        Live::open(
            self,
            json!({"conversation_id": conversation, "request_id": request_id}),
        )
        .await
    }

    /// From the waiting room into the conversation, over HTTP.
    pub async fn joins(&self, conversation: &str, request_id: u64) -> u64 {
        let path = format!("/conversations/{conversation}/knocks/{request_id}/join");
        let joined = self.post(&path, json!({})).await.ok();
        joined["participant_id"].as_u64().unwrap()
    }

    /// Knocks, is let in by `host`, joins and enters.
    pub async fn is_let_in_by(&self, host: &mut Live, conversation: &str) -> Live {
        let request_id = self.knocks(conversation).await["request_id"]
            .as_u64()
            .unwrap();
        host.sees_knock(request_id).await;
        host.lets_in(request_id, "all").await;
        self.joins(conversation, request_id).await;
        self.enters(conversation).await
    }

    /// Waits until the mailbox has a mail to this address whose subject holds these words; returns the whole mail.
    pub async fn finds_mail(&self, to: &str, subject: &str) -> Value {
        let mut dashboard = Live::dashboard(self).await;
        let found = async {
            loop {
                let mails = self.get("/mails").await.ok();
                let fits = |mail: &&Value| {
                    mail["to"] == to && mail["subject"].as_str().unwrap().contains(subject)
                };
                if let Some(mail) = mails["mails"].as_array().unwrap().iter().find(fits) {
                    let id = mail["id"].as_str().unwrap();
                    return self.get(&format!("/mails/{id}")).await.ok();
                }
                dashboard.hears_of_change().await;
            }
        };
        timeout(PATIENCE, found)
            .await
            .unwrap_or_else(|_| panic!("there is no mail “{subject}” to {to}"))
    }

    /// Waits until all of a persona's sources are read.
    pub async fn waits_for_sources(&self, persona_id: &str) {
        let mut dashboard = Live::dashboard(self).await;
        let ready = async {
            loop {
                let listed = self
                    .get(&format!("/personas/{persona_id}/sources"))
                    .await
                    .ok();
                let sources = listed["sources"].as_array().unwrap();
                assert!(
                    sources.iter().all(|source| source["state"] != "failed"),
                    "{listed}"
                );
                if sources.iter().all(|source| source["state"] == "ready") {
                    return;
                }
                dashboard.hears_of_change().await;
            }
        };
        timeout(PATIENCE, ready)
            .await
            .expect("the sources are read");
    }
}

/// The token that stands behind `before` in a mail's text.
#[track_caller]
pub fn token_in(mail: &Value, before: &str) -> String {
    let text = mail["text"].as_str().unwrap();
    let (_, rest) = text
        .split_once(before)
        .unwrap_or_else(|| panic!("no {before} in {text}"));
    rest.chars()
        .take_while(|char| char.is_ascii_alphanumeric() || "-_".contains(*char))
        .collect()
}
