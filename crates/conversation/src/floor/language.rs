//! The words of a language, sorted by what they do around a name. The rules speak only of these classes, so another
//! language is another data file.

use rustc_hash::{FxHashMap, FxHashSet};
use serde::Deserialize;
use std::collections::HashMap;
use std::sync::LazyLock;

/// What a word does around a name. A word may belong to several classes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Class {
    Greeting,
    Filler,
    Adverb,
    Please,
    Acknowledgement,
    /// Acknowledges on its own, where the others only may stand beside such a word.
    AcknowledgementCore,
    Question,
    /// A question word that can stand for the object of a verb.
    ObjectQuestion,
    Modal,
    DoBase,
    DoAgreeing,
    /// Forms of “be” that a single name cannot take, so that after one they ask.
    BeOther,
    BeSingular,
    HaveBase,
    HaveAgreeing,
    SubjectPronoun,
    ThirdPronoun,
    Indefinite,
    SecondPerson,
    ObjectPronoun,
    /// Opens a noun phrase.
    Determiner,
    BareArticle,
    /// A determiner that makes the name after it a thing spoken of (“the Michael”).
    Article,
    Preposition,
    /// A preposition that names a topic, as after a call (“Michael, about the tickets”).
    TopicPreposition,
    Particle,
    Conjunction,
    Alternative,
    But,
    Subordinator,
    /// What people are to each other; “my boss, Michael” is talk about Michael.
    RoleNoun,
    SelfMarker,
    State,
    /// “there” as a mere opener.
    Existential,
    BareAuxiliary,
    Relative,
    FirstPerson,
    NotAfterThere,
    /// Names that are ordinary words too and need stronger signs to be heard as names.
    Ordinary,
    ModalLike,
    /// Ordinary names that are verbs too, so that a pronoun after them tells nothing.
    VerbLike,
    /// Ordinary names that are verbs before a clause (“hope it's fine”).
    ClauseVerb,
    /// Takes a person as its object.
    ObjectVerb,
    /// Takes a person beside its object, so that “what” does not fill the person's place.
    Ditransitive,
    ReportVerb,
    ReportedSubjectExempt,
    Imperative,
    CoreRequest,
    /// The base form is the past form too.
    AmbiguousPast,
    /// After several names the verb of a statement, never a request.
    PluralVerb,
    Past,
    /// Tells that a verb with one form for both is meant in the past.
    PastTime,
    Correction,
    Abbreviations,
    QuietTail,
    /// What is said with a name out of respect or kinship (“Auntie Ngozi”, “Priya ji”).
    Honorific,
    /// The same behind a hyphen (“Giulia-san”), where it is no word of its own.
    RespectSuffix,
    Thanks,
    /// What tells a persona from a person of its name (“Michael AI”).
    Machine,
    Naming,
    /// “lets”, short for “let us”, but also a verb in the third person.
    Hortative,
    PoliteLead,
}

/// Runs of words with one function. `<name>` stands for somebody else's name, `*` for any word, and a closing `$`
/// for “nothing follows but words of [`Class::QuietTail`]”.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Phrase {
    Greeting,
    Filler,
    AddressLabel,
    CorrectionTo,
    /// Ends that look like “preposition + name” but are complete without the name.
    Stranded,
    AppositiveFiller,
    /// Says that something more is wanted, without asking.
    Wish,
    /// Before a name with a bare verb, a tale and no request (“just now Wei Ling say …”).
    ToldBefore,
    /// Ends a clause, so that a noun cannot follow (“in the end”, “tonight”).
    ClauseEnd,
    /// A cry that opens by itself, though its words take an object elsewhere (“help, Michael”).
    HelpCall,
    /// A verb with its particle that takes a person as its object.
    PhrasalVerb,
    Negation,
    /// “Be quiet”: also obeyed when alone.
    Quiet,
    /// “One moment”: obeyed only while others are present.
    Pause,
    Closing,
    /// Takes back what was asked.
    Withdrawal,
}

#[derive(Deserialize)]
struct File {
    possessive_suffixes: Vec<String>,
    third_person_suffixes: Vec<String>,
    past_suffixes: Vec<String>,
    progressive_suffixes: Vec<String>,
    negation_suffixes: Vec<String>,
    contraction_suffixes: Vec<String>,
    words: HashMap<Class, Vec<String>>,
    common: Vec<String>,
    phrases: HashMap<Phrase, Vec<String>>,
    titles: FxHashMap<String, String>,
    /// How transcribers write names whose spelling hides their sound.
    heard_as: FxHashMap<String, String>,
}

