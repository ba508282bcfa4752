//! One mention in its surroundings: what the rules look at.

use super::cues::{Around, Cue, cue};
use super::language::{Class, Language, Phrase};
use super::names::{Mention, Who};
use super::tokens::{Break, Sentence, Token};
use super::utterance::Channel;

/// What is the same for every mention of a sentence.
#[derive(Clone, Copy)]
pub(super) struct Setting<'a> {
    pub(super) language: &'a Language,
    pub(super) sentence: &'a Sentence,
    pub(super) mentions: &'a [Mention],
    pub(super) channel: Channel,
    /// Capitals tell names from words: written, and not all in one case.
    pub(super) cased: bool,
    /// Several sentences begin with a speaker's name and a colon: a pasted talk.
    pub(super) transcript: bool,
}

impl<'a> Setting<'a> {
    /// The words of a stretch, names as `<me>` and `<name>`, breaks left out.
    pub(super) fn words(&self, from: usize, to: usize) -> Vec<&'a str> {
        let mut words = Vec::new();
        let mut at = from;
        while at < to {
            let token = &self.sentence.tokens[at];
            let named = self
                .mentions
                .iter()
                .find(|mention| mention.start == at && !mention.possessive);
            match named {
                Some(mention) => {
                    words.push(if mention.who == Who::Me {
                        "<me>"
                    } else {
                        "<name>"
                    });
                    at = mention.end;
                    continue;
                }
                None if token.break_.is_none() => words.push(&token.fold),
                None => {}
            }
            at += 1;
        }
        words
    }

    /// The place of the nearest break before (exclusive end) a place, as the start of its segment.
    fn segment_start(&self, at: usize) -> usize {
        let breaks = self.sentence.tokens[..at]
            .iter()
            .rposition(|token| token.break_.is_some());
        breaks.map_or(0, |found| found + 1)
    }

    pub(super) fn segment_end(&self, at: usize) -> usize {
        let tokens = &self.sentence.tokens;
        tokens[at..]
            .iter()
            .position(|token| token.break_.is_some())
            .map_or(tokens.len(), |found| at + found)
    }
}

/// What stands between the last break and the name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Left {
    /// Nothing but greetings, fillers and other people's names: the name opens.
    Opening,
    /// Words that could be followed by a call.
    Open,
    /// Words that make the name a part of the sentence.
    Bound,
}

pub(super) struct Scene<'a> {
    pub(super) setting: Setting<'a>,
    pub(super) mention: &'a Mention,
    /// The stretch of names of which the mention is one, as “Dana and Michael”.
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) names: usize,
    pub(super) left_words: Vec<&'a str>,
    pub(super) right_words: Vec<&'a str>,
    pub(super) before: Option<Break>,
    pub(super) after: Option<Break>,
    pub(super) left: Left,
    pub(super) greeted: bool,
    pub(super) cue: Cue,
}

impl<'a> Scene<'a> {
    pub(super) fn new(setting: Setting<'a>, mention: &'a Mention) -> Self {
        let (start, end, names) = group(setting, mention);
        let tokens = &setting.sentence.tokens;
        let (segment_start, segment_end) = (setting.segment_start(start), setting.segment_end(end));
        let left_words = setting.words(segment_start, start);
        let right_words = setting.words(end, segment_end);
        let question = setting.sentence.question && !tagged(setting, segment_end);
        let speech = setting.channel == Channel::Speech;
        let greeted = greeted(&left_words, setting.language);
        let around = Around {
            greeted,
            language: setting.language,
            question,
            speech,
            plural: names > 1,
        };
        let cue = cue(&right_words, around);
        let mut scene = Self {
            setting,
            mention,
            start,
            end,
            names,
            before: segment_start
                .checked_sub(1)
                .and_then(|at| tokens[at].break_),
            after: tokens.get(segment_end).and_then(|token| token.break_),
            left: Left::Opening,
            greeted,
            cue,
            left_words,
            right_words,
        };
        scene.left = super::left::left(&scene);
        scene
    }

    pub(super) fn language(&self) -> &'a Language {
        self.setting.language
    }

    pub(super) fn question(&self) -> bool {
        self.setting.sentence.question
    }

    pub(super) fn speech(&self) -> bool {
        self.setting.channel == Channel::Speech
    }

    /// The first word of the name, folded.
    pub(super) fn name(&self) -> &'a str {
        &self.setting.sentence.tokens[self.mention.start].fold
    }

    pub(super) fn last_left(&self) -> &'a str {
        self.left_words.last().copied().unwrap_or_default()
    }

    /// Words of the sentence before the name's segment, and after it.
    pub(super) fn earlier(&self) -> Vec<&'a str> {
        self.setting
            .words(0, self.setting.segment_start(self.start))
    }

    pub(super) fn later(&self) -> Vec<&'a str> {
        self.setting.words(
            self.setting.segment_end(self.end),
            self.setting.sentence.tokens.len(),
        )
    }

    /// The segments that follow the name's own, in order.
    pub(super) fn segments_after(&self) -> Vec<Vec<&'a str>> {
        let tokens = &self.setting.sentence.tokens;
        let mut segments = Vec::new();
        let mut at = self.setting.segment_end(self.end);
        while at < tokens.len() {
            let end = self.setting.segment_end(at + 1);
            segments.push(self.setting.words(at + 1, end));
            at = end;
        }
        segments
    }

    /// A capitalised word right beside the name that is no usual word: a part of somebody else's name.
    pub(super) fn neighbour_is_name(&self, at: Option<usize>) -> bool {
        let stranger = |at: usize| {
            self.setting
                .sentence
                .tokens
                .get(at)
                .filter(|token| stranger(self.setting, at, token))
        };
        self.setting.cased && at.and_then(stranger).is_some()
    }

    pub(super) fn capital(&self) -> bool {
        self.setting.cased && self.setting.sentence.tokens[self.mention.start].capital
    }

    /// Reads a stretch of words as if it followed the name.
    pub(super) fn cue_of(&self, words: &[&str]) -> Cue {
        cue(
            words,
            Around {
                greeted: false,
                language: self.language(),
                question: false,
                speech: self.speech(),
                plural: self.names > 1,
            },
        )
    }
}

