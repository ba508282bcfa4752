//! Whether two questions are the same in nearly the same words: then no likeness has to be judged, because the owner wrote the answer
//! to this very question.

use crate::terms::{is_function_word, terms};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Words that come and go without changing what is asked. Not among them: who, what, when; whose; not; must and should; to and from.
const SMALL: [&str; 50] = [
    "a", "an", "the", "is", "are", "was", "were", "be", "been", "being", "do", "does", "did", "s",
    "re", "ve", "ll", "d", "m", "have", "has", "had", "can", "could", "may", "might", "will",
    "would", "shall", "there", "any", "some", "please", "just", "also", "so", "then", "well", "hi",
    "hello", "hey", "ok", "okay", "um", "uh", "actual", "quick", "question", "excus", "sorri",
];
/// Prepositions that people leave out: “open on Sunday”, “open Sunday”.
const LOOSE: [&str; 5] = ["of", "for", "on", "in", "at"];
/// Ways to begin a question, as they read once small words are out.
const OPENINGS: [&[&str]; 6] = [
    &["you", "tell", "me"],
    &["tell", "me"],
    &["let", "me", "know"],
    &["you", "know"],
    &["i", "want", "to", "know"],
    &["i", "like", "to", "know"],
];

/// The keys of a question. Two questions that share one are the same question: it is written with the same letters, or with the same
/// words in the same order when small words, endings and spaces are left aside.
pub(crate) fn keys(question: &str) -> Vec<String> {
    let plain = plain(question);
    let letters: String = plain
        .chars()
        .filter(|letter| letter.is_alphanumeric())
        .collect();
    if letters.is_empty() {
        return Vec::new();
    }
    let mut keys = vec![format!("letters {letters}")];
    let words = terms(&spelt_out(&plain));
    let core: Vec<&str> = words
        .iter()
        .map(String::as_str)
        .filter(|word| !SMALL.contains(word))
        .collect();
    let core = OPENINGS
        .iter()
        .find_map(|opening| core.strip_prefix(*opening))
        .unwrap_or(&core);
    // “Who are you?” and “Who is it?” differ in nothing but small words.
    if core.iter().any(|word| !is_function_word(word)) {
        keys.push(format!("words {}", core.concat()));
        let closer: String = core
            .iter()
            .filter(|word| !LOOSE.contains(word))
            .copied()
            .collect();
        keys.push(format!("fewer {closer}"));
    }
    keys
}

/// Lower case without accents; hyphens join, as “check-in” is also written “checkin”.
fn plain(question: &str) -> String {
    question
        .to_lowercase()
        .nfkd()
        .filter(|letter| !is_combining_mark(*letter) && !matches!(letter, '-' | '‐' | '‑'))
        .map(|letter| if letter == '’' { '\'' } else { letter })
        .collect()
}

/// Negations as words of their own: losing one would turn a question round.
fn spelt_out(plain: &str) -> String {
    plain
        .replace("cannot", "can not")
        .replace("can't", "can not")
        .replace("won't", "will not")
        .replace("n't", " not")
}

#[cfg(test)]
mod tests {
    use super::keys;

    fn is_same(one: &str, other: &str) -> bool {
        let known = keys(one);
        keys(other).iter().any(|key| known.contains(key))
    }

    #[test]
    fn case_punctuation_accents_spacing_and_small_words_do_not_make_another_question() {
        for (one, other) in [
            ("Where can I park?", "where can i park"),
            ("Where can I park?", "WHERE  CAN I PARK???"),
            ("Where can I park?", "Hi, where could I park, please?"),
            ("Where can I park?", "Can you tell me where I can park?"),
            ("When is check-in?", "When is checkin"),
            ("When is check-in?", "when is the check in?"),
            ("Is there a café?", "is there any cafe"),
            ("What are the opening hours?", "What are the openinghours?"),
            ("Do you open on Sundays?", "Do you open Sunday?"),
            ("Why can't I bring my dog?", "why can not i bring my dog"),
            ("Who are you?", "who ARE you"),
            ("¿Qué?", "que"),
        ] {
            assert!(
                is_same(one, other),
                "{one} / {other}: {:?} {:?}",
                keys(one),
                keys(other)
            );
        }
    }

    #[test]
    fn what_changes_the_meaning_makes_another_question() {
        for (one, other) in [
            ("Where can I park?", "When can I park?"),
            ("Where can I park?", "Where can I not park?"),
            ("Where can I park?", "Where must I park?"),
            ("What is your name?", "What is my name?"),
            ("Who are you?", "Who is it?"),
            (
                "How do I get to the airport?",
                "How do I get from the airport?",
            ),
            ("How do I turn it on?", "How do I turn it off?"),
            ("Fly from Rome to Oslo", "Fly from Oslo to Rome"),
            ("Is room 12 free?", "Is room 13 free?"),
            ("🙂", "🙃"),
            ("", "?"),
        ] {
            assert!(!is_same(one, other), "{one} / {other}");
        }
    }
}