pub(super) struct Language {
    words: FxHashMap<String, u64>,
    common: FxHashSet<String>,
    phrases: FxHashMap<Phrase, Phrases>,
    titles: FxHashMap<String, String>,
    heard_as: FxHashMap<String, String>,
    /// The words of [`Class::Machine`].
    pub(super) machine_words: Vec<String>,
    pub(super) possessive_suffixes: Vec<String>,
    third_person_suffixes: Vec<String>,
    past_suffixes: Vec<String>,
    progressive_suffixes: Vec<String>,
    negation_suffixes: Vec<String>,
    contraction_suffixes: Vec<String>,
}

/// The phrases of one kind by their first word, since nearly every place of a text begins none.
#[derive(Default)]
struct Phrases {
    by_first_word: FxHashMap<String, Vec<Vec<String>>>,
    /// Beginning with any word.
    open: Vec<Vec<String>>,
}

impl Phrases {
    fn of(lines: &[String]) -> Self {
        let mut phrases = Self::default();
        for line in lines {
            let phrase: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
            match phrase.first().filter(|first| *first != "*") {
                Some(first) => {
                    let same = phrases.by_first_word.entry(first.clone()).or_default();
                    same.push(phrase);
                }
                None => phrases.open.push(phrase),
            }
        }
        phrases
    }

    fn beginning_with(&self, word: &str) -> impl Iterator<Item = &Vec<String>> {
        let same = self.by_first_word.get(word).into_iter().flatten();
        same.chain(&self.open)
    }

    fn all(&self) -> impl Iterator<Item = &Vec<String>> {
        self.by_first_word.values().flatten().chain(&self.open)
    }
}

static ENGLISH: LazyLock<Language> = LazyLock::new(|| {
    let file = serde_json::from_str(include_str!("en.json"));
    Language::new(file.expect("en.json is compiled in and every test of the floor reads it"))
});

