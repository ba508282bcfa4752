//! All sources of one persona, searched together: BM25 over words and cosines over meaning.
//!
//! BM25 is written out here rather than taken from a search library because the judgement "can I answer this?" needs its inside: the
//! share of the best score a question could reach ("coverage"), which compares across questions where the raw score does not.

use crate::ordinary;
use crate::scope::Scope;
use crate::segment::SourceIndex;
use crate::split::{Body, Passage};
use crate::terms::is_function_word;
use crate::vectors::Vectors;
use crate::wording;
use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

/// BM25's usual constants (Robertson and Zaragoza 2009).
const K1: f32 = 1.2;
const B: f32 = 0.75;

/// Search over the sources of one persona. Cloning is cheap enough to swap a new one in while questions run on the old.
#[derive(Debug, Clone, Default)]
pub struct Index {
    sources: Vec<Arc<Loaded>>,
    /// In how many passages each term occurs.
    frequency: HashMap<String, u32>,
    passages: usize,
    terms: u64,
    /// Fitted at the first question after a change.
    scope: OnceLock<Option<Arc<Scope>>>,
}

#[derive(Debug)]
pub(crate) struct Loaded {
    pub(crate) segment: SourceIndex,
    /// For each term, passages and how often it occurs there.
    postings: HashMap<String, Vec<(u32, u32)>>,
    /// How many terms each passage has.
    lengths: Vec<u32>,
    /// For each key of a phrasing's wording, the phrasings that have it.
    wordings: HashMap<String, Vec<u32>>,
}

/// How well every passage matches, numbered through all sources in order.
pub(crate) struct Matches {
    /// The best cosine of the passage, its sentences and its heading; empty without the model.
    pub cosines: Vec<f32>,
    /// BM25 as a share of the best score the question could reach, 0 to 1.
    pub coverage: Vec<f32>,
}

/// The words of a question with their weights: BM25's rarity, less for words taken from an earlier turn.
pub(crate) type Weighted = Vec<(String, f32)>;

impl Index {
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a source, or replaces the one with the same id.
    pub fn insert(&mut self, segment: SourceIndex) {
        self.remove(segment.id());
        let mut postings: HashMap<String, Vec<(u32, u32)>> = HashMap::new();
        let mut lengths = Vec::with_capacity(segment.len());
        for passage in 0..segment.len() {
            let mut length = 0;
            for (term, count) in segment.terms_of(passage) {
                length += count;
                match postings.get_mut(term) {
                    Some(list) => list.push((passage as u32, count)),
                    None => drop(postings.insert(term.to_owned(), vec![(passage as u32, count)])),
                }
            }
            lengths.push(length);
        }
        let wordings = wordings(&segment);
        for (term, list) in &postings {
            *self.frequency.entry(term.clone()).or_default() += list.len() as u32;
        }
        self.passages += lengths.len();
        self.terms += lengths.iter().map(|length| u64::from(*length)).sum::<u64>();
        self.scope = OnceLock::new();
        self.sources.push(Arc::new(Loaded {
            segment,
            postings,
            lengths,
            wordings,
        }));
    }

    /// Takes a source out; says whether it was there.
    pub fn remove(&mut self, source_id: &str) -> bool {
        let Some(at) = self
            .sources
            .iter()
            .position(|source| source.segment.id() == source_id)
        else {
            return false;
        };
        let source = self.sources.remove(at);
        for (term, list) in &source.postings {
            if let Some(count) = self.frequency.get_mut(term) {
                *count = count.saturating_sub(list.len() as u32);
                if *count == 0 {
                    self.frequency.remove(term);
                }
            }
        }
        self.passages -= source.lengths.len();
        self.terms -= source
            .lengths
            .iter()
            .map(|length| u64::from(*length))
            .sum::<u64>();
        self.scope = OnceLock::new();
        true
    }

    /// Passages and phrasings over all sources.
    pub fn len(&self) -> usize {
        self.passages
    }

    pub fn is_empty(&self) -> bool {
        self.passages == 0
    }