/// Whether the sentence asks only by a tag after a break: “…, right?”, “…, isn't it?”.
fn tagged(setting: Setting, segment_end: usize) -> bool {
    let tokens = &setting.sentence.tokens;
    let last = setting.segment_start(tokens.len());
    let words = setting.words(last, tokens.len());
    let auxiliary = [
        Class::BeSingular,
        Class::BeOther,
        Class::DoBase,
        Class::DoAgreeing,
        Class::Modal,
        Class::HaveBase,
        Class::HaveAgreeing,
    ];
    let first = words.first().copied().unwrap_or_default();
    let tag = setting.language.any(first, &auxiliary)
        || words
            .iter()
            .all(|word| setting.language.is(word, Class::Filler));
    segment_end < last && words.len() <= 3 && tag
}

/// A capitalised word that is no usual word, no participant, and does not merely open the sentence.
fn stranger(setting: Setting, at: usize, token: &Token) -> bool {
    token.break_.is_none()
        && token.capital
        && at > 0
        && (!setting.language.known(setting.language.base(&token.fold))
            // “San Diego”
            || setting.language.is(&token.fold, Class::RespectSuffix))
        && !setting
            .mentions
            .iter()
            .any(|mention| (mention.start..mention.end).contains(&at))
}

/// The names joined to a mention by “and”, or in a list of three or more or with an “and” in it.
fn group(setting: Setting, mention: &Mention) -> (usize, usize, usize) {
    let tokens = &setting.sentence.tokens;
    let conjunction = |at: usize| {
        tokens
            .get(at)
            .is_some_and(|token| setting.language.is(&token.fold, Class::Conjunction))
    };
    let comma = |at: usize| {
        tokens
            .get(at)
            .is_some_and(|token| token.break_ == Some(Break::Comma))
    };
    let free = |mention: &&Mention| !mention.possessive && !mention.quoted;
    let name_from = |at: usize| {
        let named = setting
            .mentions
            .iter()
            .filter(free)
            .find(|mention| mention.start == at)
            .map(|mention| mention.end);
        named.or_else(|| {
            tokens
                .get(at)
                .filter(|token| setting.cased && stranger(setting, at, token))
                .map(|_| at + 1)
        })
    };
    let name_to = |end: usize| {
        let named = setting
            .mentions
            .iter()
            .filter(free)
            .find(|mention| mention.end == end)
            .map(|mention| mention.start);
        let last = end.checked_sub(1)?;
        named.or_else(|| (setting.cased && stranger(setting, last, &tokens[last])).then_some(last))
    };
    // “me, Dana and Michael”
    let pronoun_to = |end: usize| {
        let last = end.checked_sub(1)?;
        setting
            .language
            .any(
                &tokens[last].fold,
                &[Class::ObjectPronoun, Class::FirstPerson],
            )
            .then_some(last)
    };
    // Each link of the chain: where it ends, and whether “and” made it.
    let (mut start, mut end, mut names, mut joined) = (mention.start, mention.end, 1, false);
    let (mut near_start, mut near_end, mut near_names) = (start, end, 1);
    let mut unbroken = true;
    loop {
        let gap = match () {
            () if comma(end) && conjunction(end + 1) => 2,
            () if comma(end) || conjunction(end) => 1,
            () => break,
        };
        let Some(next) = name_from(end + gap) else {
            break;
        };
        let by_word = conjunction(end + gap - 1);
        joined |= by_word;
        unbroken &= by_word;
        (end, names) = (next, names + 1);
        if unbroken {
            (near_end, near_names) = (next, near_names + 1);
        }
    }
    unbroken = true;
    while let Some(last) = start.checked_sub(1) {
        let gap = match () {
            () if conjunction(last) && last > 0 && comma(last - 1) => 2,
            () if comma(last) || conjunction(last) => 1,
            () => break,
        };
        let listed = || pronoun_to(start - gap).filter(|_| joined && comma(last));
        let Some(next) = name_to(start - gap).or_else(listed) else {
            break;
        };
        let by_word = conjunction(last);
        joined |= by_word;
        unbroken &= by_word;
        (start, names) = (next, names + 1);
        if unbroken {
            (near_start, near_names) = (next, near_names + 1);
        }
    }
    if names >= 3 || (joined && near_names < names) {
        (start, end, names)
    } else {
        (near_start, near_end, near_names)
    }
}

fn greeted(left: &[&str], language: &Language) -> bool {
    let last = left.last().copied().unwrap_or_default();
    language.any(last, &[Class::Greeting]) || language.ends_with(Phrase::Greeting, left)
}
