//! What people told everybody in this very conversation, searched beside the sources: an owner's answer, a promise, a correction.
//! It is little and new, so each remark is looked at; what reading one costs is paid once.

mod memory;
mod statement;

pub(crate) use memory::Memory;

use crate::confidence::{Evidence, IN_THE_SAME_WORDS, confidence};
use crate::index::Weighted;
use crate::terms::{is_function_word, terms};
use crate::vectors::Vectors;
use memory::Read;
use std::collections::HashSet;
use std::sync::Arc;

/// Something that a person said to everybody in the conversation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Remark {
    /// The caller's id; citations carry it.
    pub id: String,
    /// The speaker's name.
    pub speaker: String,
    /// When it was said, as it reads after “Dana said”: “5 minutes ago”.
    pub when: String,
    pub text: String,
    /// The words of somebody else that it replies to.
    pub replies_to: Option<String>,
    /// Where it replies to nothing: what it may be the answer to, oldest first.
    pub may_answer: Vec<String>,
}

/// A question as remarks are searched with it.
pub(crate) struct Wanted<'a> {
    /// The question's words, by weight.
    pub words: &'a Weighted,
    pub vector: Option<&'a Vectors>,
    /// The wording keys of the question.
    pub keys: &'a [String],
    /// The names and numbers in it.
    pub names: &'a [String],
    /// The words that the question must be carried by where an earlier turn was read with it; empty for “any”.
    pub own: &'a [String],
}

/// A remark that was found.
pub(crate) struct Told<'a> {
    pub remark: &'a Remark,
    /// Its place among the remarks.
    pub number: usize,
    /// The part of it to quote.
    pub quoted: String,
    pub confidence: f32,
    pub evidence: Evidence,
}

impl Told<'_> {
    /// Whether it answered a question in these very words.
    pub(crate) fn is_same_question(&self) -> bool {
        self.evidence.contains_key(IN_THE_SAME_WORDS)
    }
}

/// The distinct words of a question. How rare a word is in a handful of remarks says nothing, so all topics count alike.
pub(crate) fn weigh(own: &[String], earlier: &[String]) -> Weighted {
    const FUNCTION_WORD: f32 = 0.5;
    const EARLIER: f32 = 0.5;
    let mut weighted = Weighted::new();
    for (words, share) in [(own, 1.0), (earlier, EARLIER)] {
        for word in words {
            if !weighted.iter().any(|(known, _)| known == word) {
                let kind = if is_function_word(word) {
                    FUNCTION_WORD
                } else {
                    1.0
                };
                weighted.push((word.clone(), share * kind));
            }
        }
    }
    weighted
}

/// The names and numbers of a question, as terms: words with one capital, at their beginning, and not at that of a sentence.
pub(crate) fn names(question: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut begins = true;
    for word in question.split_whitespace() {
        let bare = word.trim_matches(|letter: char| !letter.is_alphanumeric());
        let mut letters = bare.chars();
        let is_name = letters.next().is_some_and(char::is_uppercase)
            && bare.chars().count() > 2
            && letters.all(char::is_lowercase);
        let is_number = bare.starts_with(|letter: char| letter.is_ascii_digit());
        if is_number || is_name && !begins {
            names.extend(terms(bare));
        }
        begins = word.ends_with(['.', '!', '?', ',', ':']);
    }
    names
}

/// The newest of those whose confidence is about as high as the best: people correct themselves.
const ABOUT_AS_SURE: f32 = 0.05;
/// The most letters quoted.
const MOST: usize = 480;

/// Remarks that one question may have to wait for until they are read: about a tenth of a second.
const READ_AT_ONCE: usize = 48;

/// Reads remarks, so that no question has to wait for it.
pub(crate) fn read_ahead(remarks: &[Remark], memory: &Memory) {
    for remark in remarks {
        let read = memory.remark(&remark.speaker, &remark.text);
        answered(remark, &read, true, memory);
    }
}

/// The remarks that are read already, or are soon: the newest, in their order.
fn at_hand<'a>(remarks: &'a [Remark], memory: &Memory) -> Vec<(usize, &'a Remark)> {
    let mut unread = 0;
    let mut at_hand: Vec<(usize, &Remark)> = remarks.iter().enumerate().rev().collect();
    at_hand.retain(|(_, remark)| {
        let is_known = memory.knows_remark(&remark.speaker, &remark.text);
        unread += usize::from(!is_known);
        is_known || unread <= READ_AT_ONCE
    });
    at_hand.reverse();
    at_hand
}

/// The remarks that may answer the question, the best first.
pub(crate) fn find<'a>(
    wanted: &Wanted<'_>,
    remarks: &'a [Remark],
    memory: &Memory,
) -> Vec<Told<'a>> {
    // Questions after which something was stated already.
    let mut settled: HashSet<&str> = HashSet::new();
    let mut told: Vec<Told<'a>> = Vec::new();
    for (number, remark) in at_hand(remarks, memory) {
        let read = memory.remark(&remark.speaker, &remark.text);
        if !read.states_something() {
            continue;
        }
        let newest = remark.may_answer.last().map(String::as_str);
        let is_first = newest.is_none_or(|question| settled.insert(question));
        let answered = answered(remark, &read, is_first, memory);
        told.extend(look_closely(
            wanted,
            number,
            remark,
            &read,
            answered.as_deref(),
        ));
    }
    told.sort_by(|a, b| {
        b.confidence
            .total_cmp(&a.confidence)
            .then(b.number.cmp(&a.number))
    });
    let nearly = told
        .iter()
        .take_while(|one| one.confidence + ABOUT_AS_SURE >= told[0].confidence)
        .enumerate()
        .max_by_key(|(_, one)| (one.is_same_question(), one.number))
        .map(|(at, _)| at);
    if let Some(at) = nearly {
        told[..=at].rotate_right(1);
    }
    told
}

