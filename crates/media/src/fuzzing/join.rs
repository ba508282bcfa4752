//! What a stranger says first: the query of the WebSocket request, the token in it, the request in that.

use std::io::Write;

use axum::extract::Query as UrlQuery;
use axum::http::Uri;
use base64::Engine;
use base64::prelude::{BASE64_URL_SAFE, BASE64_URL_SAFE_NO_PAD};
use flate2::Compression;
use flate2::write::GzEncoder;
use jsonwebtoken::{Algorithm, EncodingKey};
use livekit_protocol::{JoinRequest, WrappedJoinRequest};
use prost::Message as _;

use super::bytes::Bytes;
use crate::signal::{Join, Query};
use crate::token::{self, VideoGrants};

const KEY: &str = "key";
const SECRET: &str = "a secret that the input does not know";

pub(super) const QUERY: u8 = 0;
pub(super) const WRAPPED: u8 = 1;
pub(super) const REQUEST: u8 = 2;
pub(super) const COMPRESSED: u8 = 3;
pub(super) const TOKEN: u8 = 4;
pub(super) const CLAIMS: u8 = 5;
const KINDS: u8 = 6;

/// An input: which layer its bytes stand for, and the bytes. Returns what was understood.
pub(super) fn run(input: &[u8]) -> Option<Join> {
    let mut input = Bytes(input);
    let kind = input.byte()? % KINDS;
    let bytes = input.0;
    match kind {
        QUERY => {
            let uri: Uri = format!("/rtc?{}", String::from_utf8_lossy(bytes))
                .parse()
                .ok()?;
            let UrlQuery(query) = UrlQuery::<Query>::try_from_uri(&uri).ok()?;
            if let Some(token) = &query.access_token {
                forged(token);
            }
            _ = query.clone().into_v0();
            query.into_v1().ok()
        }
        WRAPPED => read(bytes),
        REQUEST => {
            let join = read(&wrapped(bytes, false));
            // Compressed or not, it means the same.
            assert_eq!(join, read(&wrapped(&compress(bytes), true)));
            // Less may be taken than could be read: what asks for too much, or is malformed where nobody looks.
            if join.is_some() {
                assert_eq!(join, JoinRequest::decode(bytes).ok().map(Join::from));
            }
            join
        }
        COMPRESSED => read(&wrapped(bytes, true)),
        TOKEN => {
            forged(&String::from_utf8_lossy(bytes));
            None
        }
        _ => {
            claims(bytes);
            None
        }
    }
}

fn read(wrapped: &[u8]) -> Option<Join> {
    let query = |encoded: String| Query {
        join_request: Some(encoded),
        ..Default::default()
    };
    let padded = query(BASE64_URL_SAFE.encode(wrapped)).into_v1();
    let bare = query(BASE64_URL_SAFE_NO_PAD.encode(wrapped)).into_v1();
    assert_eq!(padded, bare, "padding is not content");
    padded.ok()
}

fn wrapped(request: &[u8], is_compressed: bool) -> Vec<u8> {
    WrappedJoinRequest {
        compression: i32::from(is_compressed),
        join_request: request.to_vec(),
    }
    .encode_to_vec()
}

pub(super) fn compress(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder
        .write_all(bytes)
        .and_then(|()| encoder.finish())
        .expect("memory takes what is written")
}

/// Nobody but who knows the secret makes a token.
fn forged(token: &str) {
    assert!(token::verify(token, KEY, SECRET, 1_000).is_err());
}

/// Claims of whatever content, rightly signed: an issuer may be careless.
fn claims(bytes: &[u8]) {
    let header = r#"{"alg":"HS256","typ":"JWT"}"#;
    let message = format!(
        "{}.{}",
        BASE64_URL_SAFE_NO_PAD.encode(header),
        BASE64_URL_SAFE_NO_PAD.encode(bytes)
    );
    let key = EncodingKey::from_secret(SECRET.as_bytes());
    let Ok(signature) = jsonwebtoken::crypto::sign(message.as_bytes(), &key, Algorithm::HS256)
    else {
        return;
    };
    let now = 1_000;
    if let Ok(claims) = token::verify(&format!("{message}.{signature}"), KEY, SECRET, now) {
        assert!(claims.iss == KEY && claims.exp >= now - 10);
        assert!(claims.issued_at() <= now + 10 || claims.nbf.is_none_or(|nbf| nbf <= now + 10));
        let permission = claims.video.permission();
        let again = VideoGrants::default()
            .with_permission(&permission)
            .permission();
        assert_eq!(
            (
                again.can_publish,
                again.can_subscribe,
                again.can_publish_data,
                again.hidden
            ),
            (
                permission.can_publish,
                permission.can_subscribe,
                permission.can_publish_data,
                permission.hidden
            )
        );
        assert_eq!(again.can_publish_sources, permission.can_publish_sources);
        let renewed = token::sign(&claims, SECRET).expect("what was read can be written");
        let renewed = token::verify(&renewed, KEY, SECRET, now).expect("and is good again");
        assert_eq!(renewed.video, claims.video);
    }
}
