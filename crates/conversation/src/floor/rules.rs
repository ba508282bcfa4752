//! The table that tells being spoken to from being spoken about. The first row that fits a mention decides, and its
//! name is part of the reason that staff read.

use super::cues::Cue;
use super::language::{Class, Language, Phrase};
use super::scene::{Left, Scene};
use super::tokens::Break;

pub(super) struct Rule {
    pub(super) name: &'static str,
    pub(super) addressed: bool,
    applies: fn(&Scene) -> bool,
}

const fn named(name: &'static str, applies: fn(&Scene) -> bool) -> Rule {
    Rule {
        name,
        addressed: false,
        applies,
    }
}

const fn called(name: &'static str, applies: fn(&Scene) -> bool) -> Rule {
    Rule {
        name,
        addressed: true,
        applies,
    }
}

/// The last row fits everything: a name without any sign of a call is talk about its bearer.
const RULES: &[Rule] = &[
    named("hardly_heard", |s| s.mention.faint && !must_be_call(s)),
    named("in_quoted_speech", |s| s.mention.quoted),
    named("possessive", |s| s.mention.possessive),
    called("mention_sign", |s| s.mention.at),
    named("other_person", other_person),
    named("ordinary_word", |s| {
        s.mention.ordinary && !stands_as_name(s)
    }),
    named("in_reported_speech", reported),
    named("sent_away", negated),
    named("corrected_to_another", corrected_away),
    called("corrected_to", |s| {
        let apologetic = s
            .right_words
            .first()
            .is_none_or(|word| s.language().is(word, Class::Correction));
        (s.cue == Cue::End || (apologetic && s.cue == Cue::Weak))
            && s.language().ends_with(Phrase::CorrectionTo, &s.left_words)
    }),
    called("label", |s| {
        label(s) && s.later().iter().any(|word| !word.starts_with('<'))
    }),
    named("label_without_question", label),
    named("in_transcript", in_transcript),
    named("told_of_before", |s| {
        s.cue == Cue::Imperative && s.language().ends_with(Phrase::ToldBefore, &s.left_words)
    }),
    named("alternative", alternative),
    named("in_brackets", |s| {
        s.before == Some(Break::Open) && s.after == Some(Break::Close) && s.cue == Cue::End
    }),
    named("part_of_sentence", |s| s.left == Left::Bound),
    named("subject_of_statement", |s| s.cue == Cue::Statement),
    named("apposition", apposition),
    named("list_item", list_item),
    named("listed_with_self", |s| {
        s.names > 2
            && s.cue == Cue::End
            && matches!(s.later()[..], [own] if s.language().is(own, Class::ObjectPronoun))
    }),
    named("signature", signature),
    called("bare_name", |s| {
        s.left == Left::Opening
            && s.cue == Cue::End
            && s.earlier().is_empty()
            && s.later().is_empty()
    }),
    called("called_first", |s| {
        s.left == Left::Opening && s.cue == Cue::End && s.after.is_some()
    }),
    called("called_last", |s| {
        s.left == Left::Opening && s.cue == Cue::End
    }),
    called("asked", |s| {
        s.left == Left::Opening && s.cue == Cue::Question
    }),
    called("told", |s| {
        s.left == Left::Opening && matches!(s.cue, Cue::Imperative | Cue::Please)
    }),
    called("opens_sentence", |s| {
        s.left == Left::Opening && s.cue == Cue::Weak && !foreign(s)
    }),
    called("closes_sentence", |s| s.cue == Cue::End),
    called("closes_clause", |s| {
        s.right_words
            .first()
            .is_some_and(|word| s.language().is(word, Class::But))
    }),
    called("asked_midway", |s| {
        matches!(s.cue, Cue::Question | Cue::Please)
    }),
    called("told_midway", |s| {
        s.speech() && s.cue == Cue::Imperative && core_request(s)
    }),
    named("mentioned", |_| true),
];

pub(super) fn classify(scene: &Scene) -> &'static Rule {
    let fits = RULES.iter().find(|rule| (rule.applies)(scene));
    fits.unwrap_or(&RULES[RULES.len() - 1])
}

/// “George Michael”, “Michael Jordan”.
fn other_person(s: &Scene) -> bool {
    let last_name = s.neighbour_is_name(Some(s.mention.end))
        && s.right_words
            .first()
            .is_none_or(|word| !word.starts_with('<'));
    let alone = s.names == 1;
    alone && (last_name || s.neighbour_is_name(s.mention.start.checked_sub(1)))
}

