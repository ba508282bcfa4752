//! One source, ready to be searched: what ingestion makes and storage keeps.

use crate::embed::Embedder;
use crate::source::{ReadError, Source, read};
use crate::split::{Body, Passage, split};
use crate::terms::terms;
use crate::vectors::Vectors;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// Raised when what is stored changes its meaning; older segments are then built again from their source.
const FORMAT: u32 = 1;

/// The index of one source. The caller stores its bytes; an [`crate::Index`] joins many.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SourceIndex {
    format: u32,
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) passages: Vec<Passage>,
    pub(crate) answers: Vec<String>,
    /// Every term of the source once.
    vocabulary: Vec<String>,
    /// For each passage, how often each term occurs.
    counts: Vec<Vec<(u32, u32)>>,
    vectors: Vectors,
    /// Where each passage's vectors begin. In order: the whole passage, its sentences when there are several, its heading.
    units: Vec<u32>,
}

/// How far ingestion has come, in passages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    pub done: usize,
    pub total: usize,
}

/// Why no index could be made from a source.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    #[error(transparent)]
    Read(#[from] ReadError),
    #[error("The embedding model failed: {0}")]
    Model(String),
    #[error("Indexing was stopped.")]
    Stopped,
}

/// Why stored bytes are not a usable segment. The remedy is always to build it again from the source.
#[derive(Debug, thiserror::Error)]
pub enum SegmentError {
    #[error("the stored index is of format {0}, this version reads format {FORMAT}")]
    Format(u32),
    #[error("the stored index is damaged: {0}")]
    Damaged(String),
}

impl SourceIndex {
    /// Reads, splits and indexes a source. `progress` is called before each passage is embedded; it returns whether to go on.
    pub fn build(
        source: &Source,
        embedder: Option<&Embedder>,
        progress: &mut dyn FnMut(Progress) -> bool,
    ) -> Result<Self, BuildError> {
        let document = read(source)?;
        let (passages, answers) = split(&document);
        let title = if source.title.trim().is_empty() {
            document.title.unwrap_or_else(|| source.id.clone())
        } else {
            source.title.clone()
        };
        let (vocabulary, counts) = count_terms(&passages);
        let mut segment = Self {
            format: FORMAT,
            id: source.id.clone(),
            title,
            passages,
            answers,
            vocabulary,
            counts,
            vectors: Vectors::default(),
            units: Vec::new(),
        };
        let total = segment.passages.len();
        if let Some(embedder) = embedder {
            for done in 0..total {
                if !progress(Progress { done, total }) {
                    return Err(BuildError::Stopped);
                }
                segment.units.push(segment.vectors.len() as u32);
                for unit in units(&segment.passages[done]) {
                    segment
                        .vectors
                        .push(&embedder.embed(&unit).map_err(BuildError::Model)?);
                }
            }
        }
        progress(Progress { done: total, total });
        Ok(segment)
    }

    /// The same source under another id and title. Renaming needs no new index.
    #[must_use]
    pub fn renamed(self, id: impl Into<String>, title: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            title: title.into(),
            ..self
        }
    }

    /// The form to store.
    pub fn to_bytes(&self) -> Result<Vec<u8>, SegmentError> {
        postcard::to_stdvec(self).map_err(|error| SegmentError::Damaged(error.to_string()))
    }

    /// Reads what [`Self::to_bytes`] gave. Bytes that are damaged or of another version are an error, never a panic later.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, SegmentError> {
        let (format, _) = postcard::take_from_bytes::<u32>(bytes)
            .map_err(|error| SegmentError::Damaged(error.to_string()))?;
        if format != FORMAT {
            return Err(SegmentError::Format(format));
        }
        let segment: Self = postcard::from_bytes(bytes)
            .map_err(|error| SegmentError::Damaged(error.to_string()))?;
        if segment.is_sound() {
            Ok(segment)
        } else {
            Err(SegmentError::Damaged("its parts don't fit together".into()))
        }
    }

    pub fn id(&self) -> &str {
        &self.id
    }

    pub fn title(&self) -> &str {
        &self.title
    }

    /// How many passages and question phrasings can be found.
    pub fn len(&self) -> usize {
        self.passages.len()
    }

    pub fn is_empty(&self) -> bool {
        self.passages.is_empty()
    }

    /// Whether it was built with the model. Without, only words are matched: building it again with the model improves it.
    pub fn has_embeddings(&self) -> bool {
        self.vectors.len() > 0 || self.is_empty()
    }

    pub(crate) fn terms_of(&self, passage: usize) -> impl Iterator<Item = (&str, u32)> {
        let counts = self.counts.get(passage).map_or(&[][..], Vec::as_slice);
        counts.iter().filter_map(|(term, count)| {
            Some((self.vocabulary.get(*term as usize)?.as_str(), *count))
        })
    }

    /// For each vector of the source, whose passage it is.
    pub(crate) fn cosines<'a>(
        &'a self,
        query: &'a Vectors,
    ) -> impl Iterator<Item = (usize, f32)> + 'a {
        let owners = self.units.iter().enumerate().flat_map(|(passage, start)| {
            let end = self
                .units
                .get(passage + 1)
                .map_or(self.vectors.len(), |end| *end as usize);
            (*start as usize..end).map(move |_| passage)
        });
        owners.zip(self.vectors.cosines(query))
    }

    /// The cosines of one passage's sentences, if it has vectors of its sentences.
    pub(crate) fn unit_cosines(&self, passage: usize, query: &Vectors) -> Vec<f32> {
        let Some(start) = self.units.get(passage).map(|start| *start as usize) else {
            return Vec::new();
        };
        let end = self
            .units
            .get(passage + 1)
            .map_or(self.vectors.len(), |end| *end as usize);
        let query: Vec<f32> = query.get(0).collect();
        (start..end)
            .map(|unit| self.vectors.get(unit).zip(&query).map(|(a, b)| a * b).sum())
            .collect()
    }

    pub(crate) fn vector(&self, passage: usize) -> impl Iterator<Item = f32> + '_ {
        self.vectors.get(
            self.units
                .get(passage)
                .map_or(usize::MAX / 1024, |start| *start as usize),
        )
    }

    fn is_sound(&self) -> bool {
        let embedded = self.units.is_empty() || self.units.len() == self.passages.len();
        embedded
            && self.vectors.is_sound()
            && self.counts.len() == self.passages.len()
            && self.units.windows(2).all(|pair| pair[0] <= pair[1])
            && self
                .units
                .iter()
                .all(|start| *start as usize <= self.vectors.len())
            && self.passages.iter().all(|passage| match &passage.body {
                Body::Phrasing { answer } => (*answer as usize) < self.answers.len(),
                Body::Prose { .. } => true,
            })
    }
}

