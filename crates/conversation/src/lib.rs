//! The rules of Trialogue: who may do what, who sees what, and when the persona speaks.
//!
//! Pure: no async, no I/O, no clock, no randomness. Time and outside ids come in as values.
//! [`decide`] says whether an actor may do something now and what follows; [`apply`] keeps the books and never fails;
//! [`visible_to`] and [`view()`] are the only way from state to a viewer; [`effects()`] names the work an event causes
//! outside of the log; [`next_wake`] says when time alone changes something.
//!
//! The way of a command: `decide` gives events, [`record`] gives them their places in the log, the log keeps them, `apply`
//! folds them into the state, `effects` says what is to be done besides, and each viewer is shown what `visible_to` lets
//! through. The state can be thrown away and rebuilt by [`State::replay`] at any time.
//!
//! Invariants, each held by a property in tests/suite/properties: replaying the log gives the live state; seqs have no gaps;
//! nobody who was not admitted is shown content; whispers and monitors never reach visitors and guests; each knock is
//! decided once; every raised handoff is settled or owed; the persona never speaks unaddressed while another human is
//! present; nothing of an outdated turn appears; nobody without a place holds a grant for media, monitors publish nothing,
//! and nobody switches another's camera, microphone or screen on.

pub mod command;
mod decide;
mod effects;
pub mod event;
pub mod floor;
pub mod handoff;
mod hearing;
pub mod ids;
pub mod joining;
pub mod limits;
pub mod media;
pub mod message;
mod names;
pub mod participant;
pub mod permissions;
pub mod refusal;
pub mod remarks;
mod sentences;
pub mod settings;
pub mod state;
mod stored;
pub mod summary;
mod timers;
pub mod view;
mod viewer;
mod viewing;
mod visibility;

pub use decide::{Decision, comes_as, decide};
pub use effects::{Effect, effects};
pub use refusal::Refusal;
pub use state::{State, apply};
pub use stored::{StoredError, read_stored, record};
pub use summary::{Summary, SummaryPersona, summary};
pub use timers::next_wake;
pub use viewer::{AudienceKey, Viewer};
pub use viewing::{changes_view, view, waiting_view};
pub use visibility::{Signal, Visibility, signal_visible_to, visible_to};
