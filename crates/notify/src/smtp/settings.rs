use super::message::Envelope;
use lettre::{
    AsyncSmtpTransport, Tokio1Executor,
    message::Mailbox,
    transport::smtp::{
        AsyncSmtpTransportBuilder,
        authentication::Credentials,
        client::{Tls, TlsParameters},
    },
};
use std::time::Duration;

/// How to reach the mail server.
#[derive(Clone)]
pub struct SmtpSettings {
    pub host: String,
    /// Otherwise the usual one: 25 without encryption, 587 with STARTTLS, 465 with TLS.
    pub port: Option<u16>,
    pub security: SmtpSecurity,
    pub username: Option<String>,
    pub password: Option<String>,
    /// `Name <address>` or an address.
    pub from: String,
    /// For one mail, from connecting to the server's last answer.
    pub timeout: Duration,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SmtpSecurity {
    /// For a mail server on the same machine or a trusted network.
    None,
    /// Begins in the clear and refuses to go on unencrypted.
    Starttls,
    Tls,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SmtpSettingsError {
    #[error("The mail settings name no mail server.")]
    NoHost,
    #[error(
        "The mail settings' sender “{0}” is not an address such as `Trialogue <trialogue@example.org>`."
    )]
    Sender(String),
    #[error("The mail settings need a user name and a password, or neither.")]
    HalfSignIn,
    #[error("The mail server's name “{host}” cannot be used for encryption: {cause}")]
    Tls { host: String, cause: String },
}

impl SmtpSettings {
    /// Two minutes a mail: servers that scan on arrival take up to one; an effect's lease must be longer than this.
    pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(120);

    pub(super) fn transport(&self) -> Result<AsyncSmtpTransportBuilder, SmtpSettingsError> {
        if self.host.trim().is_empty() {
            return Err(SmtpSettingsError::NoHost);
        }
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(self.host.trim())
            .port(self.port())
            .tls(self.tls()?)
            .timeout(Some(self.timeout));
        match (&self.username, &self.password) {
            (Some(username), Some(password)) => {
                if self.security == SmtpSecurity::None {
                    tracing::warn!(
                        server = self.server(),
                        "the mail server's password is sent without encryption"
                    );
                }
                builder = builder.credentials(Credentials::new(username.clone(), password.clone()));
            }
            (None, None) => {}
            _ => return Err(SmtpSettingsError::HalfSignIn),
        }
        Ok(builder)
    }

    pub(super) fn envelope(&self) -> Result<Envelope, SmtpSettingsError> {
        let bad = || SmtpSettingsError::Sender(self.from.clone());
        if self.from.chars().any(char::is_control) {
            return Err(bad());
        }
        Ok(Envelope::from_sender(
            self.from.parse::<Mailbox>().map_err(|_| bad())?,
        ))
    }

    pub(super) fn server(&self) -> String {
        format!("{}:{}", self.host.trim(), self.port())
    }

    fn port(&self) -> u16 {
        self.port.unwrap_or(match self.security {
            SmtpSecurity::None => 25,
            SmtpSecurity::Starttls => 587,
            SmtpSecurity::Tls => 465,
        })
    }

    fn tls(&self) -> Result<Tls, SmtpSettingsError> {
        let parameters = || {
            TlsParameters::new(self.host.trim().to_owned()).map_err(|error| {
                SmtpSettingsError::Tls {
                    host: self.host.clone(),
                    cause: error.to_string(),
                }
            })
        };
        Ok(match self.security {
            SmtpSecurity::None => Tls::None,
            SmtpSecurity::Starttls => Tls::Required(parameters()?),
            SmtpSecurity::Tls => Tls::Wrapper(parameters()?),
        })
    }
}

/// Without the password.
impl std::fmt::Debug for SmtpSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SmtpSettings")
            .field("server", &self.server())
            .field("security", &self.security)
            .field("from", &self.from)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::{SmtpSecurity, SmtpSettings, SmtpSettingsError};
    use crate::SmtpMailer;

    fn settings() -> SmtpSettings {
        SmtpSettings {
            host: "mail.example.org".to_owned(),
            port: None,
            security: SmtpSecurity::Starttls,
            username: Some("sender".to_owned()),
            password: Some("hunter2".to_owned()),
            from: "Trialogue <trialogue@example.org>".to_owned(),
            timeout: SmtpSettings::DEFAULT_TIMEOUT,
        }
    }

    #[test]
    fn each_security_has_its_usual_port() {
        let port = |security| {
            SmtpSettings {
                security,
                ..settings()
            }
            .server()
        };
        assert_eq!(port(SmtpSecurity::None), "mail.example.org:25");
        assert_eq!(port(SmtpSecurity::Starttls), "mail.example.org:587");
        assert_eq!(port(SmtpSecurity::Tls), "mail.example.org:465");
    }

    #[tokio::test]
    async fn settings_that_cannot_work_are_refused_in_words() {
        let refusal = |settings: SmtpSettings| SmtpMailer::new(&settings).err();
        assert_eq!(
            refusal(SmtpSettings {
                host: " ".to_owned(),
                ..settings()
            }),
            Some(SmtpSettingsError::NoHost)
        );
        assert_eq!(
            refusal(SmtpSettings {
                password: None,
                ..settings()
            }),
            Some(SmtpSettingsError::HalfSignIn)
        );
        for from in ["nobody", "", "A <a@example.org>\r\nBcc: b@example.org"] {
            assert_eq!(
                refusal(SmtpSettings {
                    from: from.to_owned(),
                    ..settings()
                }),
                Some(SmtpSettingsError::Sender(from.to_owned()))
            );
        }
    }

    #[test]
    fn the_password_is_not_in_the_debug_text() {
        assert!(!format!("{:?}", settings()).contains("hunter2"));
    }
}
