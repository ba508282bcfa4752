//! STUN and TURN servers, as participants are told of them.

use std::fmt;
use std::time::Duration;

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// How long a login lasts that is made from a shared secret. A relay asks for it when a connection is made, and whoever comes back is told a new one.
const LOGIN_LASTS: Duration = Duration::from_secs(3_600);

/// A STUN or TURN server.
#[derive(Clone, Default)]
pub struct IceServer {
    /// For example `turn:turn.example.org:3478?transport=tcp`.
    pub urls: Vec<String>,
    pub login: IceLogin,
}

/// What it takes to use a TURN server.
#[derive(Clone, Default)]
pub enum IceLogin {
    /// Nothing, as with STUN.
    #[default]
    Open,
    /// The same for everybody, and so known to everybody who ever joined.
    Fixed {
        username: String,
        credential: String,
    },
    /// A secret shared with the TURN server, from which everybody gets a login of their own for an hour: coturn's `static-auth-secret`, after
    /// `draft-uberti-behave-turn-rest-00`.
    Shared(String),
}

impl IceLogin {
    /// User name and credential for somebody, at a Unix time in seconds. `user` shows up in the TURN server's log.
    pub fn of(&self, user: &str, unix_seconds: i64) -> (String, String) {
        match self {
            Self::Open => Default::default(),
            Self::Fixed {
                username,
                credential,
            } => (username.clone(), credential.clone()),
            Self::Shared(secret) => {
                let expires = unix_seconds.saturating_add(LOGIN_LASTS.as_secs() as i64);
                let username = format!("{expires}:{user}");
                // The draft knows no other hash.
                let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret.as_bytes());
                let credential = STANDARD.encode(hmac::sign(&key, username.as_bytes()));
                (username, credential)
            }
        }
    }
}

// Credentials must not reach a log by way of `{:?}`.
impl fmt::Debug for IceServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IceServer")
            .field("urls", &self.urls)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for IceLogin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Open => "Open",
            Self::Fixed { .. } => "Fixed(hidden)",
            Self::Shared(_) => "Shared(hidden)",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_from_a_shared_secret_is_what_coturn_computes() {
        let login = IceLogin::Shared("north".into());
        // printf '1700003600:PA_1' | openssl dgst -sha1 -hmac north -binary | base64
        let expected = (
            "1700003600:PA_1".to_owned(),
            "yuzthm71VtVn1yeF250w4pJ16B4=".to_owned(),
        );
        assert_eq!(login.of("PA_1", 1_700_000_000), expected);
    }

    #[test]
    fn nothing_of_a_login_is_shown() {
        for login in [
            IceLogin::Shared("hunter2".into()),
            IceLogin::Fixed {
                username: "hunter2".into(),
                credential: "hunter2".into(),
            },
        ] {
            assert!(!format!("{login:?}").contains("hunter2"));
            let server = IceServer {
                urls: Vec::new(),
                login,
            };
            assert!(!format!("{server:?}").contains("hunter2"));
        }
    }
}
