//! Which sentences of a remark state something that may be told again. Greetings, thanks, “let me check” and questions do not.

use crate::split::sentences;
use crate::talk::small_talk;
use crate::terms::{is_function_word, terms};
use std::collections::HashSet;
use std::ops::Range;
use std::sync::LazyLock;

/// The most sentences of one remark that are read: people chat in few.
const MAX_SENTENCES: usize = 12;

/// Stems that alone make no statement: talk about the talk, in the order in which one meets it.
const CHATTER: &str = " hi hello hey hiya good morn afternoon even greet welcom nice meet meant glad happi pleas thank thx cheer sorri apolog excus \
    yes yeah yep no nope ok okay sure cours right exact perfect great fine cool well oh ah hmm um so \
    let see check look find ask read answer question repli messag chat type talk speak say said tell told help hear listen know think thought \
    understand understood wonder mean sound seem try give get got go come came join back wait hold hang moment minut second sec bit while \
    one two few five ten just now here there soon shortli quick later away still again also onli realli veri much more thing someth anyth lot \
    problem worri trust matter sens idea everybodi everyon all guy sir madam team bye goodby day \
    i'm i'll need want like love hope feel work take keep stay leav left ";

/// The sentences of a remark that state something, as byte ranges.
pub(super) fn statements(text: &str, speaker: &str) -> Vec<Range<usize>> {
    let speaker = terms(speaker);
    sentences(text)
        .into_iter()
        .filter(|range| {
            text.get(range.clone())
                .is_some_and(|sentence| states(sentence, &speaker))
        })
        .take(MAX_SENTENCES)
        .collect()
}

fn states(sentence: &str, speaker: &[String]) -> bool {
    static WORDS: LazyLock<HashSet<&str>> = LazyLock::new(|| CHATTER.split_whitespace().collect());
    let ends_in_question = sentence
        .trim_end_matches(|letter: char| !letter.is_alphanumeric() && letter != '?')
        .ends_with('?');
    let words = terms(sentence);
    // Whom one greets or thanks is named right after it: “Hi Sam, …”.
    let is_greeted = |at: usize| at > 0 && GREETINGS.contains(&words[at - 1].as_str());
    !ends_in_question
        && small_talk(sentence).is_none()
        && words.iter().enumerate().any(|(at, term)| {
            !is_function_word(term)
                && !WORDS.contains(term.as_str())
                && !speaker.contains(term)
                && !is_greeted(at)
        })
}

/// Stems after which a name follows.
const GREETINGS: [&str; 13] = [
    "hi",
    "hello",
    "hey",
    "dear",
    "thank",
    "sorri",
    "ok",
    "okay",
    "welcom",
    "bye",
    "goodby",
    "morn",
    "afternoon",
];

/// Whether a remark begins with yes or no: then it answers what was asked just before. “No problem” and “yes, one moment” do not.
pub(super) fn is_verdict(text: &str) -> bool {
    const VERDICTS: [&str; 12] = [
        "yes", "yeah", "yep", "no", "nope", "correct", "inde", "absolut", "definit", "certain",
        "unfortun", "exact",
    ];
    const STALLING: [&str; 14] = [
        "problem", "worri", "moment", "minut", "second", "sec", "wait", "hold", "check", "look",
        "ask", "see", "find", "let",
    ];
    let words = terms(text);
    let first = words
        .first()
        .is_some_and(|word| VERDICTS.contains(&word.as_str()));
    first
        && !words
            .iter()
            .take(6)
            .any(|word| STALLING.contains(&word.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn talk_about_the_talk_states_nothing() {
        for text in [
            "Hello, Dana here.",
            "Hi Sam, I'm Dana. How can I help?",
            "Thanks, Sam.",
            "Let me check.",
            "One moment please, I'll have a look.",
            "Sorry, give me two minutes!",
            "Thanks for waiting.",
            "Good question, let me ask.",
            "Which hotel are you in?",
            "Great, talk to you later.",
            "Glad I could help.",
            "I see what you mean.",
            "🙂",
            "",
        ] {
            assert!(statements(text, "Dana Weber").is_empty(), "{text}");
        }
    }

    #[test]
    fn answers_and_promises_state_something() {
        for (text, stated) in [
            (
                "Hi! There are stands for forty bikes behind the hall.",
                vec!["There are stands for forty bikes behind the hall."],
            ),
            (
                "I'll send you the slides tomorrow.",
                vec!["I'll send you the slides tomorrow."],
            ),
            (
                "Let me check. It costs 35 euros. Does that help?",
                vec!["It costs 35 euros."],
            ),
            (
                "I'll get back to you on Monday.",
                vec!["I'll get back to you on Monday."],
            ),
            ("480 euros", vec!["480 euros"]),
        ] {
            let found: Vec<&str> = statements(text, "Dana")
                .into_iter()
                .map(|range| &text[range])
                .collect();
            assert_eq!(found, stated);
        }
    }

    #[test]
    fn yes_and_no_begin_a_verdict() {
        assert!(
            is_verdict("Yes, of course.") && is_verdict("  no.") && is_verdict("Unfortunately not")
        );
        assert!(!is_verdict("No problem!") && !is_verdict("Yes, let me check."));
        assert!(!is_verdict("Now it does.") && !is_verdict("Notes follow.") && !is_verdict(""));
    }
}
