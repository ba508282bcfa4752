//! Configuration: flags over environment (`TRIALOGUE_…`) over file over defaults.

mod answerer;
mod media;

pub use answerer::ModelEndpoint;
pub use media::{IceServer, MediaConfig, Secret};

use anyhow::Context;
use figment::Figment;
use figment::providers::{Env, Format, Serialized, Toml};
use serde::{Deserialize, Serialize};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

/// Everything that can be configured. Nested keys are written `smtp.host` in the file and `TRIALOGUE_SMTP__HOST` in the environment.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// The address to listen on.
    pub listen: SocketAddr,
    /// How browsers and mails reach this server; no slash at the end.
    pub public_url: String,
    /// Where everything is kept.
    pub data_dir: PathBuf,
    /// The embedding model; without it search runs on keywords alone.
    pub model_dir: PathBuf,
    /// A demo workspace with known sign-ins is created and shown on start. Never on a public server.
    pub demo: bool,
    pub smtp: Option<Smtp>,
    pub answerer: Option<ModelEndpoint>,
    pub media: MediaConfig,
    pub limits: Limits,
}

/// Outgoing mail. Without it, the mailbox page shows what would have been sent.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Smtp {
    pub host: String,
    #[serde(default)]
    pub port: Option<u16>,
    /// `none`, `starttls` or `tls`.
    #[serde(default)]
    pub security: SmtpSecurity,
    #[serde(default)]
    pub username: Option<String>,
    #[serde(default)]
    pub password: Option<String>,
    /// The sender, as `Name <address>`.
    pub from: String,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SmtpSecurity {
    None,
    #[default]
    Starttls,
    Tls,
}

/// Requests that a stranger may repeat are limited per client address or per person.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Failed and successful sign-ins a minute from one address.
    pub sign_ins_per_minute: u32,
    /// Messages a minute from one participant.
    pub messages_per_minute: u32,
    /// Knocks a minute from one address.
    pub knocks_per_minute: u32,
    /// Guest invitations an hour from one participant.
    pub invitations_per_hour: u32,
    /// New visitors a minute from one address.
    pub visitors_per_minute: u32,
    /// Tokens for the media server a minute from one address.
    pub media_tokens_per_minute: u32,
    /// Trust `X-Forwarded-For` of a reverse proxy in front.
    pub trust_forwarded_for: bool,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            sign_ins_per_minute: 10,
            messages_per_minute: 120,
            knocks_per_minute: 20,
            invitations_per_hour: 60,
            visitors_per_minute: 60,
            media_tokens_per_minute: 120,
            trust_forwarded_for: false,
        }
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8080),
            public_url: "http://localhost:8080".into(),
            data_dir: "data".into(),
            model_dir: cached_model(),
            demo: false,
            smtp: None,
            answerer: None,
            media: MediaConfig::default(),
            limits: Limits::default(),
        }
    }
}

/// Where `make model` puts the embedding model: one for all checkouts and data folders of a user.
fn cached_model() -> PathBuf {
    let cache = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let home = || std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cache"));
    cache
        .or_else(home)
        .unwrap_or_else(|| "data".into())
        .join("trialogue/model")
}

/// What was given on the command line; stands above everything else.
#[derive(Clone, Debug, Default, Serialize, clap::Args)]
pub struct ConfigFlags {
    /// Address and port to listen on.
    #[arg(long)]
    #[serde(skip_serializing_if = "Option::is_none")]
    listen: Option<SocketAddr>,
    /// How browsers and mails reach this server; on this machine alone unless given.
    #[arg(long)]
    #[serde(skip_serializing_if = "Option::is_none")]
    public_url: Option<String>,
    /// Where everything is kept.
    #[arg(long)]
    #[serde(skip_serializing_if = "Option::is_none")]
    data_dir: Option<PathBuf>,
    /// Folder of the embedding model.
    #[arg(long)]
    #[serde(skip_serializing_if = "Option::is_none")]
    model_dir: Option<PathBuf>,
    /// Create and show a demo workspace.
    #[arg(long)]
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    demo: bool,
    /// Base address of a language model with OpenAI's chat API. Its key is read from the file or TRIALOGUE_ANSWERER__API_KEY.
    #[arg(long)]
    #[serde(skip)]
    answerer_url: Option<String>,
    /// The language model's name there.
    #[arg(long)]
    #[serde(skip)]
    answerer_model: Option<String>,
}

impl Config {
    /// Reads the file (if one is named, it must exist), the environment and the flags.
    pub fn load(file: Option<&Path>, flags: &ConfigFlags) -> anyhow::Result<Self> {
        let mut given = Figment::new();
        if let Some(path) = file {
            anyhow::ensure!(
                path.is_file(),
                "there is no configuration file at {}",
                path.display()
            );
            given = given.merge(Toml::file_exact(path));
        }
        given = given
            .merge(Env::prefixed("TRIALOGUE_").split("__"))
            .merge(Serialized::defaults(flags));
        for (key, flag) in [
            ("answerer.url", &flags.answerer_url),
            ("answerer.model", &flags.answerer_model),
        ] {
            if let Some(value) = flag {
                given = given.merge((key, value));
            }
        }
        let mut config: Self = Figment::from(Serialized::defaults(Self::default()))
            .merge(&given)
            .extract()
            .context("the configuration is not usable")?;
        if let Some(answerer) = &config.answerer {
            answerer.check()?;
        }
        config.media.check()?;
        if !given.contains("public_url") {
            config.public_url = format!("http://localhost:{}", config.listen.port());
        }
        while config.public_url.ends_with('/') {
            config.public_url.pop();
        }
        // Every link in a mail begins with it; a mistake must show now and not when a mail is due.
        trialogue_notify::Link::parse(&config.public_url).with_context(|| {
            format!(
                "public_url is {:?}; it must begin with http:// or https://, as in https://chat.example.org",
                config.public_url
            )
        })?;
        Ok(config)
    }

