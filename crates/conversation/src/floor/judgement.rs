//! What the floor decided, and why, in a form that staff can read on the message.

use serde::{Deserialize, Serialize};

/// Whether the persona takes the floor, with the reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Judgement {
    pub verdict: Verdict,
    pub reason: Reason,
    pub address: Address,
}

impl Judgement {
    /// Whether anything at all is to be said, be it a short courtesy.
    #[must_use]
    pub fn speaks(&self) -> bool {
        matches!(self.verdict, Verdict::Speak | Verdict::Courtesy)
    }

    /// The reason as a sentence: “silent: Dana is present and nobody addressed me”.
    #[must_use]
    pub fn sentence(&self) -> String {
        self.reason.sentence()
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Answer.
    Speak,
    /// Alone with someone who merely acknowledged: a short courtesy at most.
    Courtesy,
    Silent,
    /// Told to be quiet: silent, and a turn under way ends.
    Stop,
}

/// How the message stands to the persona, whoever else is present.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Address {
    /// Spoken to: by name, @mention or reply.
    Addressed,
    /// Spoken about.
    Named,
    /// A mere “thank you” or “ok”, to whomever.
    Acknowledgement,
    NotAddressed,
    ToldToStop,
    /// The persona's own words.
    OwnText,
}

/// Why the persona speaks or stays silent; one variant for each situation in the floor's rules. The code is stable.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Reason {
    OwnText,
    /// Two personas never answer each other.
    PersonaSpeaks {
        speaker: String,
    },
    ToldToStop {
        speaker: String,
    },
    /// No other person is present than the one who speaks.
    Alone {
        speaker: String,
    },
    AloneAcknowledgement {
        speaker: String,
    },
    OtherPersonaAddressed {
        name: String,
    },
    /// `rule` names the row of the rule table that heard an address.
    AddressedByName {
        name: String,
        rule: String,
    },
    AddressedByMention {
        speaker: String,
    },
    AddressedByReply {
        speaker: String,
    },
    /// `rule` names the row of the rule table that heard talk about the persona.
    OnlyNamed {
        name: String,
        rule: String,
    },
    /// The name belongs to a person who is present.
    SameName {
        name: String,
    },
    Acknowledgement {
        present: Vec<String>,
    },
    OtherAddressed {
        name: String,
    },
    NotAddressed {
        present: Vec<String>,
    },
}

impl Reason {
    /// The stable code, as serialised.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::OwnText => "own_text",
            Self::PersonaSpeaks { .. } => "persona_speaks",
            Self::ToldToStop { .. } => "told_to_stop",
            Self::Alone { .. } => "alone",
            Self::AloneAcknowledgement { .. } => "alone_acknowledgement",
            Self::OtherPersonaAddressed { .. } => "other_persona_addressed",
            Self::AddressedByName { .. } => "addressed_by_name",
            Self::AddressedByMention { .. } => "addressed_by_mention",
            Self::AddressedByReply { .. } => "addressed_by_reply",
            Self::OnlyNamed { .. } => "only_named",
            Self::SameName { .. } => "same_name",
            Self::Acknowledgement { .. } => "acknowledgement",
            Self::OtherAddressed { .. } => "other_addressed",
            Self::NotAddressed { .. } => "not_addressed",
        }
    }

    /// The reason in words for the staff's page, beginning with “speaks” or “silent”.
    #[must_use]
    pub fn sentence(&self) -> String {
        match self {
            Self::OwnText => "silent: these are my own words".into(),
            Self::PersonaSpeaks { speaker } => {
                format!("silent: {speaker} is a persona, and personas never answer each other")
            }
            Self::ToldToStop { speaker } => format!("silent: {speaker} told me to be quiet"),
            Self::Alone { speaker } => format!("speaks: alone with {speaker}"),
            Self::AloneAcknowledgement { speaker } => {
                format!(
                    "speaks: alone with {speaker}, who only acknowledged, so a short courtesy at most"
                )
            }
            Self::OtherPersonaAddressed { name } => {
                format!("silent: this was for {name}, another persona")
            }
            Self::AddressedByName { name, rule } => {
                format!("speaks: addressed as {name} ({})", rule.replace('_', " "))
            }
            Self::AddressedByMention { speaker } => {
                format!("speaks: {speaker} mentioned me with @")
            }
            Self::AddressedByReply { speaker } => {
                format!("speaks: {speaker} replied to my message")
            }
            Self::OnlyNamed { name, rule } => {
                format!(
                    "silent: {name} was named but not addressed ({})",
                    rule.replace('_', " ")
                )
            }
            Self::SameName { name } => {
                format!("silent: {name} is present, so the bare name means that person")
            }
            Self::Acknowledgement { present } => {
                format!(
                    "silent: a mere acknowledgement while {} present",
                    are(present)
                )
            }
            Self::OtherAddressed { name } => format!("silent: this was for {name}"),
            Self::NotAddressed { present } => {
                format!("silent: {} present and nobody addressed me", are(present))
            }
        }
    }
}

/// “Dana is”, “Dana and Sam are”, “Dana, Sam and 2 others are”.
fn are(names: &[String]) -> String {
    match names {
        [] => "someone else is".into(),
        [one] => format!("{one} is"),
        [one, two] => format!("{one} and {two} are"),
        [one, two, three] => format!("{one}, {two} and {three} are"),
        [one, two, rest @ ..] => format!("{one}, {two} and {} others are", rest.len()),
    }
}
