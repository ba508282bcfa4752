//! What the floor is told about one message: who is here, who speaks, through which channel, and the text.

use serde::{Deserialize, Serialize};

/// One message as the floor needs to see it. The same form is a line of the file that `trialogue eval floor` reads.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Utterance {
    /// The line's id in an evaluation file; the floor itself does not read it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The name of the persona whose judgement is asked.
    pub persona: String,
    /// Further names by which the persona can be addressed, as they are now: a renamed persona no longer hears its old name.
    pub call_names: Vec<String>,
    /// Everybody here but this persona: people, the speaker among them, and other personas.
    /// Monitors who only watch are left out by the caller, or their mere presence would silence the persona.
    pub present: Vec<Present>,
    /// The name of whoever says this.
    pub speaker: String,
    /// True if the speaker is a persona. Settles who speaks where a person and a persona share a name.
    pub is_persona: bool,
    pub channel: Channel,
    pub text: String,
    /// The message is a reply to one of this persona's messages.
    pub reply_to_persona: bool,
    /// The page marked this persona in the message (a picked @mention), whatever the text says.
    pub mentions_persona: bool,
    /// Earlier lines, oldest first.
    pub history: Vec<Line>,
}

/// One earlier line of the conversation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Line {
    pub speaker: String,
    pub channel: Channel,
    pub text: String,
    pub is_persona: bool,
}

/// Somebody who is in the conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Present {
    pub name: String,
    pub role: PresentRole,
}

impl Present {
    /// Whether this is a person rather than another persona.
    #[must_use]
    pub fn is_human(&self) -> bool {
        self.role != PresentRole::Persona
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PresentRole {
    Visitor,
    Owner,
    Colleague,
    Guest,
    Agent,
    Supervisor,
    Persona,
}

/// How the words reached us. Speech comes as a transcript: names misspelt, little or no punctuation or case.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    #[default]
    Chat,
    Speech,
}