/// Whether a name that is an ordinary word too is used as a name here: set off, greeted, or followed by what cannot
/// follow the word.
fn stands_as_name(s: &Scene) -> bool {
    let language = s.language();
    let word = s.name();
    let next = s.right_words.first().copied().unwrap_or_default();
    let alone_on_right = s.right_words.is_empty();
    let modal = language.is(word, Class::ModalLike);
    let opens = s.left == Left::Opening;
    let inner_capital = s.capital()
        && s.mention.start > 0
        && (s.before.is_none() || s.before == Some(Break::Comma));
    let subject = language.any(
        language.base(next),
        &[Class::SubjectPronoun, Class::Determiner],
    );
    let pronoun = language.any(
        language.base(next),
        &[Class::FirstPerson, Class::SecondPerson],
    );
    let number = |word: &str| !word.is_empty() && word.chars().all(char::is_numeric);
    let counted = number(s.last_left()) || (number(next) && !s.capital());
    // “hey will it's me”: no verb stands before a contracted verb, but those that take a clause.
    let contracted = language.contracted(next)
        && language.is(language.base(next), Class::SubjectPronoun)
        && !language.is(word, Class::ClauseVerb);
    match () {
        () if counted => false,
        // “Hope dear”, “bill mate”
        () if language.is(next, Class::Honorific) && (opens || s.capital()) => true,
        // “Ha, that's a relief.”
        () if language.any(word, &[Class::Filler, Class::Greeting])
            && s.left_words.is_empty()
            && s.after == Some(Break::Comma) =>
        {
            false
        }
        () if alone_on_right && s.left_words.is_empty() => true,
        () if alone_on_right => {
            s.capital()
                || s.greeted
                || (opens && language.is(s.last_left(), Class::Acknowledgement))
                || no_noun_fits(s)
        }
        () if s.greeted && contracted => true,
        () if modal && subject => false,
        () if s.greeted && !subject => true,
        () if inner_capital && !subject => true,
        () if opens && s.capital() && pronoun && !language.is(word, Class::VerbLike) => true,
        () if modal && s.cue == Cue::Imperative => s
            .right_words
            .get(1)
            .is_some_and(|word| language.is(word, Class::ObjectPronoun)),
        () if opens => {
            firm_question(s)
                || (s.cue == Cue::Imperative && core_request(s))
                || (s.capital() && s.cue == Cue::Please)
        }
        () => s.speech() && firm_question(s),
    }
}

/// Where a few words that merely sound like the name can be nothing but a call: before a question or a request, or after
/// a question.
fn must_be_call(s: &Scene) -> bool {
    let hesitant = s.left == Left::Opening || s.language().is(s.last_left(), Class::Filler);
    let before =
        hesitant && (s.cue == Cue::Question || (s.cue == Cue::Imperative && core_request(s)));
    let after = s.cue == Cue::End && s.after.is_none() && asks(&s.left_words, s.language());
    before || after
}

/// Whether words open as a question does, after fillers: an auxiliary or a question word with what follows it.
pub(super) fn asks(words: &[&str], language: &Language) -> bool {
    let mut words = words
        .iter()
        .skip_while(|word| language.any(word, &[Class::Filler, Class::Greeting]));
    let (first, second) = (
        words.next().copied().unwrap_or_default(),
        words.next().copied().unwrap_or_default(),
    );
    let subject = language.any(
        language.base(second),
        &[Class::SubjectPronoun, Class::Determiner],
    );
    // “Have a good one.”
    let wish = language.is(first, Class::HaveBase) && language.is(second, Class::BareArticle);
    language.is(language.base(first), Class::Question)
        || (auxiliary(first, language) && subject && !wish)
}

fn auxiliary(word: &str, language: &Language) -> bool {
    language.any(
        word,
        &[
            Class::Modal,
            Class::DoBase,
            Class::DoAgreeing,
            Class::BeSingular,
            Class::BeOther,
            Class::HaveBase,
            Class::HaveAgreeing,
        ],
    )
}

