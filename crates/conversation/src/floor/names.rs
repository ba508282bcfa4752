//! Whose names are heard, and where in a sentence they stand.

use super::language::{Class, Language};
use super::left::opening;
use super::sound::{Sound, misspelt, rough, roughly, squeezed, stretched};
use super::tokens::{Sentence, Token, fold, letters};
use super::utterance::{Channel, Utterance};

/// Names heard in one sentence; a bound on the work, since every one is held against the whole sentence.
const MAX_MENTIONS: usize = 32;

/// Words a transcriber makes of one name.
const MAX_FAINT_WORDS: usize = 3;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Who {
    /// The persona whose judgement is asked.
    Me,
    /// Somebody else, by their place in [`Utterance::present`].
    Other(usize),
}

/// One way to write one participant's name.
struct Form {
    who: Who,
    /// Letters only, titles in their one spelling: what text is compared with.
    joined: String,
    /// How many tokens the name has when written out.
    length: usize,
    ordinary: bool,
    /// A present person has this name too, so it means the persona only after an @.
    shared: bool,
    /// Empty where names are typed: those are compared by letters.
    sounds: Vec<Sound>,
    /// The same names by [`rough`] sound.
    rough: Vec<String>,
}

/// Where a sentence names someone.
#[derive(Clone, Debug)]
pub(super) struct Mention {
    pub(super) who: Who,
    pub(super) start: usize,
    /// One past the last token.
    pub(super) end: usize,
    pub(super) at: bool,
    pub(super) possessive: bool,
    pub(super) quoted: bool,
    /// The name is an ordinary word too.
    pub(super) ordinary: bool,
    /// The name belongs to this person and to the persona.
    pub(super) shared: bool,
    /// Only a rough likeness of sound: believed where nothing but a call makes sense.
    pub(super) faint: bool,
}

/// All names that count in this conversation.
pub(super) struct Roster<'a> {
    language: &'a Language,
    forms: Vec<Form>,
}

impl<'a> Roster<'a> {
    pub(super) fn new(utterance: &Utterance, language: &'a Language) -> Self {
        let heard = utterance.channel == Channel::Speech;
        let mut forms = Vec::new();
        for (index, present) in utterance.present.iter().enumerate() {
            add_forms(&mut forms, Who::Other(index), &present.name, true, language);
        }
        let people: Vec<String> = forms
            .iter()
            .filter(
                |form| matches!(form.who, Who::Other(index) if utterance.present[index].is_human()),
            )
            .map(|form| form.joined.clone())
            .collect();
        let mut own = Vec::new();
        add_forms(&mut own, Who::Me, &utterance.persona, true, language);
        for name in &utterance.call_names {
            add_forms(&mut own, Who::Me, name, false, language);
        }
        let text = utterance.text.to_lowercase();
        for word in &language.machine_words {
            if text.contains(word.as_str()) {
                let name = format!("{} {word}", utterance.persona);
                add_forms(&mut own, Who::Me, &name, false, language);
            }
        }
        for form in &mut own {
            form.shared = people.contains(&form.joined);
        }
        for form in &mut forms {
            form.shared = own
                .iter()
                .any(|mine| mine.shared && mine.joined == form.joined);
        }
        forms.extend(own);
        for form in forms.iter_mut().filter(|_| heard) {
            let spellings: Vec<&str> = std::iter::once(form.joined.as_str())
                .chain(language.heard_as(&form.joined))
                .collect();
            form.sounds = spellings.iter().map(|name| Sound::of(name)).collect();
            form.rough = spellings.iter().map(|name| rough(name)).collect();
        }
        Self { language, forms }
    }

    /// Every mention of a participant, in order, never overlapping; the longest name wins.
    pub(super) fn mentions(&self, sentence: &Sentence, channel: Channel) -> Vec<Mention> {
        let tokens = &sentence.tokens;
        let mut found = Vec::new();
        let mut at = 0;
        while at < tokens.len() && found.len() < MAX_MENTIONS {
            let mention = self
                .exact(tokens, at)
                .or_else(|| self.guessed(tokens, at, channel))
                .or_else(|| self.faint(tokens, at, channel));
            at = mention.as_ref().map_or(at + 1, |mention| mention.end);
            found.extend(mention);
        }
        found
    }

    fn exact(&self, tokens: &[Token], start: usize) -> Option<Mention> {
        let at = tokens[start].at;
        let mut best: Option<(usize, &Form, bool)> = None;
        for form in &self.forms {
            let Some((end, possessive)) = self.written(form, tokens, start) else {
                continue;
            };
            let better = best.is_none_or(|(best_end, best_form, _)| {
                end > best_end || (end == best_end && rank(form, at) > rank(best_form, at))
            });
            if better {
                best = Some((end, form, possessive));
            }
        }
        let (end, form, possessive) = best?;
        (form.who != Who::Me || !form.shared || at)
            .then(|| mention(form, tokens, start, end, possessive))
    }

