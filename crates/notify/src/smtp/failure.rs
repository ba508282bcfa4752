use crate::{SendError, wording};
use lettre::transport::smtp::Error;
use std::error::Error as _;

/// What went wrong, and whether trying again can help.
///
/// A 5xx is about this mail, and final, except where the server refuses us: that is the settings' fault, it hits every
/// mail alike, and once the settings are mended the waiting mails should still go out.
pub(super) fn in_words(error: &Error, server: &str) -> SendError {
    let detail = detail(error);
    match error.status().map(u16::from) {
        // 530 authentication required, 534 mechanism too weak, 535 credentials invalid, 538 encryption required (RFC 4954 6).
        Some(530 | 534 | 535 | 538) => SendError::Transient(format!(
            "The mail server {server} does not accept the sign-in from the mail settings. It says: {detail}"
        )),
        Some(code) if error.is_permanent() => SendError::Permanent(format!(
            "The mail server {server} refuses this mail. It says: {code} {detail}"
        )),
        Some(code) => SendError::Transient(format!(
            "The mail server {server} asks to try again later. It says: {code} {detail}"
        )),
        None if error.is_tls() || encryption_failed(error) => SendError::Transient(format!(
            "The encrypted connection to the mail server {server} failed: {detail}"
        )),
        None if error.is_response() => SendError::Transient(format!(
            "The mail server {server} gave an answer that makes no sense: {detail}"
        )),
        None if error.is_client() => SendError::Transient(format!(
            "The mail server {server} cannot do what the mail settings ask for: {detail}"
        )),
        None => SendError::Transient(format!(
            "The mail server {server} cannot be reached: {detail}"
        )),
    }
}

/// lettre counts a failed handshake as a broken connection; the cause inside tells.
fn encryption_failed(error: &Error) -> bool {
    let mut next = error.source();
    while let Some(cause) = next {
        let inside = cause
            .downcast_ref::<std::io::Error>()
            .and_then(std::io::Error::get_ref);
        if inside.is_some_and(|inside| inside.is::<rustls::Error>()) {
            return true;
        }
        next = cause.source();
    }
    false
}

/// The innermost cause says the most; the outer ones repeat its category.
fn detail(error: &Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    let mut next = error.source();
    while let Some(inner) = next {
        cause = inner;
        next = inner.source();
    }
    wording::line(&cause.to_string(), 300)
}