/// At the end of a question, where the word could not be its last noun: “is there anything else I could do dawn”,
/// “can we bring phones to camp bear”. A noun would need an article, a preposition or a verb before it.
fn no_noun_fits(s: &Scene) -> bool {
    let language = s.language();
    let Some((last, before)) = s.left_words.split_last() else {
        return false;
    };
    let places = 0..if s.speech() { s.left_words.len() } else { 1 };
    let asked = s.after.is_none()
        && places
            .into_iter()
            .any(|at| asks(&s.left_words[at..], language));
    let complete = language.any(
        last,
        &[
            Class::DoBase,
            Class::ObjectPronoun,
            Class::FirstPerson,
            Class::SelfMarker,
            Class::Adverb,
        ],
    ) && !language.any(last, &[Class::Preposition, Class::Determiner]);
    // “to camp”, “by bus”: complete without an article.
    let place = before
        .last()
        .is_some_and(|word| language.is(word, Class::Preposition))
        && language.common_only(last);
    let ended = language.ends_with(Phrase::ClauseEnd, &s.left_words);
    // “can you two do that same day will”: no modal ends a question, but after its subject.
    let modal = language.is(s.name(), Class::ModalLike)
        && !language.is(language.base(last), Class::SubjectPronoun)
        && !last.starts_with('<');
    asked && (complete || place || ended || modal)
}

/// A question that no ordinary word could begin: an auxiliary with its subject, or a question word with its verb.
fn firm_question(s: &Scene) -> bool {
    let language = s.language();
    let mut words = s
        .right_words
        .iter()
        .skip_while(|word| language.is(word, Class::Filler));
    let (first, second) = (
        words.next().copied().unwrap_or_default(),
        words.next().copied().unwrap_or_default(),
    );
    let asks = language.is(language.base(first), Class::Question);
    let subject = language.any(second, &[Class::SubjectPronoun, Class::Determiner]);
    let relative = language.any(
        second,
        &[Class::FirstPerson, Class::SecondPerson, Class::ThirdPronoun],
    );
    s.cue == Cue::Question
        && (language.is(first, Class::DoAgreeing)
            || (asks && (language.contracted(first) || !relative))
            || (auxiliary(first, language) && subject))
}

/// “and then she goes hey Michael, pass the salt”.
fn reported(s: &Scene) -> bool {
    let language = s.language();
    let teller = |words: &[&str]| match words {
        [.., subject, verb] => {
            language.is(verb, Class::ReportVerb)
                && !language.is(subject, Class::ReportedSubjectExempt)
        }
        _ => false,
    };
    let greetings = s
        .left_words
        .iter()
        .rev()
        .take_while(|word| language.is(word, Class::Greeting))
        .count();
    let before = &s.left_words[..s.left_words.len() - greetings];
    let after_break =
        s.left_words.len() == greetings && matches!(s.before, Some(Break::Comma | Break::Colon));
    let earlier = s.earlier();
    let asked = earlier
        .iter()
        .any(|word| language.is(language.base(word), Class::Question));
    (greetings > 0 && teller(before))
        || (after_break && s.cue == Cue::End && teller(&earlier) && !asked)
}

/// “not you, Michael”, “Michael, I wasn't talking to you”.
fn negated(s: &Scene) -> bool {
    let language = s.language();
    let words = s.setting.words(0, s.setting.sentence.tokens.len());
    let away = (0..words.len()).any(|at| {
        let length = language.phrase_at(Phrase::Negation, &words[at..]);
        length.is_some_and(|length| words.get(at + length) != Some(&"<name>"))
    });
    let not = language.is(s.last_left(), Class::BareAuxiliary) && s.left_words.len() < 4;
    away || not
}

/// “Michael, sorry, Dana, can you …”, “Michael, do you — actually Dana, you would know”.
fn corrected_away(s: &Scene) -> bool {
    let language = s.language();
    let mut segments = vec![s.right_words.clone()];
    segments.extend(s.segments_after());
    let mut correcting = false;
    segments.iter().any(|words| {
        let corrections = words
            .iter()
            .take_while(|word| language.is(word, Class::Correction))
            .count();
        let rest = &words[corrections..];
        let turned = (correcting || corrections > 0)
            && rest.first() == Some(&"<name>")
            && s.cue_of(&rest[1..]) != Cue::Statement;
        correcting = rest.is_empty() && (correcting || corrections > 0);
        turned
    })
}

/// “One for Michael: …”.
fn label(s: &Scene) -> bool {
    s.right_words.is_empty() && s.language().ends_with(Phrase::AddressLabel, &s.left_words)
}

/// A pasted talk, “Kim: Michael, is there cake? / Michael: No.”
fn in_transcript(s: &Scene) -> bool {
    let told = s.start == 0 && s.after == Some(Break::Colon) && !s.question();
    let asked = s.before == Some(Break::Colon) && s.earlier().len() == 1;
    s.setting.transcript && (told || asked)
}

/// “Which is better, Michael or Nova?”
fn alternative(s: &Scene) -> bool {
    let language = s.language();
    let either = (s.start..s.end)
        .any(|at| language.is(&s.setting.sentence.tokens[at].fold, Class::Alternative));
    let compared = s
        .earlier()
        .iter()
        .any(|word| language.is(language.base(word), Class::Question));
    either && compared && s.question() && s.cue == Cue::End && s.after.is_none()
}

