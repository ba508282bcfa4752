//! Joining as LiveKit's clients do in their default mode: `/rtc/v1`, one peer connection, the client offers.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE;
use futures_util::{SinkExt, StreamExt};
use livekit_protocol::{self as proto, signal_request, signal_response};
use prost::Message;
use serde::Serialize;
use str0m::media::Direction;
use tokio_tungstenite::tungstenite::Message as Frame;

use crate::load::Client;
use crate::session::Session;
use crate::stream::Kind;
use crate::target::{Server, Who};

#[derive(Serialize)]
struct Claims {
    iss: String,
    sub: String,
    nbf: u64,
    exp: u64,
    video: Grant,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Grant {
    room_join: bool,
    room: String,
}

fn token(server: &Server, who: &Who) -> Result<String> {
    let now = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)?
        .as_secs();
    let claims = Claims {
        iss: server.key.clone(),
        sub: who.identity(),
        nbf: now - 10,
        exp: now + 3_600,
        video: Grant {
            room_join: true,
            room: format!("bench-{}", who.room),
        },
    };
    let key = jsonwebtoken::EncodingKey::from_secret(server.secret.as_bytes());
    Ok(jsonwebtoken::encode(
        &jsonwebtoken::Header::default(),
        &claims,
        &key,
    )?)
}

fn offer(sdp: String, id: u32) -> proto::SessionDescription {
    proto::SessionDescription {
        r#type: "offer".into(),
        sdp,
        id,
        ..Default::default()
    }
}

/// Candidates come as the JSON of a browser's `RTCIceCandidateInit`.
#[derive(serde::Deserialize)]
struct CandidateInit {
    candidate: String,
}

/// Joins and, for a publisher, publishes. Returns the client with the time it took until connected (publisher) or until the first media
/// packet came (subscriber). The signalling socket lives on in a task of its own.
pub async fn join(server: &Server, who: &Who, feedback: bool) -> Result<(Client, Duration)> {
    let began = Instant::now();
    let mut session = Session::new(server.address.ip(), feedback).await?;
    // A subscriber of one publisher needs one section of each kind; a publisher sends first and needs none.
    let receive = |kind| (kind, Direction::RecvOnly, String::new());
    let sections: Vec<_> = if who.place.is_none() {
        Kind::BOTH.map(receive).to_vec()
    } else {
        Vec::new()
    };
    let request = proto::JoinRequest {
        client_info: Some(proto::ClientInfo {
            sdk: proto::client_info::Sdk::Js as i32,
            version: "2.23.0".into(),
            protocol: 17,
            ..Default::default()
        }),
        connection_settings: Some(proto::ConnectionSettings {
            auto_subscribe: true,
            ..Default::default()
        }),
        publisher_offer: session.offer(&sections, true).map(|sdp| offer(sdp, 1)),
        ..Default::default()
    };
    let wrapped = proto::WrappedJoinRequest {
        join_request: request.encode_to_vec(),
        ..Default::default()
    };
    let url = format!(
        "ws://{}/rtc/v1?access_token={}&join_request={}",
        server.address,
        token(server, who)?,
        URL_SAFE.encode(wrapped.encode_to_vec()),
    );
    let (mut socket, _) = tokio_tungstenite::connect_async(url)
        .await
        .context("the server refused to signal")?;
    let mut offers = 1;
    let mut announced = 0;
    let mut published = false;
    let mut assigned = 0;
    loop {
        let mut reply = Vec::new();
        tokio::select! {
            step = session.step() => step?,
            frame = socket.next() => {
                let frame = frame.context("the signalling ended")??;
                let Frame::Binary(bytes) = frame else { continue };
                let Some(message) = proto::SignalResponse::decode(&*bytes)?.message else { continue };
                match message {
                    signal_response::Message::Answer(answer) => {
                        assigned = answer.sdp.matches("a=sendonly").count();
                        published = announced == 2 && offers > 1;
                        session.answered(&answer.sdp)?;
                        if who.place.is_some() && announced == 0 {
                            for kind in Kind::BOTH {
                                reply.push(signal_request::Message::AddTrack(add_track(kind, who)));
                            }
                        }
                    }
                    signal_response::Message::Trickle(trickle) => {
                        let init: CandidateInit = serde_json::from_str(&trickle.candidate_init)?;
                        session.remote_candidate(&init.candidate)?;
                    }
                    signal_response::Message::TrackPublished(_) => {
                        announced += 1;
                        if announced == 2 {
                            let send = |kind| (kind, Direction::SendOnly, track_name(kind, who));
                            offers += 1;
                            let sdp = session.offer(&Kind::BOTH.map(send), false).context("no offer")?;
                            reply.push(signal_request::Message::Offer(offer(sdp, offers)));
                        }
                    }
                    signal_response::Message::MediaSectionsRequirement(wanted) => {
                        // None may be missing and an offer be wanted all the same. str0m makes none that changes nothing, so one section
                        // more is offered, which stays unused.
                        let audios = wanted.num_audios.max(u32::from(wanted.num_videos == 0)) as usize;
                        let sections: Vec<_> = std::iter::repeat_n(receive(Kind::Audio), audios)
                            .chain(std::iter::repeat_n(receive(Kind::Video), wanted.num_videos as usize))
                            .collect();
                        offers += 1;
                        if let Some(sdp) = session.offer(&sections, false) {
                            reply.push(signal_request::Message::Offer(offer(sdp, offers)));
                        }
                    }
                    signal_response::Message::Leave(leave) => bail!("the server sent us away: {leave:?}"),
                    _ => {}
                }
            }
            () = tokio::time::sleep_until((began + Duration::from_secs(15)).into()) => {
                bail!("{} not ready after 15 s: connected {}, published {published}, assigned {assigned}", who.identity(), session.connected);
            }
        }
        for message in reply {
            let request = proto::SignalRequest {
                message: Some(message),
            };
            socket
                .send(Frame::Binary(request.encode_to_vec().into()))
                .await?;
        }
        let ready = session.connected
            && if who.place.is_some() {
                published
            } else {
                assigned >= 2 && session.first_media.is_some()
            };
        if ready {
            break;
        }
    }
    let took = session.first_media.unwrap_or_else(Instant::now) - began;
    tokio::spawn(async move {
        // Keeps the signalling alive; what the server says from here on changes nothing that is measured.
        let mut every = tokio::time::interval(Duration::from_secs(5));
        loop {
            tokio::select! {
                frame = socket.next() => if !matches!(frame, Some(Ok(_))) { break },
                _ = every.tick() => {
                    let ping = signal_request::Message::PingReq(proto::Ping::default());
                    let request = proto::SignalRequest { message: Some(ping) };
                    if socket.send(Frame::Binary(request.encode_to_vec().into())).await.is_err() { break }
                }
            }
        }
    });
    Ok((session.into_client(who.room, who.place, feedback)?, took))
}

fn track_name(kind: Kind, who: &Who) -> String {
    format!("{kind:?}-{}", who.identity())
}

fn add_track(kind: Kind, who: &Who) -> proto::AddTrackRequest {
    let (r#type, source) = match kind {
        Kind::Audio => (proto::TrackType::Audio, proto::TrackSource::Microphone),
        Kind::Video => (proto::TrackType::Video, proto::TrackSource::Camera),
    };
    let (width, height) = if kind == Kind::Video {
        (640, 360)
    } else {
        (0, 0)
    };
    proto::AddTrackRequest {
        cid: track_name(kind, who),
        r#type: r#type as i32,
        source: source as i32,
        width,
        height,
        disable_red: true,
        ..Default::default()
    }
}
