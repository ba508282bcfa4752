//! Evidence to confidence: logistic functions whose numbers, and how they were fitted, are in `data/confidence.json`.

use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::LazyLock;

#[derive(Debug, Deserialize)]
struct Logistic {
    bias: f32,
    weights: BTreeMap<String, f32>,
}

static FITTED: LazyLock<BTreeMap<String, Logistic>> = LazyLock::new(|| {
    #[derive(Deserialize)]
    struct File {
        fits: BTreeMap<String, Logistic>,
    }
    let file: File = serde_json::from_str(include_str!("../data/confidence.json"))
        .expect("the file is compiled in, and a test reads it");
    file.fits
});

/// What speaks for an answer, by name: what the confidence was computed from.
pub(crate) type Evidence = BTreeMap<&'static str, f32>;

/// The evidence that a stored question was asked in nearly its own words.
pub(crate) const IN_THE_SAME_WORDS: &str = "same_question";

/// The probability, 0 to 1, that the answer answers the question, given the evidence for one kind of answer.
pub(crate) fn confidence(kind: &str, evidence: &Evidence) -> f32 {
    let judged = logistic(kind, evidence);
    if evidence.contains_key(IN_THE_SAME_WORDS) {
        // Enough by itself; likeness can only add to it.
        judged.max(logistic("pair_in_the_same_words", evidence))
    } else {
        judged
    }
}

fn logistic(kind: &str, evidence: &Evidence) -> f32 {
    let Some(fit) = FITTED.get(kind) else {
        return 0.0;
    };
    let sum: f32 = fit
        .weights
        .iter()
        .map(|(name, weight)| weight * evidence.get(name.as_str()).copied().unwrap_or(0.0))
        .sum();
    1.0 / (1.0 + (-(fit.bias + sum)).exp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_answer_has_a_fit_that_rises_with_all_of_its_evidence() {
        for kind in [
            "pair",
            "pair_in_scope",
            "pair_by_words",
            "prose",
            "prose_by_words",
            "remark",
            "remark_by_words",
        ] {
            let names = [
                "cosine",
                "sentence",
                "coverage",
                "neighbours",
                "nearness",
                "meaning",
                "content",
            ];
            let with = |value| {
                names
                    .into_iter()
                    .map(|name| (name, value))
                    .collect::<Evidence>()
            };
            for weight in FITTED[kind].weights.keys() {
                assert!(
                    names.contains(&weight.as_str()),
                    "{kind}: nothing gives {weight}"
                );
            }
            assert!(confidence(kind, &with(0.95)) > 0.9, "{kind}");
            assert!(confidence(kind, &with(0.0)) < 0.35, "{kind}");
        }
    }

    #[test]
    fn a_question_in_the_owners_words_needs_no_other_evidence_and_loses_by_none() {
        let same = Evidence::from([(IN_THE_SAME_WORDS, 1.0)]);
        assert!(confidence("pair_by_words", &same) > 0.95);
        let mut like = Evidence::from([("coverage", 0.9)]);
        let alone = confidence("pair_by_words", &like);
        like.insert(IN_THE_SAME_WORDS, 1.0);
        assert!(alone > 0.97 && confidence("pair_by_words", &like) >= alone);
    }
}
