//! A server that speaks OpenAI's chat API and says what the test tells it to, when the test tells it to.

use super::PATIENCE;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use serde_json::{Value, json};
use std::convert::Infallible;
use std::net::Ipv4Addr;
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

pub struct LanguageModel {
    pub url: String,
    calls: mpsc::Receiver<Call>,
}

/// A question that waits for an answer.
pub struct Call {
    /// The request's body.
    pub asked: Value,
    response: oneshot::Sender<Response>,
}

/// An answer under way. Dropping it ends the connection in the middle.
pub struct Writing(mpsc::Sender<Result<Bytes, Infallible>>);

impl LanguageModel {
    pub async fn start() -> Self {
        let (sender, calls) = mpsc::channel(16);
        let router = Router::new()
            .route("/v1/chat/completions", post(take))
            .with_state(sender);
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let url = format!("http://{}/v1", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { url, calls }
    }

    pub async fn is_asked(&mut self) -> Call {
        timeout(PATIENCE, self.calls.recv())
            .await
            .expect("the model is asked")
            .unwrap()
    }

    pub fn was_asked(&mut self) -> bool {
        self.calls.try_recv().is_ok()
    }
}

async fn take(State(calls): State<mpsc::Sender<Call>>, Json(asked): Json<Value>) -> Response {
    let (response, given) = oneshot::channel();
    calls.send(Call { asked, response }).await.unwrap();
    // A test that drops the call closes the connection without a word.
    given
        .await
        .unwrap_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response())
}

impl Call {
    /// What stands in the system message, and the data in the user's.
    pub fn parts(&self) -> (String, Value) {
        let messages = self.asked["messages"].as_array().unwrap();
        let roles: Vec<_> = messages
            .iter()
            .map(|message| message["role"].as_str().unwrap())
            .collect();
        assert_eq!(
            roles,
            ["system", "user"],
            "rules and data, and nothing else"
        );
        let text = |message: &Value| match &message["content"] {
            Value::String(text) => text.clone(),
            parts => parts[0]["text"].as_str().unwrap().to_owned(),
        };
        let data = serde_json::from_str(&text(&messages[1])).unwrap();
        (text(&messages[0]), data)
    }

    pub fn refuses(self, status: u16) {
        let status = StatusCode::from_u16(status).unwrap();
        // The asker may have given up.
        let _ = self.response.send((status, "{}").into_response());
    }

    pub fn writes(self) -> Writing {
        let (sender, receiver) = mpsc::channel(16);
        let pieces = futures_util::stream::unfold(receiver, async |mut receiver| {
            Some((receiver.recv().await?, receiver))
        });
        let response = (
            [("content-type", "text/event-stream")],
            Body::from_stream(pieces),
        );
        let _ = self.response.send(response.into_response());
        Writing(sender)
    }
}

impl Writing {
    pub async fn says(&self, piece: &str) {
        let chunk = json!({"id": "1", "object": "chat.completion.chunk", "choices": [{"index": 0, "delta": {"content": piece}}]});
        self.raw(&format!("data: {chunk}\n\n")).await;
    }

    pub async fn raw(&self, text: &str) {
        // The asker may have hung up.
        let _ = self.0.send(Ok(Bytes::from(text.to_owned()))).await;
    }

    pub async fn ends(self) {
        let last = json!({"id": "1", "object": "chat.completion.chunk", "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]});
        self.raw(&format!("data: {last}\n\ndata: [DONE]\n\n")).await;
    }

    /// Waits until the asker has closed the connection.
    pub async fn is_hung_up_on(&self) {
        timeout(PATIENCE, self.0.closed())
            .await
            .expect("the asker hangs up");
    }
}
