//! Reads a whole message: sentence by sentence, whom it addresses and whether it asks for silence.

use super::language::{Language, Phrase};
use super::names::{Mention, Roster, Who};
use super::quiet::{Hush, acknowledges, hush, thanks_only, withdraws, wordless};
use super::rules::{asks, classify};
use super::scene::{Scene, Setting};
use super::tokens::{Break, Sentence, sentences};
use super::utterance::Utterance;

/// Rules that hear a call without a question or a request.
const NOTHING_FOLLOWS: [&str; 4] = [
    "called_first",
    "called_last",
    "closes_sentence",
    "opens_sentence",
];

/// Where the message stands towards the persona after its last decisive sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    None,
    Addressed,
    /// Thanked or praised by name, no more.
    Thanked,
    Hushed,
}

#[derive(Debug)]
pub(super) struct Reading {
    pub(super) standing: Standing,
    /// The rule that heard the address.
    pub(super) address_rule: Option<&'static str>,
    pub(super) by_sign: bool,
    /// The rule that heard mere talk about the persona.
    pub(super) named_rule: Option<&'static str>,
    /// Others who are addressed, by their place in [`Utterance::present`].
    pub(super) others: Vec<usize>,
    /// A present person was named by a name that is the persona's too.
    pub(super) shared: Option<usize>,
    /// The whole message acknowledges.
    pub(super) acknowledgement: bool,
    /// The whole message asks for silence, naming nobody.
    pub(super) only_quiet: bool,
}

/// `directed` tells that something other than the words directs the message at the persona, as a reply does.
pub(super) fn read(utterance: &Utterance, language: &Language, directed: bool) -> Reading {
    let (sentences, cased) = sentences(&utterance.text, language);
    let roster = Roster::new(utterance, language);
    let mut reading = Reading {
        standing: Standing::None,
        address_rule: None,
        by_sign: false,
        named_rule: None,
        others: Vec::new(),
        shared: None,
        acknowledgement: true,
        only_quiet: !sentences.is_empty(),
    };
    // Whom the last sentence spoke to: a sentence that names nobody goes on speaking to them.
    let mut facing_me = directed;
    let transcript = sentences
        .iter()
        .filter(|sentence| labelled(sentence))
        .count()
        > 1;
    for sentence in &sentences {
        let mentions = roster.mentions(sentence, utterance.channel);
        let setting = Setting {
            language,
            sentence,
            mentions: &mentions,
            channel: utterance.channel,
            cased,
            transcript,
        };
        reading.sentence(setting, &mentions, &mut facing_me);
    }
    // “👍” acknowledges; a lone question mark asks.
    let asks = utterance.text.contains('?');
    reading.acknowledgement =
        (reading.acknowledgement && !sentences.is_empty()) || (wordless(&sentences) && !asks);
    reading
}

impl Reading {
    fn sentence(&mut self, setting: Setting, mentions: &[Mention], facing_me: &mut bool) {
        let mut me = None;
        let mut others = Vec::new();
        for mention in mentions {
            let rule = classify(&Scene::new(setting, mention));
            match mention.who {
                Who::Me if rule.addressed => {
                    me.get_or_insert(rule.name);
                    self.by_sign |= mention.at;
                }
                Who::Me => self.named_rule = self.named_rule.or(Some(rule.name)),
                Who::Other(index) => {
                    if mention.shared {
                        self.shared = Some(index);
                    }
                    if rule.addressed {
                        others.push(index);
                    }
                }
            }
        }
        if me.is_some() || !others.is_empty() {
            *facing_me = me.is_some();
        }
        let hush = hush(setting);
        let thanks = acknowledges(setting);
        self.acknowledgement &= thanks;
        self.only_quiet &= hush == Some(Hush::Quiet);
        let addressed = matches!(self.standing, Standing::Addressed | Standing::Thanked);
        match () {
            () if hush.is_some() && (me.is_some() || *facing_me) => {
                self.standing = Standing::Hushed
            }
            () if me.is_some_and(|rule| {
                thanks || (NOTHING_FOLLOWS.contains(&rule) && thanks_only(setting))
            }) =>
            {
                self.thank()
            }
            () if (addressed || me.is_some()) && *facing_me && withdraws(setting, me.is_some()) => {
                self.standing = Standing::None
            }
            () if me.is_some() => self.address(me),
            () if addressed && corrected_to_other(setting) => self.standing = Standing::None,
            // “Thanks, Michael. And how do I get there?”
            () if self.standing == Standing::Thanked && *facing_me && asks_more(setting) => {
                self.address(Some("thanked_then_asked"))
            }
            () => {}
        }
        self.others.extend(others);
    }

    fn thank(&mut self) {
        if self.standing != Standing::Addressed {
            self.standing = Standing::Thanked;
        }
    }

    fn address(&mut self, rule: Option<&'static str>) {
        self.standing = Standing::Addressed;
        self.address_rule = rule;
    }
}

/// Asks, with its mark or without.
fn asks_more(setting: Setting) -> bool {
    let words = setting.words(0, setting.sentence.tokens.len());
    setting.sentence.question || asks(&words, setting.language)
}

/// Begins with one word and a colon.
fn labelled(sentence: &Sentence) -> bool {
    matches!(&sentence.tokens[..], [name, mark, _, ..] if name.capital && mark.break_ == Some(Break::Colon))
}

/// “… sorry, I meant Dana.”
fn corrected_to_other(setting: Setting) -> bool {
    let sentence: &Sentence = setting.sentence;
    let words = setting.words(0, sentence.tokens.len());
    matches!(words.split_last(), Some((&"<name>", before)) if setting.language.ends_with(Phrase::CorrectionTo, before))
}