/// `answered` is the question that the remark answers, if it answers one.
fn look_closely<'a>(
    wanted: &Wanted<'_>,
    number: usize,
    remark: &'a Remark,
    read: &Read,
    answered: Option<&Read>,
) -> Option<Told<'a>> {
    // A bare “yes” to nothing.
    if read.sentences.is_empty() && answered.is_none() {
        return None;
    }
    let all: Vec<f32> = wanted
        .vector
        .map(|vector| read.vectors.cosines(vector).collect())
        .unwrap_or_default();
    let of_sentence = |at: usize| all.get(at).copied().unwrap_or(0.0).max(0.0);
    let best = (0..read.sentences.len())
        .max_by(|a, b| score(wanted, read, &all, *a).total_cmp(&score(wanted, read, &all, *b)));
    let sentence = best.map_or(0.0, of_sentence);
    let asked = answered.map_or(0.0, |asked| {
        wanted
            .vector
            .and_then(|vector| asked.vectors.cosines(vector).next())
            .unwrap_or(0.0)
            .max(0.0)
    });
    let holds = |word: &str| {
        let in_it = |read: &Read| read.terms.iter().flatten().any(|term| term == word);
        in_it(read) || answered.is_some_and(in_it)
    };
    if !wanted.own.is_empty() && !wanted.own.iter().any(|word| holds(word)) {
        return None;
    }
    // Likeness hardly tells error 52 from error 17, or Norway from Brazil.
    let speaker = terms(&remark.speaker);
    if wanted
        .names
        .iter()
        .any(|name| !holds(name) && !speaker.contains(name))
    {
        return None;
    }
    let mut evidence = Evidence::from([
        ("meaning", asked.max(sentence)),
        (
            "content",
            covered(wanted.words, holds, |word| !is_function_word(word)),
        ),
    ]);
    let is_same =
        answered.is_some_and(|asked| asked.keys.iter().any(|key| wanted.keys.contains(key)));
    if is_same {
        evidence.insert(IN_THE_SAME_WORDS, 1.0);
    }
    let kind = if wanted.vector.is_some() {
        "remark"
    } else {
        "remark_by_words"
    };
    Some(Told {
        remark,
        number,
        quoted: quoted(remark, read, best, answered.is_some()),
        confidence: confidence(kind, &evidence),
        evidence,
    })
}

fn score(wanted: &Wanted<'_>, read: &Read, cosines: &[f32], at: usize) -> f32 {
    let holds = |word: &str| read.terms[at].iter().any(|term| term == word);
    cosines.get(at).copied().unwrap_or(0.0) + covered(wanted.words, holds, |_| true)
}

/// The share, by weight, of those of the question's words that count and are there.
fn covered(words: &Weighted, holds: impl Fn(&str) -> bool, counts: impl Fn(&str) -> bool) -> f32 {
    let mut all = f32::MIN_POSITIVE;
    let mut here = 0.0;
    for (word, weight) in words.iter().filter(|(word, _)| counts(word)) {
        all += weight;
        if holds(word) {
            here += weight;
        }
    }
    here / all
}

/// Likeness of a question and what was said next, below which the one is not the answer to the other: “Is there a bike rack?”, “I am
/// in a meeting until three.”
const LIKE_AN_ANSWER: f32 = 0.2;

/// The question that a remark answers, if it answers one. `is_first` says that nothing was stated between the newest question and it.
fn answered(remark: &Remark, read: &Read, is_first: bool, memory: &Memory) -> Option<Arc<Read>> {
    if let Some(question) = &remark.replies_to {
        return Some(memory.question(question));
    }
    let newest = memory.question(remark.may_answer.last()?);
    // “Yes” is said to what was asked just now.
    if read.is_verdict {
        return is_first.then_some(newest);
    }
    if !read.has_vectors() {
        let speaks_of_it = newest.terms.iter().flatten().any(|word| {
            !is_function_word(word) && read.terms.iter().flatten().any(|term| term == word)
        });
        return (is_first || speaks_of_it).then_some(newest);
    }
    let likeness = |asked: &Read| read.vectors.cosines(&asked.vectors).fold(0.0_f32, f32::max);
    remark
        .may_answer
        .iter()
        .map(|question| memory.question(question))
        .map(|asked| (likeness(&asked), asked))
        .filter(|(likeness, _)| *likeness >= LIKE_AN_ANSWER)
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .map(|(_, asked)| asked)
}

/// The whole of a short remark; of a long one the sentences from the best on, or from the first where it answers a question.
fn quoted(remark: &Remark, read: &Read, best: Option<usize>, is_answer: bool) -> String {
    let text = remark.text.trim();
    let (Some(first), Some(last)) = (read.sentences.first(), read.sentences.last()) else {
        return text.chars().take(MOST).collect();
    };
    let begins = match best {
        Some(best) if !is_answer => read.sentences[best].start,
        _ if read.is_verdict => 0,
        _ => first.start,
    };
    let ends = read
        .sentences
        .iter()
        .map(|sentence| sentence.end)
        .filter(|end| *end > begins && end - begins <= MOST)
        .max()
        .unwrap_or(last.end);
    remark
        .text
        .get(begins..ends)
        .unwrap_or(text)
        .trim()
        .chars()
        .take(MOST)
        .collect()
}

#[cfg(test)]
mod tests;