    /// Whether a form stands at a place, and whether with a possessive ending.
    fn written(&self, form: &Form, tokens: &[Token], start: usize) -> Option<(usize, bool)> {
        // A title's one spelling keeps its first letter, so this holds for titles too.
        if !same_initial(&form.joined, &tokens[start].letters) {
            return None;
        }
        let mut joined = String::new();
        // Two tokens more than the name has, for “michael a i”.
        for end in start..tokens.len().min(start + form.length + 2) {
            let token = &tokens[end];
            if token.break_.is_some()
                || token.opaque
                || token.quoted != tokens[start].quoted
                || (token.at && end > start)
            {
                return None;
            }
            // One word of the text never matches in pieces unless the name itself has pieces.
            if end > start && form.length == 1 {
                return None;
            }
            for stem in self.stems(&token.fold, &form.joined) {
                let word = self
                    .language
                    .title(&stem.0)
                    .map_or_else(|| letters(&stem.0), str::to_owned);
                if joined.len() + word.len() == form.joined.len()
                    && form.joined.ends_with(&word)
                    && form.joined.starts_with(&joined)
                {
                    return Some((end + 1, stem.1));
                }
            }
            let word = &token.fold;
            joined.push_str(
                self.language
                    .title(word)
                    .map_or(token.letters.as_str(), |title| title),
            );
            if !form.joined.starts_with(&joined) {
                return None;
            }
        }
        None
    }

    /// The word itself, and without a possessive ending; hurried writers leave the apostrophe out, which is only
    /// believed of names that are not words themselves.
    fn stems(&self, word: &str, name: &str) -> Vec<(String, bool)> {
        let mut stems = Vec::new();
        for ending in &self.language.possessive_suffixes {
            if let Some(stem) = word.strip_suffix(ending.as_str()) {
                let kept = if ending.starts_with('s') {
                    format!("{stem}s")
                } else {
                    stem.to_owned()
                };
                stems.push((kept, true));
            }
            let bare = ending.trim_start_matches('\'');
            let stem = word
                .strip_suffix(bare)
                .filter(|_| !bare.is_empty() && !ending.ends_with('\''));
            if let Some(stem) = stem.filter(|stem| {
                name.ends_with(*stem) && stem.len() > 2 && !self.language.known(word)
            }) {
                stems.push((stem.to_owned(), true));
            }
        }
        // “Giulia-san”
        let respected = word
            .rsplit_once('-')
            .filter(|(_, title)| self.language.is(title, Class::RespectSuffix));
        stems.extend(respected.map(|(stem, _)| (stem.to_owned(), false)));
        stems.push((word.to_owned(), false));
        stems
    }

    fn guessed(&self, tokens: &[Token], start: usize, channel: Channel) -> Option<Mention> {
        let mention = match channel {
            Channel::Chat => self.misspelt(tokens, start),
            Channel::Speech => self.misheard(tokens, start),
        };
        mention.filter(|mention| mention.who != Who::Me || !mention.shared)
    }

    /// One word that is no usual one and a slip of the keyboard away from a name.
    fn misspelt(&self, tokens: &[Token], start: usize) -> Option<Mention> {
        let token = &tokens[start];
        if !guessable(token) || self.language.known(&token.fold) {
            return None;
        }
        let stretched = stretched(&token.letters);
        let same = |form: &Form| {
            let squeezed = || squeezed(&form.joined);
            stretched.as_ref().is_some_and(|word| *word == squeezed())
        };
        let form = self.forms.iter().find(|form| {
            form.length == 1
                && (misspelt(&form.joined, &token.letters) || shortened(form, token) || same(form))
        })?;
        let possessive = token.fold.ends_with("'s");
        Some(mention(form, tokens, start, start + 1, possessive))
    }

    /// Up to three words at either end of an utterance that roughly sound like the persona's name (“you key are you
    /// there”, “can you see it shay oon”). A wrong guess here speaks out of turn, so the rules believe it only before a
    /// question or a request, or after a question.
    fn faint(&self, tokens: &[Token], start: usize, channel: Channel) -> Option<Mention> {
        if channel != Channel::Speech {
            return None;
        }
        let words: Vec<&str> = tokens[..start].iter().map(|t| t.fold.as_str()).collect();
        let hesitant = |word: &&str| self.language.is(word, Class::Filler);
        let opens = opening(&words, self.language) || words.last().is_some_and(hesitant);
        (1..=MAX_FAINT_WORDS).rev().find_map(|length| {
            let end = start + length;
            let window = tokens
                .get(start..end)
                .filter(|window| window.iter().all(guessable))?;
            let usual = window.iter().all(|token| self.language.known(&token.fold));
            let function = |token: &Token| {
                self.language.known(&token.fold) && !self.language.common_only(&token.fold)
            };
            let placed = (opens && end < tokens.len()) || (end == tokens.len() && !usual);
            if !placed || (length == 1 && function(&window[0])) {
                return None;
            }
            let heard: String = window.iter().map(|token| rough(&token.letters)).collect();
            let joined: String = window.iter().map(|token| token.letters.as_str()).collect();
            let form = self.forms.iter().find(|form| {
                let alike = |name: &String| roughly(name, &heard, usual);
                let spelt = self
                    .language
                    .heard_as(&form.joined)
                    .any(|name| name == joined);
                form.who == Who::Me && !form.shared && (spelt || form.rough.iter().any(alike))
            })?;
            let faint = true;
            Some(Mention {
                faint,
                ..mention(form, tokens, start, end, false)
            })
        })
    }

