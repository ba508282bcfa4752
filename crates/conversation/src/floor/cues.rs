//! What the words after a name tell: a question to it, a wish, or a statement about it.

use super::language::{Class, Language, Phrase};

/// The sign that the words right after a name give.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cue {
    /// Nothing follows but fillers.
    End,
    /// A question opens, or “you”: the name before it was a call.
    Question,
    Please,
    Imperative,
    /// Could go on after a call as well as after anything else.
    Weak,
    /// The name is the subject of a statement, or goes on (“Michael from sales”).
    Statement,
}

/// What is known around the words.
#[derive(Clone, Copy)]
pub(super) struct Around<'a> {
    pub(super) language: &'a Language,
    pub(super) question: bool,
    /// A transcript, where a question mark cannot be waited for.
    pub(super) speech: bool,
    /// A greeting stands before the name, so that an open case is a call.
    pub(super) greeted: bool,
    /// Several are named together, so that base forms agree with them.
    pub(super) plural: bool,
}

/// Reads the folded words after a name, up to the next break. `<name>` and `<me>` stand for names.
pub(super) fn cue(words: &[&str], around: Around) -> Cue {
    let language = around.language;
    let skipped = skip(words, language);
    // “Michael, good morning”: greeted after the name instead of before.
    let greets = |words: &[&str]| language.phrase_at(Phrase::Greeting, words).is_some();
    if greets(words) || greets(&words[skipped..]) {
        return Cue::Weak;
    }
    let words = &words[skipped..];
    let Some((&word, rest)) = words.split_first() else {
        return Cue::End;
    };
    let next = rest.first().copied().unwrap_or_default();
    let hush = [Phrase::Quiet, Phrase::Pause]
        .into_iter()
        .any(|kind| language.phrase_at(kind, words).is_some());
    match () {
        () if hush => Cue::Imperative,
        () if around.plural && language.is(word, Class::PluralVerb) => Cue::Statement,
        () if language.is(word, Class::Please) => Cue::Please,
        () if language.any(language.base(word), &[Class::Question]) => {
            question_word(word, rest, around)
        }
        // “Robbie should've told you”
        () if language.contracted(word) && language.is(language.base(word), Class::Modal) => {
            Cue::Statement
        }
        () if language.is(word, Class::Modal) => modal(rest, around),
        () if language.any(word, &[Class::DoBase, Class::HaveBase, Class::BeOther]) => {
            if around.plural && !plural_subject(next, around) {
                Cue::Statement
            } else {
                Cue::Question
            }
        }
        () if language.is(word, Class::DoAgreeing) => past_question(rest, around),
        () if language.is(word, Class::HaveAgreeing) => {
            let someone = person(next, language);
            let opens =
                language.any(next, &[Class::Determiner, Class::SubjectPronoun]) && around.question;
            if someone || opens {
                Cue::Question
            } else {
                Cue::Statement
            }
        }
        () if language.is(word, Class::BeSingular) => be_question(rest, around),
        () if language.is(word, Class::SecondPerson) => Cue::Question,
        () if language.is(word, Class::ThirdPronoun) && !around.question => {
            // “he has red spots, is that an emergency”, said without a mark.
            if around.speech && inverted(rest, language) {
                Cue::Weak
            } else {
                Cue::Statement
            }
        }
        () if language.is(language.base(word), Class::SubjectPronoun) => Cue::Weak,
        () if language.is(word, Class::Conjunction) => match cue(rest, around) {
            Cue::Question | Cue::Please if !language.is(next, Class::SecondPerson) => Cue::Question,
            _ => Cue::Statement,
        },
        () if language.is(word, Class::AmbiguousPast) => {
            let past = rest.iter().any(|word| language.is(word, Class::PastTime));
            // “read out the notices”, unless it was yesterday.
            let called_out = language.is(word, Class::CoreRequest)
                && language.is(next, Class::Particle)
                && !past;
            let wished = language.is(next, Class::ObjectPronoun)
                || called_out
                || rest.iter().any(|word| language.is(word, Class::Please));
            if wished {
                Cue::Imperative
            } else {
                Cue::Statement
            }
        }
        () if language.is(word, Class::Imperative) => {
            let agrees = around.plural && !language.is(word, Class::CoreRequest);
            if agrees {
                Cue::Statement
            } else {
                Cue::Imperative
            }
        }
        () if language.is(word, Class::TopicPreposition) => Cue::Weak,
        () if language.any(word, &[Class::SelfMarker, Class::Preposition]) => {
            asks_later(rest, around)
        }
        () if language.is(word, Class::AcknowledgementCore) || word.starts_with('<') => Cue::Weak,
        () if language.is(word, Class::Hortative)
            && language.any(next, &[Class::Imperative, Class::DoBase]) =>
        {
            Cue::Weak
        }
        () if language.third_person(word) => Cue::Statement,
        () if language.any(
            word,
            &[
                Class::Determiner,
                Class::Greeting,
                Class::Filler,
                Class::But,
            ],
        ) =>
        {
            Cue::Weak
        }
        () if language.known(word) && !language.may_be_third_person(word) => Cue::Weak,
        () => unknown(word, next, around),
    }
}

