//! Sending through a real SMTP server.

use crate::samples::{handoff, site};
use crate::smtp_server::{Delivery, Server};
use std::{path::Path, time::Duration};
use trialogue_notify::{
    EmailAddress, Handoff, IdempotencyKey, Mail, Mailer, RenderedMail, SendError, Sent, SmtpMailer,
    SmtpSecurity, SmtpSettings,
};

fn settings(port: u16) -> SmtpSettings {
    SmtpSettings {
        host: "127.0.0.1".to_owned(),
        port: Some(port),
        security: SmtpSecurity::None,
        username: None,
        password: None,
        from: "Trialogue Müller <trialogue@example.org>".to_owned(),
        timeout: SmtpSettings::DEFAULT_TIMEOUT,
    }
}

fn mail(to: &str) -> RenderedMail {
    let question = "Darf ich nächsten Montag 60 Schüler mitbringen? 你好 ✓".to_owned();
    let handoff = Handoff {
        visitor: "Jürgen".to_owned(),
        questions: vec![question],
        ..handoff()
    };
    Mail::Handoff(handoff).render(
        &EmailAddress::parse(to).expect("the tests' addresses are valid"),
        &site(),
    )
}

async fn send(mailer: &SmtpMailer, key: &str, to: &str) -> Result<Sent, SendError> {
    mailer.send(&IdempotencyKey::new(key), &mail(to)).await
}

#[tokio::test]
async fn a_mail_arrives_as_text_and_html_with_every_letter_intact() {
    let Some(server) = Server::start("plain", None) else {
        return;
    };
    let mailer = SmtpMailer::new(&settings(server.port)).unwrap();
    let sent = send(&mailer, "a", "dana@example.org").await.unwrap();
    let [delivery] = <[Delivery; 1]>::try_from(server.finish()).unwrap();
    let mail = mail("dana@example.org");
    assert_eq!(delivery.recipients, ["dana@example.org"]);
    assert_eq!(delivery.kind, "multipart/alternative");
    assert_eq!(delivery.headers["Subject"], mail.subject);
    assert!(delivery.headers["Subject"].contains("nächsten Montag 60 Schüler"));
    assert_eq!(
        delivery.headers["From"],
        "Trialogue Müller <trialogue@example.org>"
    );
    assert_eq!(delivery.headers["Message-ID"], sent.message_id);
    assert_eq!(delivery.headers["Auto-Submitted"], "auto-generated");
    let [text, html] = <[_; 2]>::try_from(delivery.parts).unwrap();
    assert_eq!(
        (text.kind.as_str(), text.charset.as_str()),
        ("text/plain", "utf-8")
    );
    assert_eq!(
        (html.kind.as_str(), html.charset.as_str()),
        ("text/html", "utf-8")
    );
    assert_eq!(
        text.text.replace("\r\n", "\n").trim_end(),
        mail.text.trim_end()
    );
    assert_eq!(
        html.text.replace("\r\n", "\n").trim_end(),
        mail.html.trim_end()
    );
}

#[tokio::test]
async fn a_key_that_was_delivered_is_not_sent_again() {
    let Some(server) = Server::start("plain", None) else {
        return;
    };
    let mailer = SmtpMailer::new(&settings(server.port)).unwrap();
    let first = send(&mailer, "a", "dana@example.org").await.unwrap();
    assert_eq!(send(&mailer, "a", "dana@example.org").await, Ok(first));
    send(&mailer, "b", "dana@example.org").await.unwrap();
    assert_eq!(server.finish().len(), 2);
}

#[tokio::test]
async fn a_repeat_from_another_process_is_recognisable_by_its_message_id() {
    let Some(server) = Server::start("plain", None) else {
        return;
    };
    for _process in 0..2 {
        send(
            &SmtpMailer::new(&settings(server.port)).unwrap(),
            "a",
            "dana@example.org",
        )
        .await
        .unwrap();
    }
    let [first, second] = <[Delivery; 2]>::try_from(server.finish()).unwrap();
    assert_eq!(first.headers["Message-ID"], second.headers["Message-ID"]);
}

#[tokio::test]
async fn a_refused_mail_fails_for_good_and_says_why() {
    let Some(server) = Server::start("plain", None) else {
        return;
    };
    let mailer = SmtpMailer::new(&settings(server.port)).unwrap();
    let refused = send(&mailer, "a", "refused@example.org").await.unwrap_err();
    assert!(!refused.is_transient());
    assert!(
        refused
            .to_string()
            .ends_with("refuses this mail. It says: 550 5.1.1 No such mailbox here"),
        "{refused}"
    );
    let too_big = send(&mailer, "b", "too-big@example.org").await.unwrap_err();
    assert!(!too_big.is_transient(), "{too_big}");
    // The connection is still good for others.
    send(&mailer, "c", "dana@example.org").await.unwrap();
    assert_eq!(server.finish().len(), 1);
}

#[tokio::test]
async fn a_server_that_says_later_fails_for_the_moment() {
    let Some(server) = Server::start("plain", None) else {
        return;
    };
    let mailer = SmtpMailer::new(&settings(server.port)).unwrap();
    let later = send(&mailer, "a", "later@example.org").await.unwrap_err();
    assert!(later.is_transient());
    assert!(
        later
            .to_string()
            .ends_with("asks to try again later. It says: 451 4.3.0 Try again later"),
        "{later}"
    );
}