    /// One word or two that sound like a name and are no usual words.
    fn misheard(&self, tokens: &[Token], start: usize) -> Option<Mention> {
        let known = |token: &Token| self.language.known(&token.fold);
        let mut best: Option<(usize, usize, &Form, bool)> = None;
        for length in 1..=2 {
            let Some(window) = tokens
                .get(start..start + length)
                .filter(|window| window.iter().all(guessable))
            else {
                break;
            };
            let named = length > 1 && self.exact(tokens, start + 1).is_some();
            if named || window.iter().all(known) {
                continue;
            }
            let text: String = window.iter().map(|token| token.fold.as_str()).collect();
            let possessive = text.ends_with("'s");
            let heard = Sound::of(&letters(self.language.base(&text)));
            for form in self
                .forms
                .iter()
                .filter(|form| form.length == 1 || form.length == length)
            {
                let distances = form
                    .sounds
                    .iter()
                    .filter_map(|sound| sound.distance(&heard));
                let Some(distance) = distances.min() else {
                    continue;
                };
                if best.is_none_or(|(least, ..)| distance < least) {
                    best = Some((distance, length, form, possessive));
                }
            }
        }
        let (_, length, form, possessive) = best?;
        Some(mention(form, tokens, start, start + length, possessive))
    }
}

/// “Bea” for Beatriz. Only of people: it can make the persona silent, never speak.
fn shortened(form: &Form, token: &Token) -> bool {
    matches!(form.who, Who::Other(_))
        && token.capital
        && token.letters.chars().count() >= 3
        && form.joined.len() > token.letters.len() + 1
        && form.joined.starts_with(&token.letters)
}

fn same_initial(name: &str, word: &str) -> bool {
    name.chars().next() == word.chars().next()
}

fn guessable(token: &Token) -> bool {
    token.break_.is_none() && !token.opaque && !token.quoted
}

/// Of two names that fit equally, an @ means the persona, and without it a name shared with a person means the person.
fn rank(form: &Form, at: bool) -> u8 {
    match form.who {
        Who::Me if at => 3,
        Who::Me if form.shared => 0,
        Who::Me => 2,
        Who::Other(_) => 1,
    }
}

fn mention(form: &Form, tokens: &[Token], start: usize, end: usize, possessive: bool) -> Mention {
    Mention {
        who: form.who,
        start,
        end,
        at: tokens[start].at,
        possessive,
        quoted: tokens[start].quoted,
        ordinary: form.ordinary,
        shared: form.shared,
        faint: false,
    }
}

/// Adds the ways to write a name: in full; with umlauts spelt out; and, with `short`, what people shorten it to: the
/// first name, or what follows a title.
fn add_forms(forms: &mut Vec<Form>, who: Who, name: &str, short: bool, language: &Language) {
    const UMLAUTS: [char; 6] = ['ä', 'Ä', 'ö', 'Ö', 'ü', 'Ü'];
    let spelt = name.contains(UMLAUTS).then(|| {
        name.replace(['ä', 'Ä'], "ae")
            .replace(['ö', 'Ö'], "oe")
            .replace(['ü', 'Ü'], "ue")
    });
    for written in std::iter::once(name).chain(spelt.as_deref()) {
        let words: Vec<String> = fold(written)
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .map(str::to_owned)
            .collect();
        add_form(forms, who, &words, language);
        let spaced = written.split_whitespace().count() > 1;
        match words.split_first() {
            Some((first, rest)) if language.title(first).is_some() => {
                add_form(forms, who, rest, language)
            }
            Some((first, [_, ..])) if short && spaced => {
                let person = matches!(who, Who::Other(_));
                let a_name =
                    person || !language.known(first) || language.is(first, Class::Ordinary);
                if a_name && !language.is(first, Class::RoleNoun) {
                    let given: Vec<String> =
                        fold(written.split_whitespace().next().unwrap_or_default())
                            .split(|c: char| !c.is_alphanumeric())
                            .filter(|word| !word.is_empty())
                            .map(str::to_owned)
                            .collect();
                    add_form(forms, who, &given, language);
                }
            }
            _ => {}
        }
    }
}

fn add_form(forms: &mut Vec<Form>, who: Who, words: &[String], language: &Language) {
    let canonical = |word: &String| {
        language
            .title(word)
            .map_or_else(|| word.clone(), str::to_owned)
    };
    let joined: String = words.iter().map(canonical).collect();
    if joined.is_empty()
        || forms
            .iter()
            .any(|form| form.who == who && form.joined == joined)
    {
        return;
    }
    let ordinary = words.len() == 1
        && (language.common(&words[0])
            || language.any(
                &words[0],
                &[Class::Ordinary, Class::Filler, Class::Greeting],
            ));
    forms.push(Form {
        who,
        length: words.len(),
        ordinary,
        shared: false,
        sounds: Vec::new(),
        rough: Vec::new(),
        joined,
    });
}
