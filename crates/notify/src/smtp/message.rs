use crate::{EmailAddress, IdempotencyKey, RenderedMail, SendError, Sent, wording};
use lettre::{
    Message,
    message::{
        Mailbox, MultiPart,
        header::{Header, HeaderName, HeaderValue},
    },
};

/// What all mails share outside their content.
pub(super) struct Envelope {
    from: Mailbox,
    message_id_domain: String,
}

impl Envelope {
    pub(super) fn from_sender(from: Mailbox) -> Self {
        // Header text is ASCII; the URL parser knows how a domain with other letters is written in it.
        let message_id_domain = url::Host::parse(from.email.domain())
            .map_or_else(|_| "trialogue.invalid".to_owned(), |host| host.to_string());
        Self {
            from,
            message_id_domain,
        }
    }

    /// A stored mail may be old or altered, so the address is checked and the subject cleaned again here.
    pub(super) fn message(
        &self,
        key: &IdempotencyKey,
        mail: &RenderedMail,
    ) -> Result<(Message, Sent), SendError> {
        let unusable = |what: &dyn std::fmt::Display| {
            SendError::Permanent(format!(
                "This mail cannot be sent to “{}”: {what}",
                wording::line(&mail.to, 254)
            ))
        };
        let to = EmailAddress::parse(&mail.to).map_err(|error| unusable(&error))?;
        let message_id = format!("<{}@{}>", key.message_id_local(), self.message_id_domain);
        let message = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to.address().clone()))
            .subject(wording::line(&mail.subject, wording::SUBJECT_CHARS))
            .message_id(Some(message_id.clone()))
            .header(AutoSubmitted)
            .multipart(MultiPart::alternative_plain_html(
                mail.text.clone(),
                mail.html.clone(),
            ))
            .map_err(|error| unusable(&error))?;
        Ok((message, Sent { message_id }))
    }
}

/// RFC 3834: keeps holiday notices and other robots from answering.
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::Envelope;
    use crate::{
        IdempotencyKey, Link, Mail, MailboxTest, PasswordReset, RenderedMail, Site, UnixMillis,
    };
    use proptest::prelude::*;

    fn envelope() -> Envelope {
        Envelope::from_sender("Trialogue <trialogue@example.org>".parse().unwrap())
    }

    /// The names of all headers of a formatted mail, unfolded, top part only.
    fn header_names(formatted: &[u8]) -> Vec<String> {
        let formatted = String::from_utf8(formatted.to_vec()).unwrap();
        let (head, _) = formatted.split_once("\r\n\r\n").unwrap();
        let lines = head.split("\r\n").inspect(|line| {
            assert!(
                !line.contains(['\r', '\n']),
                "a bare line break in {line:?}"
            )
        });
        lines
            .filter(|line| !line.starts_with([' ', '\t']))
            .map(|line| line.split_once(':').unwrap().0.to_owned())
            .collect()
    }

    const HEADERS: [&str; 8] = [
        "From",
        "To",
        "Subject",
        "Message-ID",
        "Auto-Submitted",
        "MIME-Version",
        "Date",
        "Content-Type",
    ];

    fn assert_headers(formatted: &[u8]) {
        let mut names = header_names(formatted);
        let mut expected = HEADERS.map(str::to_owned).to_vec();
        names.sort();
        expected.sort();
        assert_eq!(names, expected);
    }

    #[test]
    fn the_same_key_gives_the_same_message_id_and_tells_nothing() {
        let mail = RenderedMail {
            to: "dana@example.org".to_owned(),
            subject: String::new(),
            html: String::new(),
            text: String::new(),
        };
        let id = |key: &str| {
            envelope()
                .message(&IdempotencyKey::new(key), &mail)
                .unwrap()
                .1
                .message_id
        };
        assert_eq!(id("handoff 7"), id("handoff 7"));
        assert_ne!(id("handoff 7"), id("handoff 8"));
        assert!(id("handoff 7").ends_with("@example.org>"));
        assert!(!id("handoff 7").contains("handoff"));
    }

    #[test]
    fn a_senders_domain_with_other_letters_gives_an_ascii_message_id() {
        let mail = RenderedMail {
            to: "dana@example.org".to_owned(),
            subject: String::new(),
            html: String::new(),
            text: String::new(),
        };
        let envelope = Envelope::from_sender("t@bücher.example".parse().unwrap());
        assert!(
            envelope
                .message(&IdempotencyKey::new("a"), &mail)
                .unwrap()
                .1
                .message_id
                .ends_with("@xn--bcher-kva.example>")
        );
    }

    #[test]
    fn a_stored_subjects_line_breaks_are_gone_even_when_decoded() {
        let subject = "Hi\r\nBcc: eve@example.org".to_owned();
        let mail = RenderedMail {
            to: "dana@example.org".to_owned(),
            subject,
            html: String::new(),
            text: String::new(),
        };
        let (message, _) = envelope()
            .message(&IdempotencyKey::new("k"), &mail)
            .unwrap();
        assert_eq!(
            message.headers().get_raw("Subject"),
            Some("Hi Bcc: eve@example.org")
        );
    }

    fn hostile() -> impl Strategy<Value = String> {
        // Pieces that matter to headers, among arbitrary text.
        let piece = prop_oneof![
            Just("\r\nBcc: eve@example.org".to_owned()),
            Just("\n\n<html>".to_owned()),
            Just("\r".to_owned()),
            Just("=?utf-8?q?=0D=0ABcc:_eve?=".to_owned()),
            Just("\u{2028}Bcc: x".to_owned()),
            Just("ä你".to_owned()),
            any::<String>(),
        ];
        prop::collection::vec(piece, 0..6).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn a_stored_mail_cannot_inject_headers(subject in hostile(), to in hostile(), body in hostile()) {
            let to = format!("dana@example.org{to}");
            let mail = RenderedMail { to, subject, html: body.clone(), text: body };
            if let Ok((message, _)) = envelope().message(&IdempotencyKey::new("k"), &mail) {
                assert_headers(&message.formatted());
                prop_assert_eq!(message.envelope().to().len(), 1);
            }
        }

        #[test]
        fn a_name_cannot_inject_headers(name in hostile(), workspace in hostile()) {
            let home = Link::parse("https://chat.example.org").unwrap();
            let site = Site { workspace, home: home.clone() };
            let to = crate::EmailAddress::parse("dana@example.org").unwrap();
            for mail in [
                Mail::MailboxTest(MailboxTest { asked_by: name.clone() }),
                Mail::PasswordReset(PasswordReset { name: name.clone(), link: home.clone(), expires_at: UnixMillis(0) }),
                Mail::GuestInvitation(crate::GuestInvitation {
                    invited_by: name.clone(), persona: name.clone(), note: Some(name.clone()), link: home.clone(), expires_at: UnixMillis(0),
                }),
                Mail::HandoffClosed(crate::HandoffClosed {
                    persona: name.clone(), visitor: name.clone(), question: name.clone(),
                    outcome: crate::HandoffOutcome::Taken { by: name.clone() }, dashboard: home.clone(),
                }),
            ] {
                let (message, _) = envelope().message(&IdempotencyKey::new("k"), &mail.render(&to, &site)).unwrap();
                assert_headers(&message.formatted());
            }
        }
    }
}
