//! The event log, the directory, and the outbox of effects, behind one trait.
//!
//! [`Store`] is the sum of one small trait a noun; everything takes `Arc<dyn Store>`. Nothing in the traits belongs to
//! one database. [`SqliteStore`] is the embedded one.
//!
//! | trait | holds | worth knowing |
//! |---|---|---|
//! | [`LogStore`] | events, wakes | [`append`](LogStore::append) writes events, summary, inbox rows, effects and [`Write`]s in one transaction |
//! | [`EffectStore`] | work that events cause | leased, retried, unique by key; an outcome completes its effect in the same append |
//! | [`ConversationStore`] | summary rows for lists | newest first, paged by [`ConversationCursor`] |
//! | [`HandoffStore`] | the inbox | |
//! | [`WorkspaceStore`], [`UserStore`], [`SessionStore`], [`TokenStore`], [`VisitorStore`] | who there is | only hashes of secrets come in |
//! | [`PersonaStore`], [`SourceStore`], [`QuestionStore`] | personas and what they know | [`PersonaStore::update_persona`] is optimistic |
//! | [`MailStore`], [`AuditStore`] | the mailbox, who read what | |
//! | [`WriteStore`], [`HealthStore`] | several writes at once; how the store is | |
//!
//! # What a caller may rely on
//!
//! - **Durable before answered.** A write is answered after the transaction that holds it was synced. Writes that wait
//!   together share one transaction and one sync (group commit), so a write waits for its neighbours' sync, not in line.
//! - **In order.** Writes take effect in the order in which their futures were first polled.
//! - **All or nothing.** A refused or failed write changed nothing. After a *failed* one ([`Error::Driver`]) whether it is
//!   durable is unknown, as after a lost connection: read the log again before deciding.
//! - **A dropped future** does not take a write back; it may still happen.
//! - **Scoped.** Every call takes the workspace and neither sees nor changes another's rows. The exceptions are the doors
//!   through which a request finds its workspace ([`SessionStore::session`], [`UserStore::user_by_email`],
//!   [`TokenStore::token`], [`VisitorStore::visitor_by_token`], [`PersonaStore::find_persona`],
//!   [`ConversationStore::workspace_of`]), reading a log, and the workers' own calls, which serve every workspace.
//! - **A full disk** answers writes with [`Error::Full`] at once, shows in [`HealthStore::health`], and ends by itself when
//!   there is room. Reading goes on meanwhile.
//!
//! Time is handed in; the store reads no clock for what it writes. JSON columns (`summary`, `profile`, `subject`,
//! `payload`, …) belong to the caller: the store keeps them and never looks inside.

mod audit;
mod conversations;
mod effects;
mod error;
mod handoffs;
mod health;
mod log;
mod mails;
mod personas;
mod questions;
mod sessions;
mod sources;
mod sqlite;
mod tokens;
mod users;
mod visitors;
mod words;
mod workspaces;
mod writes;

pub use audit::{AuditEntry, AuditStore, Audited};
pub use conversations::{Conversation, ConversationCursor, ConversationFilter, ConversationStore};
pub use effects::{EffectCounts, EffectLease, EffectStore, LeaseRequest, LeasedEffect, NewEffect};
pub use error::{
    AppendError, CreateUserError, Error, PasswordError, SetupError, UpdatePersonaError,
    UpdateUserError,
};
pub use handoffs::{HandoffCursor, HandoffFilter, HandoffRow, HandoffStore, ListedHandoff};
pub use health::{Health, HealthStore, Writes};
pub use log::{Append, LogStore, MAX_EVENT_BYTES, MAX_EVENTS_AN_APPEND, StoredEvent, Summary};
pub use mails::MailId;
pub use mails::{
    Mail, MailBody, MailCursor, MailListing, MailState, MailStatus, MailStore, NewMail,
};
pub use personas::{NewPersona, Persona, PersonaCard, PersonaStore, PersonaUpdate, Picture};
pub use questions::{Question, QuestionId, QuestionStore};
pub use sessions::{NewSession, Session, SessionStore};
pub use sources::{NewSource, Source, SourceId, SourceProgress, SourceState, SourceStore};
pub use sqlite::{SqliteOptions, SqliteStore};
pub use tokens::{NewToken, SpendToken, Token, TokenHash, TokenKind, TokenStore};
pub use users::{NewUser, User, UserChange, UserRole, UserStore};
pub use visitors::{NewVisitor, Visitor, VisitorStore};
pub use workspaces::{Workspace, WorkspaceStore};
pub use writes::{Write, WriteStore};

/// Everything durable. See the crate's documentation for what each part promises.
pub trait Store:
    LogStore
    + EffectStore
    + ConversationStore
    + HandoffStore
    + WorkspaceStore
    + UserStore
    + SessionStore
    + TokenStore
    + VisitorStore
    + PersonaStore
    + SourceStore
    + QuestionStore
    + MailStore
    + AuditStore
    + WriteStore
    + HealthStore
    + Send
    + Sync
    + 'static
{
}

impl<S> Store for S where
    S: LogStore
        + EffectStore
        + ConversationStore
        + HandoffStore
        + WorkspaceStore
        + UserStore
        + SessionStore
        + TokenStore
        + VisitorStore
        + PersonaStore
        + SourceStore
        + QuestionStore
        + MailStore
        + AuditStore
        + WriteStore
        + HealthStore
        + Send
        + Sync
        + 'static
{
}
