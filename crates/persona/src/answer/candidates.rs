//! From matches to candidate answers, each with its evidence: passages of prose, and the owner's answers through their phrasings.

use super::Ranked;
use crate::confidence::Evidence;
use crate::index::{Index, Matches, Weighted};
use crate::split::Body;
use crate::terms::terms;
use crate::vectors::Vectors;

/// What the question was turned into.
pub(super) struct Search<'a> {
    pub index: &'a Index,
    pub words: Weighted,
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
const CLOSE: usize = 50;
/// How many of an answer's phrasings must be near for it to be the answer. Five was best of 1 to 10 on CLINC150's training half.
const PHRASINGS: usize = 5;
/// What a full BM25 coverage is worth in cosines.
const COVERAGE_OF_PROSE: f32 = 0.7;
const COVERAGE_OF_PAIR: f32 = 1.0;
const COVERAGE_OF_SENTENCE: f32 = 0.3;
/// What a squared Mahalanobis distance costs in cosines.
const DISTANCE: f32 = 0.001;

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
                    + COVERAGE_OF_PROSE * matches.coverage[at],
                at,
            )
        })
        .filter(|(score, _)| *score > 0.0)
        .collect();
    keep_best(&mut rough, CLOSE);
    let mut candidates: Vec<Candidate> = rough
        .into_iter()
        .filter_map(|(rough, at)| {
            let (_, _, passage) = index.passage(at)?;
            let sentence_coverage = passage
                .sentences()
                .map(|sentence| words_covered(&search.words, sentence))
                .fold(0.0, f32::max);
            let cosine = matches.cosines.get(at).copied().unwrap_or(0.0);
            let evidence = Evidence::from([
                ("cosine", cosine),
                ("coverage", matches.coverage[at]),
                ("sentence_coverage", sentence_coverage),
            ]);
            let kind = if search.vector.is_some() {
                "prose"
            } else {
                "prose_by_words"
            };
            Some(Candidate {
                score: rough + COVERAGE_OF_SENTENCE * sentence_coverage,
                evidence,
                kind,
                passage: at,
            })
        })
        .collect();
    sort(&mut candidates);
    candidates
}

fn pairs(search: &Search<'_>, matches: &Matches) -> Vec<Candidate> {
    let index = search.index;
    let count = index.answer_count();
    if count == 0 {
        return Vec::new();
    }
    let distances = search
        .vector
        .as_ref()
        .and_then(|vector| Some(index.scope()?.distances(&vector.get(0).collect::<Vec<_>>())));
    let mut nearest = vec![Nearest::default(); count];
    for (at, answer) in index.answer_numbers().enumerate() {
        let Some(answer) = answer else { continue };
        let (cosine, coverage) = (
            matches.cosines.get(at).copied().unwrap_or(0.0),
            matches.coverage[at],
        );
        let Nearest {
            cosines,
            coverages,
            best,
        } = &mut nearest[answer];
        cosines.add(cosine);
        coverages.add(coverage);
        if best.is_none_or(|(score, _)| cosine + coverage > score) {
            *best = Some((cosine + coverage, at));
        }
    }
    let mut candidates: Vec<Candidate> = nearest
        .iter()
        .enumerate()
        .filter_map(
            |(
                answer,
                Nearest {
                    cosines,
                    coverages,
                    best,
                },
            )| {
                let (cosine, coverage) = (cosines.mean(), coverages.mean());
                let mut evidence = Evidence::from([("cosine", cosine), ("coverage", coverage)]);
                let mut score = cosine + COVERAGE_OF_PAIR * coverage;
                let kind = match (&distances, &search.vector) {
                    (Some(distances), _) => {
                        evidence.insert("nearness", distances.nearness);
                        score -= DISTANCE * distances.answers[answer];
                        "pair_in_scope"
                    }
                    (None, Some(_)) => "pair",
                    (None, None) => "pair_by_words",
                };
                Some(Candidate {
                    score,
                    evidence,
                    kind,
                    passage: best.as_ref()?.1,
                })
            },
        )
        .filter(|candidate| candidate.evidence.values().any(|value| *value > 0.0))
        .collect();
    sort(&mut candidates);
    candidates.truncate(CLOSE);
    candidates
}

/// An answer's phrasings that match best.
#[derive(Clone, Default)]
struct Nearest {
    cosines: Best,
    coverages: Best,
    /// Score and passage of the single best one.
    best: Option<(f32, usize)>,
}

/// The largest few of the numbers added.
#[derive(Clone, Default)]
struct Best([f32; PHRASINGS], usize);

impl Best {
    fn add(&mut self, number: f32) {
        if self.1 < PHRASINGS {
            self.0[self.1] = number;
            self.1 += 1;
        } else if let Some(least) = self.0.iter_mut().min_by(|a, b| a.total_cmp(b))
            && number > *least
        {
            *least = number;
        }
    }

    fn mean(&self) -> f32 {
        self.0[..self.1].iter().sum::<f32>() / self.1.max(1) as f32
    }
}

/// The share of the question's words, by weight, that occur in a text.
pub(super) fn words_covered(words: &Weighted, text: &str) -> f32 {
    let present = terms(text);
    let all: f32 = words.iter().map(|(_, weight)| weight).sum();
    let here: f32 = words
        .iter()
        .filter(|(word, _)| present.contains(word))
        .map(|(_, weight)| weight)
        .sum();
    here / all.max(f32::MIN_POSITIVE)
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

fn sort(candidates: &mut [Candidate]) {
    // By passage among equals, so that the same question always gets the same answer.
    candidates.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.passage.cmp(&b.passage)));
}