    /// The effective configuration as TOML, with secrets replaced.
    pub fn shown(&self) -> anyhow::Result<String> {
        const HIDDEN: &str = "(hidden)";
        let mut shown = self.clone();
        if let Some(password) = shown.smtp.as_mut().and_then(|smtp| smtp.password.as_mut()) {
            *password = HIDDEN.into();
        }
        if let Some(key) = shown
            .answerer
            .as_mut()
            .and_then(|answerer| answerer.api_key.as_mut())
        {
            *key = HIDDEN.into();
        }
        shown.media.hide_secrets(HIDDEN);
        Ok(toml::to_string_pretty(&shown)?)
    }

    /// Whether browsers reach us over TLS, so that cookies may be marked `Secure`.
    pub fn is_secure(&self) -> bool {
        self.public_url.starts_with("https://")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_effective_configuration_hides_secrets() {
        let config = Config {
            smtp: Some(Smtp {
                host: "mail.example.org".into(),
                port: None,
                security: SmtpSecurity::Tls,
                username: Some("sender".into()),
                password: Some("hunter2".into()),
                from: "Trialogue <no-reply@example.org>".into(),
            }),
            answerer: Some(ModelEndpoint {
                api_key: Some("sk-1".into()),
                ..ModelEndpoint::new("http://localhost/v1", "m")
            }),
            ..Config::default()
        };
        let shown = config.shown().unwrap();
        assert!(
            !shown.contains("hunter2") && !shown.contains("sk-1"),
            "{shown}"
        );
        assert!(shown.contains("mail.example.org"));
        assert!(!format!("{:?}", config.answerer).contains("sk-1"));
    }

    #[test]
    fn a_language_model_is_named_in_the_file_or_by_flags_and_its_time_is_bounded() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("trialogue.toml");
        let load = |text: &str, flags: &ConfigFlags| {
            std::fs::write(&file, text).unwrap();
            Config::load(Some(&file), flags)
        };
        let text = "[answerer]\nurl = \"http://a.example/v1\"\nmodel = \"large\"\nstall_seconds = 3\nextra = { top_k = 1 }\n";
        let flags = ConfigFlags {
            answerer_model: Some("small".into()),
            ..ConfigFlags::default()
        };
        let answerer = load(text, &flags).unwrap().answerer.unwrap();
        assert_eq!(
            (answerer.url.as_str(), answerer.model.as_str()),
            ("http://a.example/v1", "small")
        );
        assert_eq!((answerer.stall_seconds, answerer.total_seconds), (3, 60));
        assert_eq!(answerer.model_config().extra["top_k"], 1);
        let shown = load(text, &flags).unwrap().shown().unwrap();
        assert!(shown.contains("top_k = 1"), "{shown}");
        for bad in [
            "stall_seconds = 0",
            "total_seconds = 500",
            "max_tokens = 0",
            "modle = \"x\"",
        ] {
            assert!(
                load(&format!("{text}{bad}\n"), &ConfigFlags::default()).is_err(),
                "{bad}"
            );
        }
        assert!(load("[answerer]\nmodel = \"m\"\n", &ConfigFlags::default()).is_err());
    }

    #[test]
    fn flags_stand_above_the_file() {
        let dir = std::env::temp_dir().join(format!("trialogue-config-{}", std::process::id()));
        std::fs::create_dir_all(&dir).unwrap();
        let file = dir.join("trialogue.toml");
        std::fs::write(
            &file,
            "public_url = \"https://a.example/\"\ndata_dir = \"/srv/a\"\n",
        )
        .unwrap();
        let flags = ConfigFlags {
            data_dir: Some("/srv/b".into()),
            ..ConfigFlags::default()
        };
        let config = Config::load(Some(&file), &flags).unwrap();
        assert_eq!(config.public_url, "https://a.example");
        assert_eq!(config.data_dir, PathBuf::from("/srv/b"));
    }

    #[test]
    fn links_name_the_port_that_is_listened_on_unless_told_otherwise() {
        let listens = |public_url: Option<&str>| {
            let flags = ConfigFlags {
                listen: Some(([127, 0, 0, 1], 18_093).into()),
                public_url: public_url.map(Into::into),
                ..ConfigFlags::default()
            };
            Config::load(None, &flags).unwrap().public_url
        };
        assert_eq!(listens(None), "http://localhost:18093");
        assert_eq!(
            listens(Some("http://localhost:8080")),
            "http://localhost:8080"
        );
    }

    #[test]
    fn a_misspelt_key_is_an_error() {
        let dir =
            std::env::temp_dir().join(format!("trialogue-config-typo-{}", std::process::id()));
        std::fs::create_dir_all(&dir).unwrap();
        let file = dir.join("trialogue.toml");
        std::fs::write(&file, "publik_url = \"https://a.example/\"\n").unwrap();
        assert!(Config::load(Some(&file), &ConfigFlags::default()).is_err());
    }
}
