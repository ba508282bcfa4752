//! Whether a question makes sense alone. English.

use crate::terms::{is_function_word, terms};

/// How a question leans on what was said before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Leaning {
    /// It says all it means.
    Not,
    /// Too short to be sure: “and for children?”, “is there parking?”
    Short,
    /// It points at something that was said: “how long does it take?”
    Points,
}

pub(super) fn leaning(text: &str) -> Leaning {
    const OPENINGS: [&str; 12] = [
        "and ",
        "but ",
        "or ",
        "so ",
        "what about",
        "how about",
        "what if",
        "also ",
        "then ",
        "same ",
        "why not",
        "which one",
    ];
    const POINTERS: [&str; 20] = [
        "it", "its", "it's", "they", "them", "their", "that", "this", "those", "these", "he",
        "she", "his", "her", "him", "there", "one", "ones", "else", "instead",
    ];
    /// Beside these, “there” points at nothing: “is there parking?”
    const EXIST: [&str; 8] = ["is", "are", "was", "were", "be", "isn't", "aren't", "will"];
    let lower = text.trim().to_lowercase();
    let spoken: Vec<&str> = lower
        .split(|letter: char| !(letter.is_alphanumeric() || letter == '\''))
        .filter(|word| !word.is_empty())
        .collect();
    let exists = |at: usize| {
        [at.checked_sub(1), Some(at + 1)]
            .into_iter()
            .flatten()
            .filter_map(|beside| spoken.get(beside))
            .any(|word| EXIST.contains(word))
    };
    let points = spoken
        .iter()
        .enumerate()
        .any(|(at, word)| POINTERS.contains(word) && !(*word == "there" && exists(at)));
    let content = terms(text)
        .iter()
        .filter(|word| !is_function_word(word))
        .count();
    if points && content <= 4 || content == 0 {
        Leaning::Points
    } else if content == 1
        || (content == 2 && OPENINGS.iter().any(|opening| lower.starts_with(opening)))
    {
        // “And who gives the keynote on Thursday?” is whole by itself.
        Leaning::Short
    } else {
        Leaning::Not
    }
}

#[cfg(test)]
mod tests {
    use super::{Leaning, leaning};

    #[test]
    fn a_question_leans_as_far_as_its_words_leave_open() {
        for (text, expected) in [
            ("Is there parking?", Leaning::Short),
            ("And lunch?", Leaning::Short),
            ("And for children?", Leaning::Short),
            ("And for children of six?", Leaning::Short),
            ("How long does it take?", Leaning::Points),
            ("When?", Leaning::Points),
            ("Who is it held by?", Leaning::Points),
            ("Who planted the sculpture garden?", Leaning::Not),
            ("And who gives the keynote on Thursday?", Leaning::Not),
        ] {
            assert_eq!(leaning(text), expected, "{text}");
        }
    }
}
