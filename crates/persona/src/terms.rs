//! Words as the index sees them: lower-cased and stemmed.

use rust_stemmers::{Algorithm, Stemmer};
use std::collections::HashSet;
use std::sync::LazyLock;
use unicode_segmentation::UnicodeSegmentation;

/// English, as the model is. A text in another language still matches by whole words.
static STEMMER: LazyLock<Stemmer> = LazyLock::new(|| Stemmer::create(Algorithm::English));

/// Articles, pronouns, auxiliaries and prepositions. In a small collection they are too rare to be recognised by counting.
const FUNCTION_WORDS: &str = " a an the i me my mine you your yours he him his she her it its we us our they them their this that these those \
    am is are was were be been being do does did doing done have has had having will would shall should can could may might must \
    of to in on at by for from with about into as and or but if so than then there here not no what which who whom whose when where why how \
    please tell let any some just also s t re ve ll d m ";

/// Longer "words" are hashes, base64 or an attack on memory.
const MAX_LETTERS: usize = 40;

/// The terms of a text, in order, with repetitions.
pub(crate) fn terms(text: &str) -> Vec<String> {
    let lower = text.to_lowercase().replace('’', "'");
    lower
        .unicode_words()
        .flat_map(|word| {
            let is_number = word.starts_with(|letter: char| letter.is_ascii_digit());
            word.split(move |letter: char| !is_number && matches!(letter, '.' | '_' | '\'' | ':'))
        })
        .filter(|word| !word.is_empty() && word.len() <= MAX_LETTERS)
        .map(|word| {
            if is_function_word(word) {
                word.to_owned()
            } else {
                STEMMER.stem(word).into_owned()
            }
        })
        .collect()
}

/// Whether a term says little about a topic.
pub(crate) fn is_function_word(word: &str) -> bool {
    static SET: LazyLock<HashSet<&str>> =
        LazyLock::new(|| FUNCTION_WORDS.split_whitespace().collect());
    SET.contains(word)
}

#[cfg(test)]
mod tests {
    use super::terms;

    #[test]
    fn forms_of_a_word_and_parts_of_a_name_meet() {
        assert_eq!(
            terms("How are Michael’s packages installed?"),
            ["how", "are", "michael", "s", "packag", "instal"]
        );
        assert_eq!(
            terms("/etc/apt/sources.list"),
            ["etc", "apt", "sourc", "list"]
        );
        assert_eq!(terms("version 3.5"), ["version", "3.5"]);
    }
}
