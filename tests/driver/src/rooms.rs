//! Conversations of four: the visitor, the persona's owner, and two colleagues.

use crate::http::{Api, Credential};
use anyhow::{Context, bail};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::http::header::COOKIE;

/// The people of a workspace that was set up for driving.
#[derive(Clone, Debug)]
pub struct Cast {
    /// Admin, and owner of the persona.
    pub owner: Credential,
    pub colleagues: [Credential; 2],
    pub persona_id: String,
}

/// One person's place in a conversation.
#[derive(Clone, Debug)]
pub struct Seat {
    pub conversation_id: String,
    pub who: Credential,
}

impl Cast {
    /// Sets a fresh server up.
    pub async fn assemble(api: &Api) -> anyhow::Result<Self> {
        let password = "correct horse battery staple";
        let admin = json!({
            "workspace_name": "Acme", "name": "Dana", "email": "dana@acme.example", "password": password,
        });
        let owner = api.sign_in_with("/api/v1/setup", &admin).await?;
        let colleagues = [
            colleague(api, &owner, "Robin", password).await?,
            colleague(api, &owner, "Alex", password).await?,
        ];
        let persona = api
            .post(&owner, "/api/v1/personas", &json!({ "name": "Michael" }))
            .await?;
        Ok(Self {
            owner,
            colleagues,
            persona_id: text(&persona, "id")?,
        })
    }
}

async fn colleague(
    api: &Api,
    admin: &Credential,
    name: &str,
    password: &str,
) -> anyhow::Result<Credential> {
    let invite = json!({ "email": format!("{name}@acme.example"), "roles": ["agent"] });
    let invited = api
        .post(admin, "/api/v1/workspace-invitations", &invite)
        .await?;
    let link = text(&invited, "link")?;
    let token = link.rsplit('#').next().context("a link without a token")?;
    let redeem = json!({ "token": token, "name": name, "password": password });
    api.sign_in_with("/api/v1/workspace-invitations/redeem", &redeem)
        .await
}

/// Starts a conversation in which a new visitor is alone with the persona.
pub async fn seat_visitor(api: &Api, cast: &Cast) -> anyhow::Result<Seat> {
    let persona = json!({ "persona_id": cast.persona_id });
    let visitor = api
        .post(&Credential::Nobody, "/api/v1/visitors", &persona)
        .await?;
    let who = Credential::Bearer(text(&visitor, "token")?);
    let start = json!({ "persona_id": cast.persona_id, "name": "Sam" });
    let conversation_id = text(
        &api.post(&who, "/api/v1/conversations", &start).await?,
        "conversation_id",
    )?;
    Ok(Seat {
        conversation_id,
        who,
    })
}

/// Starts a conversation and lets all of the cast in. The visitor's seat comes first.
pub async fn seat_room(api: &Api, cast: &Cast) -> anyhow::Result<Vec<Seat>> {
    let visitor_seat = seat_visitor(api, cast).await?;
    let Seat {
        conversation_id,
        who: visitor,
    } = visitor_seat.clone();
    let mut seats = vec![visitor_seat];
    for user in [&cast.owner, &cast.colleagues[0], &cast.colleagues[1]] {
        let path = format!("/api/v1/conversations/{conversation_id}");
        let knocked = api
            .post(
                user,
                &format!("{path}/knocks"),
                &json!({ "asks_history": "all" }),
            )
            .await?;
        // The owner may walk in while no host is connected.
        if knocked["participant_id"].is_null() {
            let request_id = knocked["request_id"]
                .as_u64()
                .context("a knock without an id")?;
            let admit = json!({
                "id": format!("admit-{request_id}"),
                "command": { "do": "admit", "request_id": request_id, "history": "all" },
            });
            api.post(&visitor, &format!("{path}/commands"), &admit)
                .await?;
            api.post(
                user,
                &format!("{path}/knocks/{request_id}/join"),
                &json!({}),
            )
            .await?;
        }
        seats.push(Seat {
            conversation_id: conversation_id.clone(),
            who: user.clone(),
        });
    }
    Ok(seats)
}

/// Opens the live socket of a seat and says hello. Returns the socket and the `welcome`.
pub async fn connect(
    api: &Api,
    seat: &Seat,
    after: Option<u64>,
) -> anyhow::Result<(WebSocketStream<TcpStream>, Value)> {
    let mut request = format!("ws://{}/api/v1/live", api.address).into_client_request()?;
    let mut hello = json!({ "type": "hello", "conversation_id": seat.conversation_id });
    match &seat.who {
        Credential::Session(cookie) => {
            request
                .headers_mut()
                .insert(COOKIE, HeaderValue::from_str(cookie)?);
        }
        Credential::Bearer(token) => hello["token"] = json!(token),
        Credential::Nobody => {}
    }
    if let Some(after) = after {
        hello["after"] = json!(after);
    }
    let stream = TcpStream::connect(api.address).await?;
    stream.set_nodelay(true)?;
    let (mut socket, _) = tokio_tungstenite::client_async(request, stream).await?;
    socket.send(Message::text(hello.to_string())).await?;
    while let Some(message) = socket.next().await {
        if let Message::Text(text) = message? {
            let frame: Value = serde_json::from_str(&text)?;
            if frame["type"] == "welcome" {
                return Ok((socket, frame));
            }
            bail!("instead of a welcome: {text}");
        }
    }
    bail!("the socket closed before the welcome")
}

fn text(value: &Value, field: &str) -> anyhow::Result<String> {
    Ok(value[field]
        .as_str()
        .with_context(|| format!("no {field} in {value}"))?
        .to_owned())
}
