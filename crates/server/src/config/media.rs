//! Where video comes from: the built-in media server, a LiveKit cluster, or nowhere.

use anyhow::{Context, ensure};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::net::IpAddr;
use trialogue_media::IceLogin;

/// The `[media]` section. Naming a `url` swaps the built-in media server for a LiveKit cluster.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MediaConfig {
    /// Without it there is no video on this server.
    pub enabled: bool,
    /// The address at which the built-in media server opens its ports; that of `listen` if none is given.
    pub listen: Option<IpAddr>,
    /// Where the built-in media server takes sound and pictures; 0 takes any free port.
    pub udp_port: u16,
    /// The same over TCP, for networks that block UDP; 0 offers no TCP.
    pub tcp_port: u16,
    /// Addresses at which browsers reach those ports; empty where the machine's own address is the public one.
    pub announced_addresses: Vec<IpAddr>,
    /// STUN and TURN servers, such as coturn, that every browser is told of.
    pub ice_servers: Vec<IceServer>,
    /// The address of a LiveKit cluster, as `wss://livekit.example.org`.
    pub url: Option<String>,
    pub api_key: Option<String>,
    pub api_secret: Option<Secret>,
}

/// A STUN or TURN server with what is needed to use it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IceServer {
    /// For example `turn:turn.example.org:3478?transport=tcp`.
    pub urls: Vec<String>,
    #[serde(default)]
    pub username: String,
    #[serde(default)]
    pub credential: Secret,
    /// A secret shared with the TURN server (coturn's `static-auth-secret`) in place of a login: everybody gets one of their own from it, for an hour.
    #[serde(default)]
    pub secret: Option<Secret>,
}

impl IceServer {
    /// As the media server takes it.
    pub fn login(&self) -> IceLogin {
        match &self.secret {
            Some(secret) => IceLogin::Shared(secret.0.clone()),
            None if self.username.is_empty() => IceLogin::Open,
            None => IceLogin::Fixed {
                username: self.username.clone(),
                credential: self.credential.0.clone(),
            },
        }
    }
}

/// A text that is never shown.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Secret(pub String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(hidden)")
    }
}

impl Default for MediaConfig {
    fn default() -> Self {
        Self {
            enabled: true,
            listen: None,
            // LiveKit's ports.
            udp_port: 7882,
            tcp_port: 7881,
            announced_addresses: Vec::new(),
            ice_servers: Vec::new(),
            url: None,
            api_key: None,
            api_secret: None,
        }
    }
}

impl MediaConfig {
    /// Finds mistakes at the start instead of at the first call.
    pub(super) fn check(&self) -> anyhow::Result<()> {
        ensure!(
            self.api_key.is_some() == self.api_secret.is_some(),
            "media.api_key and media.api_secret belong together"
        );
        for server in &self.ice_servers {
            ensure!(
                server.secret.is_none() || server.username.is_empty(),
                "an entry of media.ice_servers has either a username with its credential or a secret"
            );
        }
        let Some(url) = &self.url else {
            return Ok(());
        };
        let scheme = url.split("://").next().unwrap_or_default();
        ensure!(
            matches!(scheme, "ws" | "wss" | "http" | "https") && url.len() > scheme.len() + 3,
            "media.url is {url:?}; it must be an address like wss://livekit.example.org"
        );
        self.api_key
            .as_ref()
            .context("media.url needs media.api_key and media.api_secret, those of the cluster")?;
        Ok(())
    }

    /// The same with secrets replaced.
    pub(super) fn hide_secrets(&mut self, hidden: &str) {
        if let Some(secret) = &mut self.api_secret {
            secret.0 = hidden.into();
        }
        for server in &mut self.ice_servers {
            server.credential.0 = hidden.into();
            if let Some(secret) = &mut server.secret {
                secret.0 = hidden.into();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cluster(url: &str) -> MediaConfig {
        MediaConfig {
            url: Some(url.into()),
            api_key: Some("key".into()),
            api_secret: Some(Secret("hunter2".into())),
            ..MediaConfig::default()
        }
    }

    #[test]
    fn a_cluster_is_named_with_its_keys() {
        assert!(MediaConfig::default().check().is_ok());
        assert!(cluster("wss://livekit.example.org").check().is_ok());
        for url in ["livekit.example.org", "ftp://livekit.example.org", "wss://"] {
            assert!(cluster(url).check().is_err(), "{url}");
        }
        let mut without_keys = cluster("wss://livekit.example.org");
        without_keys.api_secret = None;
        assert!(without_keys.check().is_err());
        without_keys.api_key = None;
        assert!(without_keys.check().is_err());
    }

    #[test]
    fn a_turn_server_has_a_login_or_a_secret() {
        let mut config: MediaConfig = toml::from_str(
            r#"ice_servers = [{ urls = ["turn:turn.example.org"], secret = "hunter2" }, { urls = ["stun:stun.example.org"] }]"#,
        )
        .unwrap();
        assert!(config.check().is_ok());
        let logins: Vec<_> = config.ice_servers.iter().map(IceServer::login).collect();
        assert!(matches!(logins[..], [IceLogin::Shared(_), IceLogin::Open]));
        config.ice_servers[0].username = "u".into();
        assert!(config.check().is_err());
    }

    #[test]
    fn secrets_are_not_shown() {
        let mut config = cluster("wss://livekit.example.org");
        config.ice_servers.push(IceServer {
            urls: vec!["turn:turn.example.org".into()],
            username: "u".into(),
            credential: Secret("hunter3".into()),
            secret: Some(Secret("hunter4".into())),
        });
        assert!(!format!("{config:?}").contains("hunter"));
        config.hide_secrets("(hidden)");
        assert!(!toml::to_string(&config).unwrap().contains("hunter"));
    }
}