/// How many fillers and adverbs come first.
fn skip(words: &[&str], language: &Language) -> usize {
    let mut at = 0;
    while at < words.len() {
        let phrase = language.phrase_at(Phrase::Filler, &words[at..]);
        let single = language.any(words[at], &[Class::Adverb, Class::Filler, Class::Honorific])
            && !language.any(words[at], &[Class::Please, Class::Conjunction]);
        match phrase {
            Some(length) => at += length,
            None if single => at += 1,
            None => break,
        }
    }
    at
}

fn subject(word: &str, language: &Language) -> bool {
    language.any(
        language.base(word),
        &[Class::SubjectPronoun, Class::Determiner],
    ) || word.starts_with('<')
}

fn person(word: &str, language: &Language) -> bool {
    let pronoun = [
        Class::FirstPerson,
        Class::SecondPerson,
        Class::ThirdPronoun,
        Class::Indefinite,
    ];
    language.any(word, &pronoun) || word.starts_with('<')
}

/// After several names “are” and “do” agree with them; only a subject of their own makes a question.
fn plural_subject(word: &str, around: Around) -> bool {
    person(word, around.language) || (around.question && subject(word, around.language))
}

/// “who” may begin a question to the name or a clause about it; two verbs of statement tell the clause.
fn question_word(word: &str, rest: &[&str], around: Around) -> Cue {
    let language = around.language;
    let finite = |word: &&&str| {
        language.is(word, Class::BeSingular)
            || language.is(word, Class::Past)
            || language.third_person(word)
    };
    let next = rest.first().copied().unwrap_or_default();
    // “which entrance is it”: with a noun of its own, or a verb before its subject, it asks.
    let own_noun = word == "which" && language.common_only(next);
    let inverted = rest.windows(2).take(3).any(|pair| {
        language.is(pair[0], Class::BeSingular)
            && language.is(pair[1], Class::SubjectPronoun)
            && !language.is(pair[1], Class::Determiner)
    });
    let relative = language.is(word, Class::Relative)
        && !own_noun
        && !inverted
        && !around.question
        && rest.iter().filter(finite).count() > 1;
    if relative {
        Cue::Statement
    } else {
        Cue::Question
    }
}

fn modal(rest: &[&str], around: Around) -> Cue {
    let language = around.language;
    let next = rest.first().copied().unwrap_or_default();
    let verb = |word: &str| {
        language.any(
            word,
            &[
                Class::Imperative,
                Class::ObjectVerb,
                Class::Adverb,
                Class::AmbiguousPast,
                Class::HaveBase,
                Class::DoBase,
                Class::Particle,
            ],
        ) || language.any(word, &[Class::Preposition, Class::BareAuxiliary])
            || word.is_empty()
    };
    match () {
        () if subject(next, language) => Cue::Question,
        () if around.question && !verb(next) => Cue::Question,
        () => Cue::Statement,
    }
}

/// “did you …” asks; “did the slides …” asks if a question mark or a second verb follows.
fn past_question(rest: &[&str], around: Around) -> Cue {
    let language = around.language;
    let next = rest.first().copied().unwrap_or_default();
    let verb_follows = rest
        .iter()
        .skip(1)
        .take(4)
        .any(|word| language.is(word, Class::Imperative));
    // “does spelling count”, but “does great work”.
    let thing = !language.any(
        next,
        &[
            Class::Imperative,
            Class::Determiner,
            Class::Acknowledgement,
            Class::Adverb,
            Class::State,
            Class::BareAuxiliary,
            Class::Preposition,
        ],
    );
    match () {
        () if person(next, language) => Cue::Question,
        () if subject(next, language) && (around.question || verb_follows) => Cue::Question,
        () if thing && verb_follows => Cue::Question,
        () if around.question && verb_follows => Cue::Question,
        () => Cue::Statement,
    }
}

