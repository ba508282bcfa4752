//! A server on a real port with a real store, and the people who use it, each with a client of their own.

mod call;
mod cluster;
mod damage;
mod house;
mod language_model;
mod live;
mod livekit;
mod person;

pub use call::Call;
pub use cluster::{Asked, Cluster, Looks};
pub use damage::Damage;
pub use house::{ANSWER, House, Opening, PASSWORD, QUESTION};
pub use language_model::LanguageModel;
pub use live::{Live, seqs};
pub use livekit::LiveKit;
pub use person::{Person, Reply, token_in};

use std::time::Duration;

/// A test that waits for so long waits in vain. Generous: machines that build other things at the same time are slow.
pub const PATIENCE: Duration = Duration::from_secs(60);
