use crate::RenderedMail;
use async_trait::async_trait;
use sha2::{Digest, Sha256};

/// What one mail is known by, however often sending it is tried. Two effects with the same key are the same mail.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct IdempotencyKey(String);

impl IdempotencyKey {
    /// Any text; it leaves this process only as a hash.
    pub fn new(key: impl Into<String>) -> Self {
        Self(key.into())
    }

    /// The part of the Message-ID before the `@`: the same for the same key, and telling nothing about it.
    pub(crate) fn message_id_local(&self) -> String {
        Sha256::digest(self.0.as_bytes())
            .iter()
            .take(16)
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }
}

/// A mail server has taken responsibility for the mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// With its angle brackets, as in the mail's header.
    pub message_id: String,
}

/// Why a mail wasn't sent. The text is for people and holds no secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// May work later, or once an administrator has mended the settings: see [`retry_after`](crate::retry_after).
    #[error("{0}")]
    Transient(String),
    /// Will never work for this mail.
    #[error("{0}")]
    Permanent(String),
}

impl SendError {
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Transient(_))
    }
}

/// Hands mails to the world.
#[async_trait]
pub trait Mailer: Send + Sync {
    /// Sends `mail` under `key`. Asking again with a key that this mailer has delivered sends nothing and says it is sent.
    async fn send(&self, key: &IdempotencyKey, mail: &RenderedMail) -> Result<Sent, SendError>;
}
