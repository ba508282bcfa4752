//! The floor's judgement: whether the persona speaks to a message, and why.
//!
//! Alone with a person the persona answers everything. As soon as another person is present it speaks only when it is
//! addressed: by a call name, an @mention, or a reply to its message. [`judge`] decides that from an [`Utterance`] and
//! says why in its [`Judgement`]. Pure: the same utterance always gives the same judgement.
//!
//! The way of a message: `tokens` splits it into sentences of folded words, `names` finds who is named where, `scene`
//! with `left` and `cues` gathers what stands around each name, the table in `rules` decides for each whether it is a
//! call or talk about its bearer, `quiet` hears requests for silence and mere thanks, and `reading` sums up. What the
//! words are is in `en.json`; a further language is a further such file.
//!
//! [`report`] scores judgements against labels.

mod cues;
mod judgement;
mod language;
mod left;
mod names;
#[cfg(test)]
mod properties;
mod quiet;
mod reading;
pub mod report;
mod rules;
mod scene;
mod sound;
#[cfg(test)]
mod tests;
mod tokens;
mod utterance;

pub use judgement::{Address, Judgement, Reason, Verdict};
pub use utterance::{Channel, Line, Present, PresentRole, Utterance};

use language::Language;
use reading::{Reading, Standing, read};

/// Whether the persona speaks to this message, with the reason.
#[must_use]
pub fn judge(utterance: &Utterance) -> Judgement {
    let speaker = utterance.speaker.clone();
    if own_text(utterance) {
        return judgement(Verdict::Silent, Address::OwnText, Reason::OwnText);
    }
    if utterance.is_persona
        || utterance
            .present
            .iter()
            .any(|p| !p.is_human() && p.name == utterance.speaker)
    {
        return judgement(
            Verdict::Silent,
            Address::NotAddressed,
            Reason::PersonaSpeaks { speaker },
        );
    }
    let people: Vec<String> = utterance
        .present
        .iter()
        .filter(|present| present.is_human() && present.name != utterance.speaker)
        .map(|present| present.name.clone())
        .collect();
    let directed = utterance.reply_to_persona || utterance.mentions_persona || people.is_empty();
    let reading = read(utterance, Language::english(), directed);
    if people.is_empty() {
        alone(utterance, &reading)
    } else {
        in_company(utterance, &reading, people)
    }
}

fn judgement(verdict: Verdict, address: Address, reason: Reason) -> Judgement {
    Judgement {
        verdict,
        reason,
        address,
    }
}

/// The persona's own words, unless a present person bears its name.
fn own_text(utterance: &Utterance) -> bool {
    let own =
        utterance.speaker == utterance.persona || utterance.call_names.contains(&utterance.speaker);
    own && (utterance.is_persona
        || !utterance
            .present
            .iter()
            .any(|present| present.name == utterance.speaker))
}

fn alone(utterance: &Utterance, reading: &Reading) -> Judgement {
    let speaker = utterance.speaker.clone();
    let other_persona = reading
        .others
        .iter()
        .map(|index| &utterance.present[*index])
        .find(|present| !present.is_human());
    let address = address(reading);
    match other_persona {
        _ if reading.standing == Standing::Hushed && reading.only_quiet => judgement(
            Verdict::Stop,
            Address::ToldToStop,
            Reason::ToldToStop { speaker },
        ),
        Some(other) if reading.standing == Standing::None => {
            let reason = Reason::OtherPersonaAddressed {
                name: other.name.clone(),
            };
            judgement(Verdict::Silent, address, reason)
        }
        _ if reading.acknowledgement => judgement(
            Verdict::Courtesy,
            Address::Acknowledgement,
            Reason::AloneAcknowledgement { speaker },
        ),
        _ => judgement(Verdict::Speak, address, Reason::Alone { speaker }),
    }
}

fn in_company(utterance: &Utterance, reading: &Reading, present: Vec<String>) -> Judgement {
    let speaker = utterance.speaker.clone();
    let name = utterance.persona.clone();
    let other = reading
        .others
        .first()
        .map(|index| utterance.present[*index].name.clone());
    let speak = |reason| judgement(Verdict::Speak, Address::Addressed, reason);
    let silent = |reason| judgement(Verdict::Silent, address(reading), reason);
    match reading.standing {
        Standing::Hushed => judgement(
            Verdict::Stop,
            Address::ToldToStop,
            Reason::ToldToStop { speaker },
        ),
        Standing::Addressed if reading.by_sign => speak(Reason::AddressedByMention { speaker }),
        Standing::Addressed => {
            let rule = reading.address_rule.unwrap_or_default().to_owned();
            speak(Reason::AddressedByName { name, rule })
        }
        Standing::Thanked => silent(Reason::Acknowledgement { present }),
        Standing::None if utterance.mentions_persona => {
            speak(Reason::AddressedByMention { speaker })
        }
        Standing::None if reading.acknowledgement => judgement(
            Verdict::Silent,
            Address::Acknowledgement,
            Reason::Acknowledgement { present },
        ),
        Standing::None => match other {
            Some(name) if reading.shared.is_some() => silent(Reason::SameName { name }),
            Some(name) if utterance.reply_to_persona => silent(Reason::OtherAddressed { name }),
            _ if utterance.reply_to_persona => speak(Reason::AddressedByReply { speaker }),
            _ if reading.named_rule.is_some() => {
                let rule = reading.named_rule.unwrap_or_default().to_owned();
                silent(Reason::OnlyNamed { name, rule })
            }
            Some(name) => silent(Reason::OtherAddressed { name }),
            None => silent(Reason::NotAddressed { present }),
        },
    }
}

fn address(reading: &Reading) -> Address {
    match reading.standing {
        Standing::Hushed => Address::ToldToStop,
        Standing::Addressed => Address::Addressed,
        Standing::Thanked => Address::Acknowledgement,
        Standing::None if reading.acknowledgement => Address::Acknowledgement,
        Standing::None if reading.named_rule.is_some() => Address::Named,
        Standing::None => Address::NotAddressed,
    }
}
