//! The HTTP API, as far as drivers need it.

use anyhow::{Context, bail};
use reqwest::header::{AUTHORIZATION, COOKIE, SET_COOKIE};
use reqwest::{Method, Response};
use serde_json::Value;
use std::net::SocketAddr;

/// As whom a request is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Credential {
    Nobody,
    /// The `Cookie` header of a signed-in user.
    Session(String),
    /// A visitor's or guest's token.
    Bearer(String),
}

/// One server's API.
#[derive(Clone, Debug)]
pub struct Api {
    client: reqwest::Client,
    pub address: SocketAddr,
}

impl Api {
    pub fn new(address: SocketAddr) -> Self {
        Self {
            client: reqwest::Client::new(),
            address,
        }
    }

    pub async fn get(&self, who: &Credential, path: &str) -> anyhow::Result<Value> {
        json(self.send(Method::GET, who, path, None).await?).await
    }

    pub async fn post(&self, who: &Credential, path: &str, body: &Value) -> anyhow::Result<Value> {
        json(self.send(Method::POST, who, path, Some(body)).await?).await
    }

    pub async fn put(&self, who: &Credential, path: &str, body: &Value) -> anyhow::Result<Value> {
        json(self.send(Method::PUT, who, path, Some(body)).await?).await
    }

    /// Posts what signs somebody in; returns the session.
    pub async fn sign_in_with(&self, path: &str, body: &Value) -> anyhow::Result<Credential> {
        let response = self
            .send(Method::POST, &Credential::Nobody, path, Some(body))
            .await?;
        let cookie = response
            .headers()
            .get(SET_COOKIE)
            .and_then(|cookie| cookie.to_str().ok());
        let session = cookie
            .and_then(|cookie| cookie.split(';').next())
            .map(str::to_owned);
        json(response).await?;
        Ok(Credential::Session(
            session.with_context(|| format!("{path} did not sign in"))?,
        ))
    }

    async fn send(
        &self,
        method: Method,
        who: &Credential,
        path: &str,
        body: Option<&Value>,
    ) -> anyhow::Result<Response> {
        let mut request = self
            .client
            .request(method, format!("http://{}{path}", self.address));
        request = match who {
            Credential::Nobody => request,
            Credential::Session(cookie) => request.header(COOKIE, cookie),
            Credential::Bearer(token) => request.header(AUTHORIZATION, format!("Bearer {token}")),
        };
        if let Some(body) = body {
            request = request.json(body);
        }
        Ok(request.send().await?)
    }
}

/// The body of a success; a refusal is an error with the problem in it.
async fn json(response: Response) -> anyhow::Result<Value> {
    let (status, url) = (response.status(), response.url().clone());
    let text = response.text().await?;
    if !status.is_success() {
        bail!("{url} answered {status}: {text}");
    }
    if text.is_empty() {
        Ok(Value::Null)
    } else {
        serde_json::from_str(&text).with_context(|| format!("{url} sent no JSON"))
    }
}
