//! Access tokens: who someone is and what they may do, signed by whoever shares the secret.
//!
//! Time is an argument, so that a token's life can be tested without waiting for it.

use std::collections::HashMap;

use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use livekit_protocol::{ParticipantPermission, TrackSource};
use serde::{Deserialize, Serialize};

/// Clocks of the issuer and of this server may differ by this many seconds.
const LEEWAY: i64 = 10;

/// The claims of a LiveKit access token, as far as this server knows them.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Claims {
    pub iss: String,
    /// The identity: one participant of a room at a time.
    pub sub: String,
    /// Unix seconds.
    pub exp: i64,
    /// Unix seconds. The age of the token: a removal refuses older ones.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nbf: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub iat: Option<i64>,
    pub name: String,
    pub kind: String,
    pub metadata: String,
    pub attributes: HashMap<String, String>,
    pub video: VideoGrants,
}

/// What the holder may do. A permission that is absent is granted, as in LiveKit; an administrative one is not.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct VideoGrants {
    pub room_create: bool,
    pub room_list: bool,
    pub room_admin: bool,
    pub room_join: bool,
    pub room: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub can_publish: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub can_subscribe: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub can_publish_data: Option<bool>,
    /// `camera`, `microphone`, `screen_share`, `screen_share_audio`. Empty: every source.
    pub can_publish_sources: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub can_update_own_metadata: Option<bool>,
    pub hidden: bool,
    pub recorder: bool,
    pub agent: bool,
}

/// Why a token was not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum TokenError {
    #[error("invalid token")]
    Invalid,
    #[error("token is signed by an unknown key")]
    UnknownKey,
    #[error("token is expired or not valid yet")]
    OutsideOfItsTime,
}

impl Claims {
    /// The second at which the token was made, as far as it says so.
    pub(crate) fn issued_at(&self) -> i64 {
        self.iat.unwrap_or(0).max(self.nbf.unwrap_or(0))
    }
}

/// Checks a token's signature, issuer and time; `now` is in Unix seconds.
pub(crate) fn verify(
    token: &str,
    api_key: &str,
    api_secret: &str,
    now: i64,
) -> Result<Claims, TokenError> {
    let mut validation = Validation::new(Algorithm::HS256);
    // Time is checked below, against the caller's clock.
    validation.validate_exp = false;
    validation.validate_nbf = false;
    validation.validate_aud = false;
    validation.required_spec_claims.clear();
    let claims = jsonwebtoken::decode::<Claims>(
        token,
        &DecodingKey::from_secret(api_secret.as_bytes()),
        &validation,
    )
    .map_err(|_| TokenError::Invalid)?
    .claims;
    if claims.iss != api_key {
        return Err(TokenError::UnknownKey);
    }
    let too_early = claims
        .nbf
        .is_some_and(|nbf| nbf > now.saturating_add(LEEWAY));
    if too_early || claims.exp < now.saturating_sub(LEEWAY) {
        return Err(TokenError::OutsideOfItsTime);
    }
    Ok(claims)
}

/// Signs claims; the server does so to renew the token of someone who is inside.
pub(crate) fn sign(claims: &Claims, api_secret: &str) -> Option<String> {
    jsonwebtoken::encode(
        &Header::new(Algorithm::HS256),
        claims,
        &EncodingKey::from_secret(api_secret.as_bytes()),
    )
    .ok()
}

impl VideoGrants {
    /// The grants as the permission that other participants and the room service see.
    pub(crate) fn permission(&self) -> ParticipantPermission {
        #[expect(deprecated, reason = "clients still read `recorder` and `agent`")]
        ParticipantPermission {
            can_subscribe: self.can_subscribe.unwrap_or(true),
            can_publish: self.can_publish.unwrap_or(true),
            can_publish_data: self.can_publish_data.unwrap_or(true),
            can_publish_sources: self
                .can_publish_sources
                .iter()
                .map(|source| source_of(source) as i32)
                .collect(),
            hidden: self.hidden,
            recorder: self.recorder,
            can_update_metadata: self.can_update_own_metadata.unwrap_or(false),
            agent: self.agent,
            can_subscribe_metrics: false,
            can_manage_agent_session: false,
        }
    }

    /// The grants that a permission changed since amounts to.
    pub(crate) fn with_permission(mut self, permission: &ParticipantPermission) -> Self {
        self.can_subscribe = Some(permission.can_subscribe);
        self.can_publish = Some(permission.can_publish);
        self.can_publish_data = Some(permission.can_publish_data);
        self.can_publish_sources = permission
            .can_publish_sources()
            .map(|source| name_of(source).to_owned())
            .collect();
        self.hidden = permission.hidden;
        self.can_update_own_metadata = Some(permission.can_update_metadata);
        self
    }
}

