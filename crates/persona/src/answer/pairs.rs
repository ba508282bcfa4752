//! The owner's answers as candidates: how near their phrasings are, and whether one of them is the question itself.

use super::candidates::{CLOSE, Candidate, Search, sort};
use crate::confidence::{Evidence, IN_THE_SAME_WORDS};
use crate::index::Matches;

/// How many of an answer's phrasings must be near for it to be the answer. Five was best of 1 to 10 on CLINC150's training half.
const PHRASINGS: usize = 5;
const COVERAGE_OF_PAIR: f32 = 1.0;
/// What a squared Mahalanobis distance costs in cosines.
const DISTANCE: f32 = 0.001;

/// The owner's answers, each judged by its nearest phrasings, best first.
pub(super) fn pairs(search: &Search<'_>, matches: &Matches) -> Vec<Candidate> {
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
        nearest[answer].add(at, cosine, coverage);
        if search.same.binary_search(&at).is_ok() {
            nearest[answer].same = Some(at);
        }
    }
    let mut candidates: Vec<Candidate> = nearest
        .iter()
        .enumerate()
        .filter_map(|(answer, nearest)| {
            let (cosine, coverage) = (nearest.cosines.mean(), nearest.coverages.mean());
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
            if nearest.same.is_some() {
                evidence.insert(IN_THE_SAME_WORDS, 1.0);
            }
            let passage = nearest.same.or(nearest.best.map(|(_, at)| at))?;
            Some(Candidate {
                score,
                evidence,
                kind,
                passage,
            })
        })
        .filter(|candidate| candidate.evidence.values().any(|value| *value > 0.0))
        .collect();
    sort(&mut candidates);
    // An answer whose question was asked in its own words stands before all others.
    candidates.sort_by_key(|candidate| !candidate.evidence.contains_key(IN_THE_SAME_WORDS));
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
    /// The one that is the question itself, in nearly the same words.
    same: Option<usize>,
}

impl Nearest {
    fn add(&mut self, passage: usize, cosine: f32, coverage: f32) {
        self.cosines.add(cosine);
        self.coverages.add(coverage);
        let score = cosine + coverage;
        if self.best.is_none_or(|(best, _)| score > best) {
            self.best = Some((score, passage));
        }
    }
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
