//! Being told to be quiet, and mere acknowledgements.

use super::language::{Class, Language, Phrase};
use super::scene::Setting;
use super::tokens::Sentence;

/// How a sentence asks for silence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hush {
    /// “Be quiet.”
    Quiet,
    /// “One moment.”
    Pause,
}

/// Whether a sentence asks for silence and nothing else after it.
pub(super) fn hush(setting: Setting) -> Option<Hush> {
    let language = setting.language;
    let segments = segments(setting);
    let found = segments.iter().enumerate().find_map(|(at, words)| {
        let (kind, polite, rest) = request(words, language)?;
        let last = at + 1 == segments.len();
        // “No need to book?” asks; “Can you stop?” does not.
        let asked = last && setting.sentence.question && !polite;
        let goes_on = wants_more(rest, language)
            || segments[at + 1..]
                .iter()
                .any(|words| wants(words, language) && request(words, language).is_none());
        (!asked && !goes_on).then_some(kind)
    });
    let question_later = setting.sentence.question
        && segments.len() > 1
        && segments
            .last()
            .is_some_and(|words| request(words, language).is_none());
    found.filter(|_| !question_later)
}

/// A request for silence at the start of a segment, whether a polite lead came before it, and what follows it.
fn request<'w>(words: &'w [&'w str], language: &Language) -> Option<(Hush, bool, &'w [&'w str])> {
    let mut polite = false;
    for at in 0..words.len() {
        let rest = &words[at..];
        for (kind, phrase) in [(Hush::Quiet, Phrase::Quiet), (Hush::Pause, Phrase::Pause)] {
            if let Some(length) = language.phrase_at(phrase, rest) {
                return Some((kind, polite, &rest[length..]));
            }
        }
        if !language.any(words[at], &[Class::PoliteLead, Class::Greeting]) {
            return None;
        }
        polite |= language.any(words[at], &[Class::Modal, Class::Please]);
    }
    None
}

/// “… and tell us the price”.
fn wants_more(rest: &[&str], language: &Language) -> bool {
    let joined = rest
        .iter()
        .position(|word| language.any(word, &[Class::Conjunction, Class::But]));
    joined.is_some_and(|at| wants(&rest[at + 1..], language))
}

/// Whether a segment opens a question or a request.
fn wants(words: &[&str], language: &Language) -> bool {
    let mut words = words
        .iter()
        .skip_while(|word| language.any(word, &[Class::Filler, Class::Adverb]));
    let (Some(first), second) = (words.next(), words.next().copied().unwrap_or_default()) else {
        return false;
    };
    let auxiliary = language.any(
        first,
        &[
            Class::Modal,
            Class::DoBase,
            Class::DoAgreeing,
            Class::BeSingular,
            Class::BeOther,
            Class::HaveBase,
        ],
    );
    language.is(language.base(first), Class::Question)
        || language.is(first, Class::CoreRequest)
        || (auxiliary && language.is(second, Class::SubjectPronoun))
}

/// Whether a sentence takes back what was asked before (“nvm, found it”) and asks nothing more.
/// With `asked`, the sentence itself asked first.
pub(super) fn withdraws(setting: Setting, asked: bool) -> bool {
    let language = setting.language;
    let segments = segments(setting);
    let before = usize::from(asked);
    let taken_back = segments.iter().skip(before).position(|words| {
        let fillers = words
            .iter()
            .take_while(|word| language.any(word, &[Class::Filler, Class::Correction]))
            .count();
        (0..=fillers).any(|at| {
            language
                .phrase_at(Phrase::Withdrawal, &words[at..])
                .is_some()
        })
    });
    taken_back.is_some_and(|at| {
        let mut later = segments[before + at + 1..].iter();
        !setting.sentence.question && !later.any(|words| wants(words, language))
    })
}

/// Whether a sentence does nothing but acknowledge, thank, praise or close, to whomever.
pub(super) fn acknowledges(setting: Setting) -> bool {
    let language = setting.language;
    let segments = segments(setting);
    let mut core = false;
    let all = segments
        .iter()
        .all(|words| acknowledging(words, language, &mut core));
    !setting.sentence.question && all && core
}

/// Whether a sentence opens with thanks and then neither asks nor wishes: “Thanks Rosie, you've been a star, the rest we
/// know.”
pub(super) fn thanks_only(setting: Setting) -> bool {
    let language = setting.language;
    let words = setting.words(0, setting.sentence.tokens.len());
    // “Many thanks”, “ok thanks”
    let first = words
        .iter()
        .take(3)
        .find(|word| language.is(word, Class::Thanks));
    let wishes = (0..words.len()).any(|at| {
        language.phrase_at(Phrase::Wish, &words[at..]).is_some()
            || language.is(words[at], Class::Please)
    });
    first.is_some()
        && !setting.sentence.question
        && !wishes
        && !segments(setting).iter().any(|words| wants(words, language))
}

/// A sentence without words (“👍”, “:)”) acknowledges too.
pub(super) fn wordless(sentences: &[Sentence]) -> bool {
    sentences
        .iter()
        .flat_map(|sentence| &sentence.tokens)
        .all(|token| token.break_.is_some())
}

fn acknowledging(words: &[&str], language: &Language, core: &mut bool) -> bool {
    for at in 0..words.len() {
        let rest = &words[at..];
        if let Some(length) = language.phrase_at(Phrase::Closing, rest) {
            *core = true;
            return !rest[length..]
                .iter()
                .any(|word| language.any(word, &[Class::But, Class::Question, Class::Please]))
                && !wants_more(&rest[length..], language);
        }
        if !words[at].starts_with('<') && !language.is(words[at], Class::Acknowledgement) {
            return false;
        }
        *core |= language.is(words[at], Class::AcknowledgementCore);
    }
    true
}

/// The sentence's segments as words, the persona's own name left out, empty ones dropped.
fn segments<'a>(setting: Setting<'a>) -> Vec<Vec<&'a str>> {
    let tokens = &setting.sentence.tokens;
    let mut segments = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let end = setting.segment_end(at);
        let words: Vec<&str> = setting
            .words(at, end)
            .into_iter()
            .filter(|word| *word != "<me>")
            .collect();
        if !words.is_empty() {
            segments.push(words);
        }
        at = end + 1;
    }
    segments
}