fn be_question(rest: &[&str], around: Around) -> Cue {
    let language = around.language;
    let Some((&next, more)) = rest.split_first() else {
        return Cue::Statement;
    };
    let after = more.first().copied().unwrap_or_default();
    let asks = around.question || around.speech || around.greeted;
    let existential = language.is(next, Class::Existential);
    let there = existential && !after.is_empty() && !language.is(after, Class::NotAfterThere);
    let pronoun = language.any(next, &[Class::SubjectPronoun])
        && !language.any(next, &[Class::Determiner])
        && !existential;
    let told = language.any(
        next,
        &[
            Class::Adverb,
            Class::Preposition,
            Class::State,
            Class::AcknowledgementCore,
        ],
    ) || language.participle(next);
    let placed = around.question && language.is(after, Class::Preposition);
    let predicate = more
        .iter()
        .take(8)
        .take_while(|word| {
            !language.any(
                word,
                &[Class::Question, Class::Conjunction, Class::Relative],
            )
        })
        .any(|word| language.participle(word));
    // “is that a real one”, where “is that one” could go on a statement.
    let pointed = language.is(next, Class::SubjectPronoun)
        && language.is(next, Class::Determiner)
        && language.any(after, &[Class::BareArticle, Class::SubjectPronoun]);
    let clause: Vec<&str> = more
        .iter()
        .copied()
        .take_while(|word| {
            !language.any(
                word,
                &[
                    Class::Question,
                    Class::Conjunction,
                    Class::But,
                    Class::Relative,
                    Class::ThirdPronoun,
                ],
            )
        })
        .collect();
    // “is my dog allowed on the trail”, where “is my trusted friend” tells.
    let owned = language.is(next, Class::Determiner)
        && !language.any(next, &[Class::BareArticle, Class::SubjectPronoun])
        && clause.len() > 1
        && settled(&clause[1..], language);
    // “is it on Tuesday or Wednesday”
    let either = more
        .iter()
        .any(|word| language.is(word, Class::Alternative));
    // “is my appointment on Tuesday”, where “is my contact at the bank” tells.
    let mine = asks
        && language.is(next, Class::Determiner)
        && !language.any(next, &[Class::BareArticle, Class::SubjectPronoun])
        && !language.is(after, Class::RoleNoun)
        && more
            .get(1)
            .is_some_and(|word| language.is(word, Class::Preposition) && *word != "of");
    match () {
        () if pointed || owned || mine || (either && !told) => Cue::Question,
        () if there || (pronoun && !after.is_empty()) => Cue::Question,
        () if asks && next.starts_with('<') && !after.is_empty() => Cue::Question,
        () if around.question && language.is(next, Class::Determiner) => Cue::Question,
        () if asks && !told && (predicate || placed) => Cue::Question,
        () => Cue::Statement,
    }
}

/// Whether a state or participle among the words is not followed by a noun of its own.
fn settled(words: &[&str], language: &Language) -> bool {
    words.iter().enumerate().any(|(at, word)| {
        language.participle(word)
            && words.get(at + 1).is_none_or(|next| {
                language.any(
                    next,
                    &[
                        Class::Preposition,
                        Class::Adverb,
                        Class::Please,
                        Class::Filler,
                        Class::Determiner,
                        Class::ThirdPronoun,
                    ],
                )
            })
    })
}

/// Whether a question opens somewhere: an auxiliary before its subject.
fn inverted(words: &[&str], language: &Language) -> bool {
    let auxiliary = [
        Class::Modal,
        Class::DoBase,
        Class::DoAgreeing,
        Class::BeOther,
        Class::BeSingular,
        Class::HaveBase,
    ];
    words.windows(2).any(|pair| {
        language.any(pair[0], &auxiliary) && language.is(pair[1], Class::SubjectPronoun)
    })
}

/// “Michael from sales …” tells, unless a question opens further on.
fn asks_later(rest: &[&str], around: Around) -> Cue {
    let language = around.language;
    let opens = rest.windows(2).any(|pair| {
        let auxiliary = language.any(
            pair[0],
            &[
                Class::Modal,
                Class::DoBase,
                Class::BeOther,
                Class::HaveBase,
                Class::DoAgreeing,
            ],
        );
        language.is(language.base(pair[0]), Class::Question)
            || (auxiliary && language.is(pair[1], Class::SubjectPronoun))
    });
    let wished = rest.iter().any(|word| language.is(word, Class::Please));
    if opens || wished || around.question {
        Cue::Weak
    } else {
        Cue::Statement
    }
}

fn unknown(word: &str, next: &str, around: Around) -> Cue {
    let language = around.language;
    let verb = |word: &str| {
        language.third_person(word)
            || language.any(
                word,
                &[Class::BeSingular, Class::HaveAgreeing, Class::Modal],
            )
    };
    // An unlisted word and then a statement's verb: the name goes on, as in “michael torres said”.
    if language.may_be_third_person(word) || verb(next) {
        Cue::Statement
    } else {
        Cue::Weak
    }
}
