//! E-mail: what Trialogue's mails say, and how they are sent.
//!
//! Rendering and sending are apart. A [`Mail`] becomes a [`RenderedMail`] without I/O; the caller stores that (the mailbox
//! page shows it whether or not a mail server is configured) and then hands it to a [`Mailer`]. [`retry_after`] says
//! when to try again what failed for the moment.
//!
//! The templates are askama's: checked when the crate is compiled, and everything put into an `.html` template is escaped
//! unless a template says otherwise, which none does. MJML (through `mrml`) was considered: it would mean a second
//! template language before it to fill in and escape the values, and it earns its keep with columns, which these mails have none of.
//!
//! Names, notes, questions and messages are strangers' text. `wording` bounds them, takes line breaks out of what must
//! be one line, and keeps mail programs from making links of them.

mod address;
mod backoff;
mod link;
mod mail;
mod mailer;
mod smtp;
mod wording;

pub use address::{AddressError, EmailAddress};
pub use backoff::{MAX_ATTEMPTS, retry_after};
pub use link::{Link, LinkError};
pub use mail::{
    Brief, Entry, FollowUp, FollowUpOwed, GuestInvitation, Handoff, HandoffClosed, HandoffOutcome,
    HandoffReason, KnockWaiting, Knocker, Mail, MailboxTest, PasswordReset, RenderedMail, SaidBy,
    Site, Turn, WorkspaceInvitation,
};
pub use mailer::{IdempotencyKey, Mailer, SendError, Sent};
pub use smtp::{SmtpMailer, SmtpSecurity, SmtpSettings, SmtpSettingsError};
pub use wording::UnixMillis;
