//! What the words before a name tell: whether the name opens, may be a call, or is bound into the sentence.

use super::cues::Cue;
use super::language::{Class, Language, Phrase};
use super::scene::{Left, Scene};

pub(super) fn left(scene: &Scene) -> Left {
    let (words, language) = (&scene.left_words, scene.language());
    match () {
        () if opening(words, language) => Left::Opening,
        () if bound(scene) => Left::Bound,
        () => Left::Open,
    }
}

/// Nothing but greetings, fillers, corrections and names.
pub(super) fn opening(words: &[&str], language: &Language) -> bool {
    if language.phrase_at(Phrase::HelpCall, words) == Some(words.len()) && !words.is_empty() {
        return true;
    }
    let mut at = 0;
    while at < words.len() {
        let rest = &words[at..];
        let phrase = [Phrase::Greeting, Phrase::Filler]
            .into_iter()
            .filter_map(|kind| language.phrase_at(kind, rest))
            .max();
        let single = language.any(
            words[at],
            &[Class::Greeting, Class::Filler, Class::Honorific],
        ) || words[at].starts_with('<');
        match phrase {
            Some(length) => at += length,
            None if single => at += 1,
            None => return false,
        }
    }
    true
}

fn bound(scene: &Scene) -> bool {
    let (words, language, last) = (&scene.left_words[..], scene.language(), scene.last_left());
    if language.ends_with(Phrase::Stranded, words)
        && words.iter().any(|word| opens_question(word, language))
    {
        return false;
    }
    match () {
        () if language.is(last, Class::Conjunction) => {
            !matches!(scene.cue, Cue::Question | Cue::Please)
        }
        () if language.any(last, &[Class::Article, Class::Preposition]) => true,
        () if cleft(scene) || pointed_at(scene) => true,
        () if role(words, language) || naming(words, language) || identity(words, language) => true,
        () if language.ends_with(Phrase::PhrasalVerb, words) => true,
        () if language.any(last, &[Class::BeSingular, Class::BeOther])
            || be_contracted(last, language) =>
        {
            be_bound(words, scene)
        }
        () if language.any(
            last,
            &[
                Class::Modal,
                Class::DoBase,
                Class::DoAgreeing,
                Class::HaveBase,
                Class::HaveAgreeing,
            ],
        ) =>
        {
            auxiliary_bound(words, scene)
        }
        () if language.is(last, Class::ObjectVerb) => object_bound(words, scene),
        // “why Michael why”
        () if words.len() == 1 && asks_for_reason(last, language) => {
            !matches!(scene.cue, Cue::End | Cue::Question)
        }
        () if language.is(last, Class::Subordinator) => true,
        () => false,
    }
}

fn asks_for_reason(word: &str, language: &Language) -> bool {
    language.is(word, Class::Question) && !language.is(word, Class::Relative)
}

fn opens_question(word: &str, language: &Language) -> bool {
    language.is(language.base(word), Class::Question)
        || language.any(
            word,
            &[
                Class::Modal,
                Class::DoBase,
                Class::DoAgreeing,
                Class::BeOther,
                Class::BeSingular,
            ],
        )
        || language.is(word, Class::Imperative)
}

fn be_contracted(word: &str, language: &Language) -> bool {
    let stem = language.base(word);
    language.contracted(word)
        && language.any(
            stem,
            &[
                Class::SubjectPronoun,
                Class::Question,
                Class::FirstPerson,
                Class::Existential,
            ],
        )
}

/// “my boss Michael”, “our assistant Michael”.
fn role(words: &[&str], language: &Language) -> bool {
    let Some((last, before)) = words.split_last() else {
        return false;
    };
    let owned = before
        .iter()
        .rev()
        .take(3)
        .any(|word| language.any(word, &[Class::Article, Class::Determiner]));
    language.is(last, Class::RoleNoun) && owned
}

