//! Sending through a mail server, by `lettre`: the maintained Rust client, with STARTTLS, pooling and MIME encoding.

mod deliveries;
mod failure;
mod message;
mod settings;

pub use settings::{SmtpSecurity, SmtpSettings, SmtpSettingsError};

use crate::{IdempotencyKey, Mailer, RenderedMail, SendError, Sent};
use async_trait::async_trait;
use deliveries::{Begin, Deliveries};
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor, transport::smtp::PoolConfig};
use message::Envelope;
use std::time::Duration;

/// Sends through one mail server.
///
/// SMTP knows no idempotency: a crash between the server's "250 accepted" and the caller's note of it means that the mail
/// is sent again. What can be done is done: within this process a delivered key is never sent again, and a repeated mail
/// carries the same Message-ID, by which mailboxes and people recognise the duplicate.
pub struct SmtpMailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    envelope: Envelope,
    deliveries: Deliveries,
    timeout: Duration,
    /// For messages to people.
    server: String,
}

/// More would make a small mail server feel attacked; many limit connections per client to 10 or 20.
const MAX_CONNECTIONS: u32 = 4;

impl SmtpMailer {
    /// Connects when the first mail is sent. To be called, and the mailer to be dropped, inside a tokio runtime: the pool's
    /// upkeep is a task there.
    pub fn new(settings: &SmtpSettings) -> Result<Self, SmtpSettingsError> {
        Ok(Self {
            transport: settings
                .transport()?
                .pool_config(PoolConfig::new().max_size(MAX_CONNECTIONS))
                .build(),
            envelope: settings.envelope()?,
            deliveries: Deliveries::default(),
            timeout: settings.timeout,
            server: settings.server(),
        })
    }
}

#[async_trait]
impl Mailer for SmtpMailer {
    async fn send(&self, key: &IdempotencyKey, mail: &RenderedMail) -> Result<Sent, SendError> {
        let attempt = match self.deliveries.begin(key) {
            Begin::Delivered(sent) => return Ok(sent),
            Begin::UnderWay => {
                return Err(SendError::Transient(
                    "This mail is being sent right now.".to_owned(),
                ));
            }
            Begin::Yours(attempt) => attempt,
        };
        let (message, sent) = self.envelope.message(key, mail)?;
        let outcome = tokio::time::timeout(self.timeout, self.transport.send(message)).await;
        match outcome {
            Ok(Ok(_)) => {
                attempt.delivered(&sent);
                Ok(sent)
            }
            Ok(Err(error)) => Err(failure::in_words(&error, &self.server)),
            Err(_) => Err(SendError::Transient(format!(
                "The mail server {} did not answer within {} seconds.",
                self.server,
                self.timeout.as_secs_f32()
            ))),
        }
    }
}
