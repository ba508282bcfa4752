//! From matches to candidate answers, each with its evidence. Passages of prose are looked at here, the owner's pairs in `pairs.rs`.

use super::Ranked;
use super::expected::Expected;
use super::pairs::pairs;
use crate::confidence::Evidence;
use crate::index::{Index, Matches, Weighted};
use crate::ordinary::lack;
use crate::split::Body;
use crate::terms::terms;
use crate::vectors::Vectors;

/// What the question was turned into.
pub(super) struct Search<'a> {
    pub index: &'a Index,
    pub words: Weighted,
    /// The question's own words, without those of an earlier turn.
    pub own: Vec<String>,
    /// The earlier turn that it is read with; empty for none.
    pub earlier: String,
    /// The kind of answer that it asks for, where its words say it.
    pub expected: Option<Expected>,
    /// Phrasings that ask the same in nearly the same words, numbered through all sources, ascending.
    pub same: Vec<usize>,
    /// The question's vector, packed as the index packs its own; `None` without the model.
    pub vector: Option<Vectors>,
}

/// A possible answer.
pub(super) struct Candidate {
    pub score: f32,
    pub evidence: Evidence,
    /// Which of the fits turns its evidence into confidence.
    pub kind: &'static str,
    /// Its passage, numbered through all sources; for a pair, the best phrasing.
    pub passage: usize,
}

/// How many candidates of each kind are looked at closely.
pub(super) const CLOSE: usize = 30;
/// What a passage's score is made of. Fitted on the even-numbered articles of SQuAD 2.0 (docs/answering.md).
const PASSAGE_COSINE: f32 = 0.43;
const SENTENCE: f32 = 0.57;
const PASSAGE_COVERAGE: f32 = 0.23;
const NEIGHBOURS: f32 = 0.16;
/// What the words of a sentence are worth beside its meaning.
const SENTENCE_WORDS: f32 = 0.6;
/// For the first, rough choice among all passages: what a full BM25 coverage is worth in cosines.
const ROUGH_COVERAGE: f32 = 0.7;

/// Candidates of both kinds, each best first.
pub(super) fn find(search: &Search<'_>) -> (Vec<Candidate>, Vec<Candidate>) {
    let matches = search.index.search(&search.words, search.vector.as_ref());
    (prose(search, &matches), pairs(search, &matches))
}

fn prose(search: &Search<'_>, matches: &Matches) -> Vec<Candidate> {
    let index = search.index;
    let mut rough: Vec<(f32, usize)> = index
        .answer_numbers()
        .enumerate()
        .filter(|(_, answer)| answer.is_none())
        .map(|(at, _)| {
            (
                matches.cosines.get(at).copied().unwrap_or(0.0)
                    + ROUGH_COVERAGE * matches.coverage[at],
                at,
            )
        })
        .filter(|(score, _)| *score > 0.0)
        .collect();
    keep_best(&mut rough, CLOSE);
    let mut candidates: Vec<Candidate> = rough
        .into_iter()
        .filter_map(|(_, at)| look_closely(search, at, matches.coverage[at]))
        .collect();
    sort(&mut candidates);
    candidates
}

/// A passage with its evidence: the whole, its best sentence, its words, and whether the question's words stand together in it.
fn look_closely(search: &Search<'_>, at: usize, coverage: f32) -> Option<Candidate> {
    let (source, number, passage) = search.index.passage(at)?;
    let cosines = search
        .vector
        .as_ref()
        .map(|vector| source.unit_cosines(number, vector))
        .unwrap_or_default();
    let whole = cosines.first().copied().unwrap_or(0.0);
    let sentence_terms: Vec<Vec<String>> = passage.sentences().map(terms).collect();
    let heading_terms = passage.heading().map(terms);
    let sentence_cosine = |at: usize| cosines.get(at + 1).copied().unwrap_or(whole);
    let sentence = sentence_terms
        .iter()
        .chain(&heading_terms)
        .enumerate()
        .map(|(at, present)| {
            // The heading's vector stands last, wherever that is.
            let cosine = if at < sentence_terms.len() {
                sentence_cosine(at)
            } else {
                cosines.last().copied().unwrap_or(0.0)
            };
            cosine + SENTENCE_WORDS * covered(search, present)
        })
        .fold(0.0, f32::max);
    let neighbours = neighbours_kept(&search.words, &sentence_terms);
    let score = PASSAGE_COSINE * whole
        + SENTENCE * sentence
        + PASSAGE_COVERAGE * coverage
        + NEIGHBOURS * neighbours;
    let evidence = Evidence::from([
        ("cosine", whole),
        ("sentence", sentence),
        ("coverage", coverage),
        ("neighbours", neighbours),
    ]);
    let kind = if search.vector.is_some() {
        "prose"
    } else {
        "prose_by_words"
    };
    Some(Candidate {
        score,
        evidence,
        kind,
        passage: at,
    })
}

/// The share of the question's words, by weight, that a text holds.
pub(super) fn words_covered(search: &Search<'_>, text: &str) -> f32 {
    covered(search, &terms(text))
}

/// A word that asks for a time or a number is held by a text that has one, as far as the collection is small: among many passages there
/// is always one that has.
fn covered(search: &Search<'_>, present: &[String]) -> f32 {
    let asking = search
        .expected
        .as_ref()
        .filter(|expected| expected.is_in(present));
    let held = |word: &String| {
        if present.contains(word) {
            1.0
        } else if asking.is_some_and(|expected| expected.is_asking(word)) {
            lack(search.index.len())
        } else {
            0.0
        }
    };
    let all: f32 = search.words.iter().map(|(_, weight)| weight).sum();
    let here: f32 = search
        .words
        .iter()
        .map(|(word, weight)| weight * held(word))
        .sum();
    here / all.max(f32::MIN_POSITIVE)
}

/// The share, by weight, of the question's neighbouring words that are neighbours in a sentence too: “power station”, “Ida Koch”.
fn neighbours_kept(words: &Weighted, sentences: &[Vec<String>]) -> f32 {
    let (mut kept, mut all) = (0.0, f32::MIN_POSITIVE);
    for pair in words.windows(2) {
        let weight = pair[0].1 + pair[1].1;
        all += weight;
        if sentences.iter().any(|terms| {
            terms
                .windows(2)
                .any(|here| here[0] == pair[0].0 && here[1] == pair[1].0)
        }) {
            kept += weight;
        }
    }
    kept / all
}

/// A candidate as it is shown.
pub(super) fn ranked(index: &Index, candidate: &Candidate) -> Option<Ranked> {
    let (source, number, passage) = index.passage(candidate.passage)?;
    let text = match &passage.body {
        Body::Prose { .. } => passage.text.clone(),
        Body::Phrasing { answer } => source.answers.get(*answer as usize)?.clone(),
    };
    Some(Ranked {
        source_id: source.id.clone(),
        source_title: source.title.clone(),
        place: passage.place(),
        text,
        passage: number,
        score: candidate.score,
    })
}

fn keep_best(scored: &mut Vec<(f32, usize)>, count: usize) {
    if scored.len() > count {
        scored.select_nth_unstable_by(count, |a, b| b.0.total_cmp(&a.0));
        scored.truncate(count);
    }
}

pub(super) fn sort(candidates: &mut [Candidate]) {
    // By passage among equals, so that the same question always gets the same answer.
    candidates.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.passage.cmp(&b.passage)));
}