#[tokio::test]
async fn a_greylisted_mail_goes_out_once_when_tried_again() {
    let Some(server) = Server::start("plain", None) else {
        return;
    };
    let mailer = SmtpMailer::new(&settings(server.port)).unwrap();
    assert!(
        send(&mailer, "a", "greylisted@example.org")
            .await
            .unwrap_err()
            .is_transient()
    );
    send(&mailer, "a", "greylisted@example.org").await.unwrap();
    assert_eq!(server.finish().len(), 1);
}

#[tokio::test]
async fn a_closed_port_fails_for_the_moment() {
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let error = send(
        &SmtpMailer::new(&settings(port)).unwrap(),
        "a",
        "dana@example.org",
    )
    .await
    .unwrap_err();
    assert!(error.is_transient());
    assert!(error.to_string().contains("cannot be reached"), "{error}");
}

#[tokio::test]
async fn a_silent_server_fails_for_the_moment_and_frees_the_key() {
    let Some(server) = Server::start("plain", None) else {
        return;
    };
    let mailer = SmtpMailer::new(&SmtpSettings {
        timeout: Duration::from_secs(1),
        ..settings(server.port)
    })
    .unwrap();
    for _again in 0..2 {
        let error = send(&mailer, "a", "stalls@example.org").await.unwrap_err();
        assert!(error.is_transient());
        assert!(error.to_string().contains("did not answer"), "{error}");
    }
}

#[tokio::test]
async fn an_unusable_stored_address_fails_for_good_without_a_server() {
    let mailer = SmtpMailer::new(&settings(9)).unwrap();
    let stored = RenderedMail {
        to: "dana@example.org\r\nBcc: eve@example.org".to_owned(),
        ..mail("dana@example.org")
    };
    let error = mailer
        .send(&IdempotencyKey::new("a"), &stored)
        .await
        .unwrap_err();
    assert!(!error.is_transient(), "{error}");
}

#[tokio::test]
async fn a_server_without_starttls_is_given_nothing() {
    let Some(server) = Server::start("plain", None) else {
        return;
    };
    let settings = SmtpSettings {
        security: SmtpSecurity::Starttls,
        ..settings(server.port)
    };
    let error = send(
        &SmtpMailer::new(&settings).unwrap(),
        "a",
        "dana@example.org",
    )
    .await
    .unwrap_err();
    assert!(error.is_transient());
    assert!(
        error
            .to_string()
            .contains("cannot do what the mail settings ask for"),
        "{error}"
    );
    assert!(server.finish().is_empty());
}

fn encrypted(port: u16, security: SmtpSecurity, password: &str) -> SmtpSettings {
    SmtpSettings {
        host: "localhost".to_owned(),
        security,
        username: Some("sender".to_owned()),
        password: Some(password.to_owned()),
        ..settings(port)
    }
}

#[tokio::test]
async fn a_certificate_nobody_vouches_for_is_not_trusted() {
    for (mode, security) in [
        ("starttls", SmtpSecurity::Starttls),
        ("tls", SmtpSecurity::Tls),
    ] {
        let folder = fresh_folder(&format!("untrusted-{mode}"));
        let Some(server) = Server::start(mode, Some(&folder)) else {
            return;
        };
        let mailer = SmtpMailer::new(&encrypted(server.port, security, "right")).unwrap();
        let error = send(&mailer, "a", "dana@example.org").await.unwrap_err();
        assert!(error.is_transient());
        assert!(
            error.to_string().contains("The encrypted connection"),
            "{mode}: {error}"
        );
        assert!(server.finish().is_empty());
    }
}

#[test]
fn starttls_and_tls_sign_in_and_deliver_encrypted() {
    for mode in ["starttls", "tls"] {
        let folder = fresh_folder(&format!("trusted-{mode}"));
        let Some(server) = Server::start(mode, Some(&folder)) else {
            return;
        };
        // Which authorities are trusted is read from the environment, so this part runs in a process of its own.
        let child = std::process::Command::new(std::env::current_exe().unwrap())
            .args([
                "--ignored",
                "--exact",
                "smtp::in_a_process_that_trusts_the_test_authority",
                "--nocapture",
            ])
            .env("SSL_CERT_FILE", folder.join("ca.pem"))
            .env("TEST_SMTP_PORT", server.port.to_string())
            .env("TEST_SMTP_MODE", mode)
            .status()
            .unwrap();
        assert!(child.success(), "{mode}");
        let [delivery] = <[Delivery; 1]>::try_from(server.finish()).unwrap();
        assert!(delivery.encrypted && delivery.signed_in, "{mode}");
    }
}

#[tokio::test]
#[ignore = "run by starttls_and_tls_sign_in_and_deliver_encrypted"]
async fn in_a_process_that_trusts_the_test_authority() {
    let port = std::env::var("TEST_SMTP_PORT").unwrap().parse().unwrap();
    let security = if std::env::var("TEST_SMTP_MODE").unwrap() == "tls" {
        SmtpSecurity::Tls
    } else {
        SmtpSecurity::Starttls
    };
    let error = send(
        &SmtpMailer::new(&encrypted(port, security, "wrong")).unwrap(),
        "a",
        "dana@example.org",
    )
    .await
    .unwrap_err();
    assert!(
        error.is_transient(),
        "a wrong password can be mended: {error}"
    );
    assert!(
        error.to_string().contains("does not accept the sign-in"),
        "{error}"
    );
    assert!(!error.to_string().contains("wrong"), "{error}");
    send(
        &SmtpMailer::new(&encrypted(port, security, "right")).unwrap(),
        "a",
        "dana@example.org",
    )
    .await
    .unwrap();
}

fn fresh_folder(name: &str) -> std::path::PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::create_dir_all(&folder).expect("the build folder can be written to");
    folder
}
