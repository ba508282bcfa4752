//! How common a word is in ordinary English.
//!
//! A dozen passages say little about which words are rare: “much” and “get” may be in none of them, like “zeppelin”. Passages of ordinary
//! English, thought of beside the persona's own, make up for it, fewer of them the more of its own there are.

use crate::terms::terms;
use std::collections::HashMap;
use std::sync::LazyLock;

/// How many passages of ordinary English are thought of beside the first of the persona's own.
const BESIDE: f32 = 100.0;
/// A collection of as many passages needs no others to know its words. That it is no more also keeps CLINC150 and SQuAD 2.0 as a whole,
/// on which the confidence was fitted, as they were.
const ENOUGH: f32 = 500.0;
/// Among fewer of its own, fewer are thought of: where no other passage competes, a telling word in common proves little.
const COMPETING: f32 = 12.0;
/// Words in one of them.
const WORDS: f32 = 100.0;
/// Zipf's law with Mandelbrot's shift: the word at rank r is this share, divided by (r + shift), of all words. Usual for English.
const SHARE: f32 = 0.1;
const SHIFT: f32 = 2.7;

/// Each term's share of all words.
static SHARES: LazyLock<HashMap<String, f32>> = LazyLock::new(|| {
    let list = include_str!("../data/common-words.txt");
    let words = list
        .lines()
        .filter(|line| !line.starts_with('#'))
        .flat_map(str::split_whitespace);
    let mut shares = HashMap::new();
    for (rank, word) in words.enumerate() {
        for term in terms(word) {
            *shares.entry(term).or_default() += SHARE / (rank as f32 + 1.0 + SHIFT);
        }
    }
    shares
});

/// How much a collection of so many passages lacks of knowing its words: 1 for all, 0 for nothing.
pub(crate) fn lack(own: usize) -> f32 {
    (1.0 - own as f32 / ENOUGH).max(0.0)
}

/// How many passages of ordinary English to think of beside so many of the persona's own.
pub(crate) fn passages_beside(own: usize) -> f32 {
    BESIDE * lack(own) * (own as f32 / COMPETING).min(1.0)
}

/// The share of passages of ordinary English in which a term is to be expected.
pub(crate) fn share_with(term: &str) -> f32 {
    let share = SHARES.get(term).copied().unwrap_or(0.0);
    1.0 - (-WORDS * share).exp()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_words_are_expected_often_and_forms_of_a_word_together() {
        let with = |word: &str| share_with(&terms(word)[0]);
        assert!(with("the") > 0.8);
        assert!(with("much") > 5.0 * with("ticket"));
        assert_eq!(with("starting"), with("starts"));
        assert_eq!(with("zeppelin"), 0.0);
    }

    #[test]
    fn a_large_collection_stands_for_itself() {
        assert_eq!((passages_beside(125), lack(250)), (75.0, 0.5));
        assert!(passages_beside(1) < 10.0);
        assert_eq!((passages_beside(500), lack(15_000)), (0.0, 0.0));
    }
}
