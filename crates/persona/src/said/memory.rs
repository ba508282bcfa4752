//! What was read once need not be read again: the sentences, words and vectors of remarks and of the questions they answer.

use super::statement::{is_verdict, statements};
use crate::embed::Embedder;
use crate::terms::terms;
use crate::vectors::Vectors;
use crate::wording;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

/// How many texts are remembered, over all conversations: about two kilobytes each.
const REMEMBERED: usize = 8_192;

/// A text, read.
#[derive(Debug, Default)]
pub(crate) struct Read {
    /// The sentences that state something; of a question, none.
    pub sentences: Vec<Range<usize>>,
    /// The words of each sentence; of a question, all.
    pub terms: Vec<Vec<String>>,
    /// One for each sentence; of a question, one. None without the model.
    pub vectors: Vectors,
    /// It begins with yes or no.
    pub is_verdict: bool,
    /// Of a question, by which it is recognised in other words.
    pub keys: Vec<String>,
}

impl Read {
    pub(crate) fn states_something(&self) -> bool {
        self.is_verdict || !self.sentences.is_empty()
    }

    pub(crate) fn has_vectors(&self) -> bool {
        self.vectors.len() > 0
    }
}

/// Remembers what it read, by the text itself: nothing in it can be out of date.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    embedder: Option<Arc<Embedder>>,
    known: Mutex<HashMap<Key, Arc<Read>>>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Key {
    Question(String),
    Remark { speaker: String, text: String },
}

impl Memory {
    pub(crate) fn new(embedder: Option<Arc<Embedder>>) -> Self {
        Self {
            embedder,
            known: Mutex::default(),
        }
    }

    pub(crate) fn remark(&self, speaker: &str, text: &str) -> Arc<Read> {
        let key = Key::Remark {
            speaker: speaker.to_owned(),
            text: text.to_owned(),
        };
        self.recall(key, || {
            let sentences = statements(text, speaker);
            let texts: Vec<&str> = sentences
                .iter()
                .filter_map(|range| text.get(range.clone()))
                .collect();
            Read {
                terms: texts.iter().map(|text| terms(text)).collect(),
                vectors: self.vectors(&texts),
                is_verdict: is_verdict(text),
                keys: Vec::new(),
                sentences,
            }
        })
    }

    pub(crate) fn question(&self, text: &str) -> Arc<Read> {
        self.recall(Key::Question(text.to_owned()), || Read {
            sentences: Vec::new(),
            terms: vec![terms(text)],
            vectors: self.vectors(&[text]),
            is_verdict: false,
            keys: wording::keys(text),
        })
    }

    /// Whether a remark was read already, so that asking for it costs nothing.
    pub(crate) fn knows_remark(&self, speaker: &str, text: &str) -> bool {
        let key = Key::Remark {
            speaker: speaker.to_owned(),
            text: text.to_owned(),
        };
        self.lock().contains_key(&key)
    }

    fn recall(&self, key: Key, read: impl FnOnce() -> Read) -> Arc<Read> {
        if let Some(known) = self.lock().get(&key) {
            return Arc::clone(known);
        }
        // Read outside of the lock: the model takes milliseconds, and two who read the same come to the same.
        let read = Arc::new(read());
        let mut known = self.lock();
        if known.len() >= REMEMBERED {
            // Conversations end, and their remarks are asked for no more. What is in use is read again, once.
            known.clear();
        }
        known.insert(key, Arc::clone(&read));
        read
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<Key, Arc<Read>>> {
        // The map is whole at every moment.
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// All of them or none: half of a text's vectors would compare it unfairly.
    fn vectors(&self, texts: &[&str]) -> Vectors {
        let mut vectors = Vectors::default();
        let Some(embedder) = &self.embedder else {
            return vectors;
        };
        for text in texts {
            match embedder.embed(text) {
                Ok(vector) => vectors.push(&vector),
                Err(error) => {
                    tracing::error!(%error, "the embedding model failed");
                    return Vectors::default();
                }
            }
        }
        vectors
    }
}