/// The texts of a passage that get a vector each.
fn units(passage: &Passage) -> Vec<String> {
    let Body::Prose { sentences } = &passage.body else {
        return vec![passage.text.clone()];
    };
    let whole = match passage.heading() {
        Some(heading) => format!("{heading}. {}", passage.text),
        None => passage.text.clone(),
    };
    let sentences = if sentences.len() > 1 {
        passage.sentences().map(str::to_owned).collect()
    } else {
        Vec::new()
    };
    std::iter::once(whole)
        .chain(sentences)
        .chain(passage.heading().map(str::to_owned))
        .collect()
}

fn count_terms(passages: &[Passage]) -> (Vec<String>, Vec<Vec<(u32, u32)>>) {
    let mut numbers: HashMap<String, u32> = HashMap::new();
    let mut vocabulary = Vec::new();
    let mut counts = Vec::with_capacity(passages.len());
    for passage in passages {
        let mut here: HashMap<u32, u32> = HashMap::new();
        let headings = passage.headings.iter().map(String::as_str);
        for term in headings.chain([passage.text.as_str()]).flat_map(terms) {
            let number = *numbers.entry(term).or_insert_with_key(|term| {
                vocabulary.push(term.clone());
                vocabulary.len() as u32 - 1
            });
            *here.entry(number).or_default() += 1;
        }
        let mut here: Vec<(u32, u32)> = here.into_iter().collect();
        here.sort_unstable();
        counts.push(here);
    }
    (vocabulary, counts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceKind;

    fn segment() -> SourceIndex {
        let source = Source {
            id: "s".into(),
            title: String::new(),
            kind: SourceKind::Markdown,
            bytes: b"# Keys\nAt the desk. Ask Ann.".to_vec(),
        };
        SourceIndex::build(&source, crate::embed::for_tests().as_deref(), &mut |_| true).unwrap()
    }

    #[test]
    fn bytes_read_back_equal_and_damage_is_an_error() {
        let segment = segment();
        assert_eq!(segment.title(), "Keys");
        let bytes = segment.to_bytes().unwrap();
        assert_eq!(
            SourceIndex::from_bytes(&bytes).unwrap().to_bytes().unwrap(),
            bytes
        );
        assert!(matches!(
            SourceIndex::from_bytes(&[9, 0, 0]),
            Err(SegmentError::Format(9))
        ));
        for cut in 0..bytes.len().min(400) {
            assert!(SourceIndex::from_bytes(&bytes[..cut]).is_err());
        }
    }

    #[test]
    fn progress_counts_up_and_can_stop_the_work() {
        let Some(embedder) = crate::embed::for_tests() else {
            return;
        };
        let source = Source {
            id: "s".into(),
            title: "t".into(),
            kind: SourceKind::Csv,
            bytes: b"question,answer\na?,1\nb?,2".to_vec(),
        };
        let mut seen = Vec::new();
        SourceIndex::build(&source, Some(&embedder), &mut |progress| {
            seen.push((progress.done, progress.total));
            true
        })
        .unwrap();
        assert_eq!(seen, [(0, 2), (1, 2), (2, 2)]);
        assert!(matches!(
            SourceIndex::build(&source, Some(&embedder), &mut |_| false),
            Err(BuildError::Stopped)
        ));
    }
}