    /// Whether every source was built with the model. Where not, the persona's page says that only words are matched.
    pub fn has_embeddings(&self) -> bool {
        self.sources
            .iter()
            .all(|source| source.segment.has_embeddings())
    }

    /// The text of the passage of this source that holds these words, for showing a citation in its place.
    pub fn passage_holding(&self, source_id: &str, words: &str) -> Option<&str> {
        let source = self
            .sources
            .iter()
            .find(|source| source.segment.id() == source_id)?;
        let passages = source.segment.passages.iter();
        passages
            .map(|passage| passage.text.as_str())
            .find(|text| text.contains(words))
    }

    pub(crate) fn sources(&self) -> &[Arc<Loaded>] {
        &self.sources
    }

    /// A passage by its number through all sources, with its source and its number there.
    pub(crate) fn passage(&self, mut at: usize) -> Option<(&SourceIndex, usize, &Passage)> {
        for source in &self.sources {
            match source.segment.passages.get(at) {
                Some(passage) => return Some((&source.segment, at, passage)),
                None => at -= source.segment.len(),
            }
        }
        None
    }

    /// How rare a term is here and in ordinary English. A term that occurs in neither weighs most: it is what the sources don't speak of.
    pub(crate) fn rarity(&self, term: &str) -> f32 {
        let here = self.frequency.get(term).copied().unwrap_or(0) as f32;
        let beside = ordinary::passages_beside(self.passages);
        let total = self.passages as f32 + beside;
        let with = here + beside * ordinary::share_with(term);
        (1.0 + (total - with + 0.5) / (with + 0.5)).ln()
    }

    /// The distinct words of a question with their weights.
    pub(crate) fn weigh(&self, words: &[String], earlier: &[String]) -> Weighted {
        /// A word of the previous turn helps to find the topic; the question itself decides within it.
        const EARLIER: f32 = 0.5;
        /// “How” and “when” tell questions apart, less than topics do. Best of 0, 0.25, 0.5 and 1 on CLINC150's validation half.
        const FUNCTION_WORD: f32 = 0.5;
        let mut weighted: Weighted = Vec::new();
        for (words, share) in [(words, 1.0), (earlier, EARLIER)] {
            for word in words {
                if !weighted.iter().any(|(known, _)| known == word) {
                    let kind = if is_function_word(word) {
                        FUNCTION_WORD
                    } else {
                        1.0
                    };
                    weighted.push((word.clone(), self.rarity(word) * share * kind));
                }
            }
        }
        weighted
    }

    pub(crate) fn search(&self, words: &Weighted, vector: Option<&Vectors>) -> Matches {
        let mean_length = (self.terms as f32 / self.passages.max(1) as f32).max(1.0);
        let best: f32 = words
            .iter()
            .map(|(_, weight)| weight * (K1 + 1.0))
            .sum::<f32>()
            .max(f32::MIN_POSITIVE);
        let mut coverage = vec![0.0; self.passages];
        let mut cosines = if vector.is_some() {
            vec![-1.0_f32; self.passages]
        } else {
            Vec::new()
        };
        let mut first = 0;
        for source in &self.sources {
            for (word, weight) in words {
                for (passage, count) in source.postings.get(word).map_or(&[][..], Vec::as_slice) {
                    let (count, length) = (*count as f32, source.lengths[*passage as usize] as f32);
                    let saturation =
                        count * (K1 + 1.0) / (count + K1 * (1.0 - B + B * length / mean_length));
                    coverage[first + *passage as usize] += weight * saturation / best;
                }
            }
            if let Some(vector) = vector {
                for (passage, cosine) in source.segment.cosines(vector) {
                    let so_far = &mut cosines[first + passage];
                    *so_far = so_far.max(cosine);
                }
            }
            first += source.segment.len();
        }
        Matches { cosines, coverage }
    }

    /// The phrasings that ask this question in nearly these words, numbered through all sources, ascending.
    pub(crate) fn same_question(&self, question: &str) -> Vec<usize> {
        let keys = wording::keys(question);
        let mut first = 0;
        let mut same = Vec::new();
        for source in &self.sources {
            let found = keys.iter().filter_map(|key| source.wordings.get(key));
            same.extend(found.flatten().map(|passage| first + *passage as usize));
            first += source.segment.len();
        }
        same.sort_unstable();
        same.dedup();
        same
    }

