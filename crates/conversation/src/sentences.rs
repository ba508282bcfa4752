//! What the persona and the system say of themselves, in English. The page translates by the notice beside the text.

use crate::media::MediaSource;
use crate::state::Person;
use crate::{event::PersonaProfile, participant::Identity};

pub(crate) fn steps_back(newcomer: &str, answers_to: Option<&str>) -> String {
    match answers_to {
        Some(name) => {
            format!("{newcomer} is here now, so I'll step back. Say “{name}” and I'll answer.")
        }
        None => {
            format!("{newcomer} is here now, so I'll step back. Mention me with @ and I'll answer.")
        }
    }
}

pub(crate) fn left(name: &str, persona: &str) -> String {
    format!("{name} left. {persona} answers again.")
}

pub(crate) fn dropped(name: &str, persona: &str) -> String {
    format!("{name} lost the connection. {persona} answers again until they are back.")
}

pub(crate) fn idle(name: &str, minutes: u32, persona: &str) -> String {
    format!(
        "{name} has been quiet for {minutes} minutes. {persona} answers again until they speak."
    )
}

pub(crate) fn entered_alone(name: &str) -> String {
    format!("{name} joined while you were away.")
}

pub(crate) fn turn_failed(persona: &str) -> String {
    format!("{persona} could not make an answer just now. Please ask again.")
}

pub(crate) fn asks_owner_cannot_answer(owner: &str) -> String {
    format!(
        "I can't answer that from what I know, so I'm asking {owner}. You will see here when they come."
    )
}

pub(crate) fn asks_owner_to_come(owner: &str) -> String {
    format!("I'm asking {owner} to join us. You will see here when they come.")
}

pub(crate) fn asks_owner_about_topic(owner: &str) -> String {
    format!("That is for {owner} to answer, so I'm asking them. You will see here when they come.")
}

pub(crate) fn adds_to_handoff(owner: &str) -> String {
    format!("I've added this to what I asked {owner}.")
}

pub(crate) fn adds_to_follow_up(owner: &str) -> String {
    format!("I've added this to what {owner} will answer you.")
}

pub(crate) fn leaves_it_to(lead: &str) -> String {
    format!("I can't answer that from what I know. {lead} is here and can.")
}

pub(crate) fn nothing_on_whisper(persona: &str) -> String {
    format!("{persona} has nothing to say on this.")
}

/// How it came that an answer is owed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Owed {
    /// Nobody of the chain took the handoff.
    NobodyCame,
    ConversationEnded,
}

pub(crate) fn follow_up_owed(owner: &str, email_known: bool, owed: Owed) -> String {
    let how = match owed {
        Owed::NobodyCame => "Nobody could come just now.",
        Owed::ConversationEnded => "Your question stays open.",
    };
    if email_known {
        format!("{how} {owner} will answer you by e-mail.")
    } else {
        format!("{how} Leave your e-mail address, and {owner} will answer you there.")
    }
}

/// What somebody who is asked to switch something on reads.
pub(crate) fn asks_to_turn_on(name: &str, source: MediaSource) -> String {
    match source {
        MediaSource::Camera => format!("{name} asks you to switch your camera on."),
        MediaSource::Microphone => format!("{name} asks you to switch your microphone on."),
        MediaSource::Screen => format!("{name} asks you to share your screen."),
    }
}

/// The text of a knock (design §4.1).
pub(crate) fn knock(name: &str, identity: &Identity) -> String {
    let who = match identity {
        Identity::Guest { email, .. } => format!("Your invited guest ({email})"),
        Identity::User { .. } | Identity::Visitor { .. } | Identity::Persona { .. } => {
            name.to_owned()
        }
    };
    format!(
        "{who} would like to join this conversation. You can allow them to join by clicking the button below."
    )
}

pub(crate) fn admit_label(identity: &Identity) -> &'static str {
    match identity {
        Identity::Guest { .. } => "Let the guest in",
        Identity::User { .. } | Identity::Visitor { .. } | Identity::Persona { .. } => {
            "Let the user in"
        }
    }
}

/// How it is known who knocks.
pub(crate) fn verified(identity: &Identity, persona: &PersonaProfile) -> String {
    match identity {
        Identity::User { user_id } if *user_id == persona.owner.user_id => {
            format!("signed in to this workspace, owner of {}", persona.name)
        }
        Identity::User { .. } => "signed in to this workspace".to_owned(),
        Identity::Guest { .. } => match Person::from(identity) {
            Person::Email(email) => format!("opened the link mailed to {email}"),
            Person::Visitor(_) | Person::Persona(_) | Person::User(_) => {
                "opened a mailed link".to_owned()
            }
        },
        Identity::Visitor { .. } | Identity::Persona { .. } => "not verified".to_owned(),
    }
}