/// Whether a permission lets its holder publish a source. An empty list of sources means every source.
pub(crate) fn may_publish(permission: &ParticipantPermission, source: TrackSource) -> bool {
    permission.can_publish
        && (permission.can_publish_sources.is_empty()
            || permission.can_publish_sources.contains(&(source as i32)))
}

fn source_of(name: &str) -> TrackSource {
    match name.to_ascii_lowercase().as_str() {
        "camera" => TrackSource::Camera,
        "microphone" => TrackSource::Microphone,
        "screen_share" => TrackSource::ScreenShare,
        "screen_share_audio" => TrackSource::ScreenShareAudio,
        _ => TrackSource::Unknown,
    }
}

fn name_of(source: TrackSource) -> &'static str {
    match source {
        TrackSource::Unknown => "unknown",
        TrackSource::Camera => "camera",
        TrackSource::Microphone => "microphone",
        TrackSource::ScreenShare => "screen_share",
        TrackSource::ScreenShareAudio => "screen_share_audio",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "a secret of the tests, thirty-two bytes";

    fn claims() -> Claims {
        Claims {
            iss: "key".into(),
            sub: "7".into(),
            nbf: Some(1_000),
            exp: 1_600,
            video: VideoGrants {
                room_join: true,
                room: "r".into(),
                ..Default::default()
            },
            ..Default::default()
        }
    }

    fn verified_at(now: i64) -> Result<Claims, TokenError> {
        verify(&sign(&claims(), SECRET).unwrap(), "key", SECRET, now)
    }

    #[test]
    fn a_token_is_good_from_nbf_until_exp_give_or_take_ten_seconds() {
        assert_eq!(verified_at(989).unwrap_err(), TokenError::OutsideOfItsTime);
        assert_eq!(verified_at(990).unwrap().sub, "7");
        assert_eq!(verified_at(1_610).unwrap().sub, "7");
        assert_eq!(
            verified_at(1_611).unwrap_err(),
            TokenError::OutsideOfItsTime
        );
    }

    #[test]
    fn a_token_without_an_end_is_refused() {
        let endless = Claims { exp: 0, ..claims() };
        let token = sign(&endless, SECRET).unwrap();
        assert_eq!(
            verify(&token, "key", SECRET, 1_000).unwrap_err(),
            TokenError::OutsideOfItsTime
        );
    }

    #[test]
    fn another_secret_another_key_and_another_algorithm_are_refused() {
        let token = sign(&claims(), SECRET).unwrap();
        assert_eq!(
            verify(&token, "key", "another", 1_000).unwrap_err(),
            TokenError::Invalid
        );
        assert_eq!(
            verify(&token, "other", SECRET, 1_000).unwrap_err(),
            TokenError::UnknownKey
        );
        // {"alg":"none"} with the same claims.
        let body = token.split('.').nth(1).unwrap();
        let unsigned = format!("eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.{body}.");
        assert_eq!(
            verify(&unsigned, "key", SECRET, 1_000).unwrap_err(),
            TokenError::Invalid
        );
        assert_eq!(
            verify("", "key", SECRET, 1_000).unwrap_err(),
            TokenError::Invalid
        );
    }

    #[test]
    fn sources_narrow_publishing_and_absent_permissions_are_granted() {
        let all = VideoGrants::default().permission();
        assert!(
            all.can_subscribe
                && all.can_publish
                && all.can_publish_data
                && !all.can_update_metadata
        );
        assert!(may_publish(&all, TrackSource::ScreenShare));
        let some = VideoGrants {
            can_publish_sources: vec!["microphone".into()],
            ..Default::default()
        }
        .permission();
        assert!(may_publish(&some, TrackSource::Microphone));
        assert!(!may_publish(&some, TrackSource::Camera));
        let none = VideoGrants {
            can_publish: Some(false),
            can_publish_sources: vec!["camera".into()],
            ..Default::default()
        };
        assert!(!may_publish(&none.permission(), TrackSource::Camera));
    }

    #[test]
    fn an_unknown_source_grants_nothing_else() {
        let odd = VideoGrants {
            can_publish_sources: vec!["everything".into()],
            ..Default::default()
        }
        .permission();
        assert!(!may_publish(&odd, TrackSource::Camera));
    }

    #[test]
    fn a_permission_and_its_grants_are_one_another_again() {
        let grants = VideoGrants {
            can_publish_sources: vec!["camera".into(), "screen_share".into()],
            can_subscribe: Some(false),
            hidden: true,
            ..Default::default()
        };
        let permission = grants.permission();
        assert_eq!(
            VideoGrants::default()
                .with_permission(&permission)
                .permission(),
            permission
        );
    }
}
