//! What a persona knows, and whether it can answer: reading sources, splitting and indexing them, searching, answering with
//! citations, and the judgement "I cannot answer this". Knows nothing of conversations, storage or the server.
//!
//! ```no_run
//! use trialogue_persona::{BuiltIn, Embedder, Index, Question, Settings, Source, SourceIndex, SourceKind};
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // Once per process; `None` is fine and means BM25 alone.
//! let embedder = Embedder::load("data/model".as_ref(), 1).ok().map(std::sync::Arc::new);
//! // Ingestion, in a blocking task. The bytes are what the caller stores; they load back in milliseconds.
//! let source = Source { id: "s1".into(), title: "House rules".into(), kind: SourceKind::Markdown, bytes: b"# Keys\nKeys are at the desk.".to_vec() };
//! let segment = SourceIndex::build(&source, embedder.as_deref(), &mut |_progress| true)?;
//! let stored: Vec<u8> = segment.to_bytes()?;
//! // One index per persona; sources come and go without rebuilding the rest.
//! let mut index = Index::new();
//! index.insert(SourceIndex::from_bytes(&stored)?);
//! // Answering, in a blocking task.
//! let answer = BuiltIn::new(embedder).answer(&index, &Question::new("Where are the keys?"), &Settings::default());
//! println!("{} ({:.2}) {:?}", answer.text, answer.confidence, answer.outcome);
//! index.remove("s1");
//! # Ok(()) }
//! ```
//!
//! Everything is `Send + Sync`. The core is synchronous; only [`Answerer`], which a language model may stand behind, is async.

mod address;
mod answer;
mod confidence;
mod embed;
pub mod eval;
mod index;
mod model;
mod ordinary;
mod said;
mod scope;
mod segment;
mod source;
mod split;
pub mod talk;
mod terms;
mod vectors;
mod wording;

pub use answer::{
    Answer, Answerer, BuiltIn, Citation, HandoffReason, OnText, Outcome, Question, Ranked, Request,
    Role, Settings, Turn, WrittenBy,
};
pub use embed::{Embedder, ModelError};
pub use index::Index;
pub use model::{ModelAnswerer, ModelConfig, ModelFailure, Patience};
pub use said::Remark;
pub use segment::{BuildError, Progress, SegmentError, SourceIndex};
pub use source::{Document, QuestionAnswer, ReadError, Section, Source, SourceKind, read};
