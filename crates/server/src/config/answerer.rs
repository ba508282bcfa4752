//! The language model that words the answers.

use serde::{Deserialize, Serialize};
use std::time::Duration;
use trialogue_persona::{ModelConfig, Patience};

/// A language model that words the answers, at any address that speaks OpenAI's chat API. The built-in answerer stays the fallback.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelEndpoint {
    /// Base address, such as `http://localhost:11434/v1`.
    pub url: String,
    pub model: String,
    #[serde(default)]
    pub api_key: Option<String>,
    /// Seconds until the first words.
    #[serde(default = "ModelEndpoint::first_words_seconds")]
    pub first_words_seconds: u32,
    /// Seconds between two pieces of an answer.
    #[serde(default = "ModelEndpoint::stall_seconds")]
    pub stall_seconds: u32,
    /// Seconds for a whole answer.
    #[serde(default = "ModelEndpoint::total_seconds")]
    pub total_seconds: u32,
    /// The most tokens of an answer.
    #[serde(default = "ModelEndpoint::max_tokens")]
    pub max_tokens: u32,
    /// Further fields of every request, for servers that take more than the standard ones.
    #[serde(default, skip_serializing_if = "serde_json::Map::is_empty")]
    pub extra: serde_json::Map<String, serde_json::Value>,
}

impl ModelEndpoint {
    /// A turn's worker holds its lease for 150 s.
    const LONGEST_SECONDS: u32 = 120;

    pub fn new(url: impl Into<String>, model: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            model: model.into(),
            api_key: None,
            first_words_seconds: Self::first_words_seconds(),
            stall_seconds: Self::stall_seconds(),
            total_seconds: Self::total_seconds(),
            max_tokens: Self::max_tokens(),
            extra: serde_json::Map::new(),
        }
    }

    fn first_words_seconds() -> u32 {
        20
    }

    fn stall_seconds() -> u32 {
        10
    }

    fn total_seconds() -> u32 {
        60
    }

    fn max_tokens() -> u32 {
        600
    }

    pub(super) fn check(&self) -> anyhow::Result<()> {
        anyhow::ensure!(
            self.url.starts_with("http://") || self.url.starts_with("https://"),
            "answerer.url is not a web address"
        );
        for (name, seconds) in [
            ("first_words_seconds", self.first_words_seconds),
            ("stall_seconds", self.stall_seconds),
            ("total_seconds", self.total_seconds),
        ] {
            anyhow::ensure!(
                (1..=Self::LONGEST_SECONDS).contains(&seconds),
                "answerer.{name} is between 1 and {}",
                Self::LONGEST_SECONDS
            );
        }
        anyhow::ensure!(self.max_tokens > 0, "answerer.max_tokens is at least 1");
        Ok(())
    }

    /// As the answerer takes it.
    pub fn model_config(&self) -> ModelConfig {
        let seconds = |seconds: u32| Duration::from_secs(seconds.into());
        ModelConfig {
            address: self.url.clone(),
            model: self.model.clone(),
            api_key: self.api_key.clone().unwrap_or_default(),
            patience: Patience {
                first: seconds(self.first_words_seconds),
                stall: seconds(self.stall_seconds),
                total: seconds(self.total_seconds),
                ..Patience::default()
            },
            max_tokens: self.max_tokens,
            extra: self.extra.clone(),
        }
    }
}

impl std::fmt::Debug for ModelEndpoint {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.model_config().fmt(formatter)
    }
}