    /// How typical questions of this persona are spread, where there are enough of them to know.
    pub(crate) fn scope(&self) -> Option<Arc<Scope>> {
        self.scope
            .get_or_init(|| Scope::fit(self).map(Arc::new))
            .clone()
    }

    /// The number of every phrasing's answer, counted through all sources; `None` for prose.
    pub(crate) fn answer_numbers(&self) -> impl Iterator<Item = Option<usize>> + '_ {
        let mut first = 0;
        self.sources.iter().flat_map(move |source| {
            let base = first;
            first += source.segment.answers.len();
            source
                .segment
                .passages
                .iter()
                .map(move |passage| match &passage.body {
                    Body::Phrasing { answer } => Some(base + *answer as usize),
                    Body::Prose { .. } => None,
                })
        })
    }

    pub(crate) fn answer_count(&self) -> usize {
        self.sources
            .iter()
            .map(|source| source.segment.answers.len())
            .sum()
    }
}

fn wordings(segment: &SourceIndex) -> HashMap<String, Vec<u32>> {
    let mut wordings: HashMap<String, Vec<u32>> = HashMap::new();
    for (number, passage) in (0..).zip(&segment.passages) {
        if matches!(passage.body, Body::Phrasing { .. }) {
            for key in wording::keys(&passage.text) {
                wordings.entry(key).or_default().push(number);
            }
        }
    }
    wordings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Source, SourceKind};
    use crate::terms::terms;

    fn segment(id: &str, text: &str) -> SourceIndex {
        let source = Source {
            id: id.into(),
            title: id.into(),
            kind: SourceKind::Text,
            bytes: text.as_bytes().to_vec(),
        };
        SourceIndex::build(&source, None, &mut |_| true).unwrap()
    }

    fn coverage(index: &Index, question: &str) -> Vec<f32> {
        index
            .search(&index.weigh(&terms(question), &[]), None)
            .coverage
    }

    #[test]
    fn removing_a_source_leaves_an_index_as_if_it_had_never_been() {
        let mut index = Index::new();
        index.insert(segment("a", "The boiler is in the cellar."));
        let before = (
            coverage(&index, "boiler cellar roof"),
            index.frequency.clone(),
            index.terms,
        );
        index.insert(segment(
            "b",
            "The roof and the boiler were repaired in May.",
        ));
        assert_ne!(coverage(&index, "boiler cellar roof")[0], before.0[0]);
        assert!(index.remove("b"));
        assert!(!index.remove("b"));
        assert_eq!(
            (
                coverage(&index, "boiler cellar roof"),
                index.frequency.clone(),
                index.terms
            ),
            before
        );
    }

    #[test]
    fn a_source_inserted_twice_is_replaced() {
        let mut index = Index::new();
        index.insert(segment("a", "Old text."));
        index.insert(segment("a", "New words."));
        assert_eq!(index.len(), 1);
        assert_eq!(coverage(&index, "old"), [0.0]);
        assert!(coverage(&index, "new")[0] > 0.4);
    }

    #[test]
    fn a_common_word_that_a_small_collection_lacks_costs_less_than_a_rare_one() {
        let mut index = Index::new();
        index.insert(segment("a", "The boiler is in the cellar."));
        for room in 1..12 {
            index.insert(segment(&room.to_string(), "A room with a window."));
        }
        let common = coverage(&index, "does the boiler start")[0];
        assert!(common > 1.2 * coverage(&index, "does the boiler ferment")[0]);
    }

    #[test]
    fn coverage_falls_with_every_word_the_sources_do_not_know() {
        let mut index = Index::new();
        index.insert(segment("a", "The boiler is in the cellar."));
        assert!(
            coverage(&index, "boiler cellar")[0]
                > 2.0 * coverage(&index, "boiler cellar zeppelin fuel tax")[0]
        );
    }
}