/// “was it Michael who helped you”
fn cleft(scene: &Scene) -> bool {
    let language = scene.language();
    let be = |word: &str| language.any(word, &[Class::BeSingular, Class::BeOther]);
    let who = scene.right_words.first().copied().unwrap_or_default();
    matches!(scene.left_words[..], [.., verb, "it"] if be(verb))
        && language.is(who, Class::Relative)
}

/// “this Michael is a computer”
fn pointed_at(scene: &Scene) -> bool {
    let language = scene.language();
    let verb = scene.right_words.first().copied().unwrap_or_default();
    let last = scene.last_left();
    let demonstrative =
        language.is(last, Class::Determiner) && language.is(last, Class::SubjectPronoun);
    demonstrative
        && (language.any(verb, &[Class::BeSingular, Class::HaveAgreeing])
            || language.third_person(verb))
}

/// “I call her Michael”.
fn naming(words: &[&str], language: &Language) -> bool {
    matches!(words, [.., verb, object] if language.is(verb, Class::Naming) && language.any(object, &[Class::SubjectPronoun, Class::ObjectPronoun, Class::Determiner]))
}

/// “are you Michael”, with nothing before.
fn identity(words: &[&str], language: &Language) -> bool {
    let start = words
        .iter()
        .position(|word| !language.is(word, Class::Filler))
        .unwrap_or_default();
    let be = |word: &str| language.any(word, &[Class::BeSingular, Class::BeOther]);
    matches!(words[start..], [verb, subject] if be(verb) && language.any(subject, &[Class::SubjectPronoun, Class::Determiner]))
}

/// “who is Michael” binds; “tell me what that is Michael” does not.
fn be_bound(words: &[&str], scene: &Scene) -> bool {
    let language = scene.language();
    let Some((last, before)) = words.split_last() else {
        return false;
    };
    let subject = before
        .last()
        .is_some_and(|word| language.is(word, Class::SubjectPronoun));
    let asked = before
        .iter()
        .rev()
        .skip(1)
        .any(|word| language.is(word, Class::Question));
    language.contracted(last) || !(subject && asked)
}

/// “has Michael replied” binds; “what do I do Michael” and “no idea what to do Michael” do not.
fn auxiliary_bound(words: &[&str], scene: &Scene) -> bool {
    let language = scene.language();
    let previous = words
        .len()
        .checked_sub(2)
        .map(|at| words[at])
        .unwrap_or_default();
    let complete = language.any(
        previous,
        &[Class::SubjectPronoun, Class::Preposition, Class::Modal],
    );
    !(complete && matches!(scene.cue, Cue::End | Cue::Question))
}

/// “did you ask Michael” binds; in “what do you need Michael” the verb's object is the question word.
fn object_bound(words: &[&str], scene: &Scene) -> bool {
    let language = scene.language();
    let Some((last, before)) = words.split_last() else {
        return false;
    };
    // “I'm not convinced, Michael” without its comma: a state, not an act upon Michael.
    let state = language.past_participle(last) && !language.is(last, Class::Naming);
    let be = [Class::BeSingular, Class::BeOther, Class::BareAuxiliary];
    let been = |word: &&str| language.any(word, &be) || be_contracted(word, language);
    if state && before.last().is_some_and(been) {
        return false;
    }
    let asked = before
        .iter()
        .position(|word| language.is(language.base(word), Class::ObjectQuestion));
    let Some(asked) = asked else { return true };
    let auxiliary = [
        Class::DoBase,
        Class::DoAgreeing,
        Class::Modal,
        Class::HaveBase,
    ];
    let inverted = before[asked..]
        .iter()
        .any(|word| language.any(word, &auxiliary));
    let subject = before[asked + 1..].last().is_some_and(|word| {
        language.is(language.base(word), Class::SubjectPronoun) || word.starts_with('<')
    });
    let filled = (subject || inverted) && !language.is(last, Class::Ditransitive);
    !(filled && matches!(scene.cue, Cue::End | Cue::Question))
}