/// “Michael, our host, will …”, “our host, Michael, will …”, “the host, Michael I think, will …”.
fn apposition(s: &Scene) -> bool {
    let language = s.language();
    let segments = s.segments_after();
    let goes_on = segments.first().is_some_and(|next| states(s, next));
    if s.question() {
        return false;
    }
    let supposed = s.before == Some(Break::Comma)
        && language.phrase_at(Phrase::AppositiveFiller, &s.right_words)
            == Some(s.right_words.len());
    if s.cue != Cue::End {
        return supposed && goes_on;
    }
    let bracket = s.after == Some(Break::Open);
    let after_aside = matches!(&segments[..], [inner, rest, ..] if (bracket || aside(inner, language)) && states(s, rest));
    let earlier = s.earlier();
    let inner = s.before == Some(Break::Comma) && s.left_words.is_empty();
    // “The new one, Michael, is …”: nothing but a noun before.
    let noun = earlier.len() <= 3
        && earlier
            .first()
            .is_some_and(|word| language.is(word, Class::Article));
    after_aside
        || (inner && role_ends(&earlier, s) && (s.after.is_none() || goes_on))
        || (inner && noun && goes_on)
}

/// Whether words go on a statement whose subject came before: a finite verb comes first.
fn states(s: &Scene, words: &[&str]) -> bool {
    let language = s.language();
    let verb = words.iter().find(|word| !language.is(word, Class::Adverb));
    let finite = [
        Class::BeSingular,
        Class::HaveAgreeing,
        Class::DoAgreeing,
        Class::Modal,
    ];
    let opens = |word: &&str| language.any(word, &finite) || language.third_person(word);
    verb.is_some_and(opens) && s.cue_of(words) == Cue::Statement
}

/// What may stand between a subject and its verb: a noun, a clause with “who”, “however”. A noun with a finite verb
/// of its own is a sentence: “Michael, my year ends in March, …”.
fn aside(words: &[&str], language: &Language) -> bool {
    let Some((first, rest)) = words.split_first() else {
        return false;
    };
    let finite = |word: &&str| language.is(word, Class::BeSingular) || language.third_person(word);
    let noun = language.is(first, Class::Article)
        && (!rest.iter().any(finite) || rest.iter().any(|word| language.is(word, Class::Relative)));
    noun || language.any(
        first,
        &[Class::Relative, Class::Preposition, Class::Subordinator],
    ) || language
        .phrase_at(Phrase::AppositiveFiller, words)
        .is_some()
        || language.third_person(first)
}

fn role_ends(words: &[&str], s: &Scene) -> bool {
    let language = s.language();
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

/// “Speakers: Michael, Dana”.
fn list_item(s: &Scene) -> bool {
    let tokens = &s.setting.sentence.tokens[..s.start];
    let Some(colon) = tokens
        .iter()
        .rposition(|token| token.break_ == Some(Break::Colon))
    else {
        return false;
    };
    let only_names = s
        .setting
        .words(colon, s.start)
        .iter()
        .all(|word| word.starts_with('<'));
    let labelled = only_names && !super::left::opening(&s.setting.words(0, colon), s.language());
    labelled
        && s.cue == Cue::End
        && !s.question()
        && s.later().iter().all(|word| word.starts_with('<'))
}

/// A sentence mostly of words the language data does not have, run on without a comma: whether the name is called or is
/// the subject cannot be told, and silence does less harm.
fn foreign(s: &Scene) -> bool {
    let known = s
        .right_words
        .iter()
        .filter(|word| word.starts_with('<') || s.language().known(word))
        .count();
    s.right_words.len() > 2 && known * 2 < s.right_words.len() && !s.question()
}

/// “See you on Monday — Michael”.
fn signature(s: &Scene) -> bool {
    let asks = s
        .earlier()
        .first()
        .is_some_and(|word| s.language().is(s.language().base(word), Class::Question));
    let alone = s.left_words.is_empty() && s.right_words.is_empty() && s.names == 1;
    s.before == Some(Break::Dash) && alone && s.after.is_none() && !s.question() && !asks
}

fn core_request(s: &Scene) -> bool {
    let language = s.language();
    s.right_words
        .iter()
        .find(|word| !language.any(word, &[Class::Adverb, Class::Filler]))
        .is_some_and(|word| language.is(word, Class::CoreRequest))
}