impl Language {
    pub(super) fn english() -> &'static Self {
        &ENGLISH
    }

    fn new(file: File) -> Self {
        let mut words: FxHashMap<String, u64> = FxHashMap::default();
        let machine_words = file.words.get(&Class::Machine).into_iter().flatten();
        let machine_words = machine_words.flat_map(|line| line.split_whitespace());
        let machine_words = machine_words.map(str::to_owned).collect();
        for (class, lines) in file.words {
            for word in lines.iter().flat_map(|line| line.split_whitespace()) {
                *words.entry(word.to_owned()).or_default() |= 1 << class as u64;
            }
        }
        let phrases = file
            .phrases
            .iter()
            .map(|(kind, lines)| (*kind, Phrases::of(lines)));
        Self {
            words,
            common: file
                .common
                .iter()
                .flat_map(|line| line.split_whitespace())
                .map(str::to_owned)
                .collect(),
            phrases: phrases.collect(),
            titles: file.titles,
            machine_words,
            heard_as: file.heard_as,
            possessive_suffixes: file.possessive_suffixes,
            third_person_suffixes: file.third_person_suffixes,
            past_suffixes: file.past_suffixes,
            progressive_suffixes: file.progressive_suffixes,
            negation_suffixes: file.negation_suffixes,
            contraction_suffixes: file.contraction_suffixes,
        }
    }

    /// Whether a folded word is in a class. A negated auxiliary (“can't”) is in the class of its bare form.
    pub(super) fn is(&self, word: &str, class: Class) -> bool {
        let listed = |word: &str| {
            self.words
                .get(word)
                .is_some_and(|classes| classes & (1 << class as u64) != 0)
        };
        let negated = |end: &String| {
            let stem = word.strip_suffix(end.as_str());
            stem.is_some_and(|stem| listed(stem) || listed(&word.replace('\'', "")))
        };
        listed(word) || self.negation_suffixes.iter().any(negated)
    }

    pub(super) fn any(&self, word: &str, classes: &[Class]) -> bool {
        classes.iter().any(|class| self.is(word, *class))
    }

    /// The word without a contracted verb: “what” of “what's”.
    pub(super) fn base<'w>(&self, word: &'w str) -> &'w str {
        let ends = self.contraction_suffixes.iter();
        ends.filter_map(|end| word.strip_suffix(end.as_str()))
            .find(|stem| !stem.is_empty())
            .unwrap_or(word)
    }

    /// Whether the word ends in a contracted verb (“that's”, “I'm”).
    pub(super) fn contracted(&self, word: &str) -> bool {
        self.base(word) != word
    }

    /// The one spelling of a title: “dr” for “doctor”.
    pub(super) fn title<'w>(&'w self, word: &str) -> Option<&'w str> {
        self.titles.get(word).map(String::as_str)
    }

    /// Other spellings under which a name may be heard.
    pub(super) fn heard_as<'w>(&'w self, name: &str) -> impl Iterator<Item = &'w str> {
        let spellings = self.heard_as.get(name).map(String::as_str);
        spellings.unwrap_or_default().split_whitespace()
    }

    /// A finite verb that agrees with one person or tells of the past, so that a name before it is its subject.
    pub(super) fn third_person(&self, word: &str) -> bool {
        self.is(word, Class::Past)
            || self.inflected(word, &self.third_person_suffixes)
            || self.has_ending(word, &self.past_suffixes, 2)
            || (self.has_ending(word, &self.progressive_suffixes, 2)
                && !self.is(word, Class::TopicPreposition))
    }

    pub(super) fn past_participle(&self, word: &str) -> bool {
        self.has_ending(word, &self.past_suffixes, 2)
    }

    /// What may end a predicate after “be”: a state, or a participle.
    pub(super) fn participle(&self, word: &str) -> bool {
        self.is(word, Class::State)
            || self.past_participle(word)
            || self.has_ending(word, &self.progressive_suffixes, 2)
    }

    /// Looks like a verb in the third person although its stem is not listed.
    pub(super) fn may_be_third_person(&self, word: &str) -> bool {
        self.has_ending(word, &self.third_person_suffixes, 3) && !word.ends_with("ss")
    }

    fn inflected(&self, word: &str, ends: &[String]) -> bool {
        let verb = |stem: &str| self.any(stem, &[Class::Imperative, Class::ObjectVerb]);
        ends.iter()
            .filter_map(|end| word.strip_suffix(end.as_str()))
            .any(|stem| {
                // Shorter verbs are listed with their forms; “bees” is none.
                (stem.len() > 2 && verb(stem))
                    || stem
                        .strip_suffix('i')
                        .is_some_and(|stem| verb(&format!("{stem}y")))
            })
    }

    fn has_ending(&self, word: &str, ends: &[String], least_stem: usize) -> bool {
        ends.iter()
            .filter_map(|end| word.strip_suffix(end.as_str()))
            .any(|stem| stem.chars().count() >= least_stem && stem.chars().all(char::is_alphabetic))
    }

    /// Whether this is a usual word, so that it is no misheard or misspelt name.
    pub(super) fn known(&self, word: &str) -> bool {
        let listed = |word: &str| self.words.contains_key(word) || self.common.contains(word);
        let ends = [
            &self.third_person_suffixes,
            &self.past_suffixes,
            &self.progressive_suffixes,
        ];
        listed(word)
            || listed(self.base(word))
            || self.titles.contains_key(word)
            || ends.iter().flat_map(|ends| ends.iter()).any(|end| {
                let stem = word.strip_suffix(end.as_str());
                stem.is_some_and(|stem| {
                    stem.len() > 2 && (listed(stem) || listed(&format!("{stem}e")))
                })
            })
    }

    /// A usual word of no class: it could as well be what a transcriber made of a name.
    pub(super) fn common_only(&self, word: &str) -> bool {
        self.common.contains(word) && !self.words.contains_key(word)
    }

    pub(super) fn common(&self, word: &str) -> bool {
        self.common.contains(word)
    }

    /// The length of the longest phrase of a kind that these words begin with.
    pub(super) fn phrase_at(&self, kind: Phrase, words: &[&str]) -> Option<usize> {
        let first = words.first().copied().unwrap_or_default();
        self.phrases
            .get(&kind)?
            .beginning_with(first)
            .filter_map(|phrase| self.match_phrase(phrase, words))
            .max()
    }

    pub(super) fn ends_with(&self, kind: Phrase, words: &[&str]) -> bool {
        let mut phrases = self.phrases.get(&kind).into_iter().flat_map(Phrases::all);
        phrases.any(|phrase| {
            let start = words.len().checked_sub(phrase.len());
            start.is_some_and(|start| self.match_phrase(phrase, &words[start..]).is_some())
        })
    }

    fn match_phrase(&self, phrase: &[String], words: &[&str]) -> Option<usize> {
        let (parts, bounded) = match phrase.split_last() {
            Some((last, parts)) if last == "$" => (parts, true),
            _ => (phrase, false),
        };
        let fits = parts.len() <= words.len()
            && parts
                .iter()
                .zip(words)
                .all(|(part, word)| part == "*" || part == word);
        let closed = || {
            words[parts.len()..]
                .iter()
                .all(|word| word.starts_with('<') || self.is(word, Class::QuietTail))
        };
        (fits && (!bounded || closed())).then_some(parts.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_keeps_its_first_letter_which_names_are_looked_up_by() {
        for (title, spelling) in &Language::english().titles {
            assert_eq!(title.chars().next(), spelling.chars().next(), "{title}");
        }
    }
}
