use super::letter::{Letter, Part};
use crate::{EmailAddress, Link, wording};

/// Tells a host who isn't there that somebody waits at the door.
#[derive(Clone, Debug)]
pub struct KnockWaiting {
    pub persona: String,
    pub knocker: Knocker,
    /// In the knocking person's own words.
    pub purpose: Option<String>,
    /// Asks to read what was said before, too.
    pub asks_history: bool,
    /// How many more wait; they share this one mail.
    pub others_waiting: usize,
    pub conversation: Link,
}

/// Who knocks, and how that was verified.
#[derive(Clone, Debug)]
pub enum Knocker {
    SignedIn {
        name: String,
        email: EmailAddress,
    },
    InvitedGuest {
        name: String,
        email: EmailAddress,
        invited_by: String,
    },
    /// Nothing was verified; the name is what they say.
    Unverified {
        name: String,
    },
}

impl KnockWaiting {
    pub(super) fn letter(&self) -> Letter {
        let persona = wording::name(&self.persona, "an AI persona");
        let (name, verified, button) = self.knocker.words();
        let mut facts = vec![verified];
        facts.push(if self.asks_history {
            "They ask to read what was said before.".to_owned()
        } else {
            "They would see only what is said from then on.".to_owned()
        });
        if self.others_waiting > 0 {
            facts.push(format!(
                "{} more {} waiting.",
                self.others_waiting,
                if self.others_waiting == 1 {
                    "is"
                } else {
                    "are"
                }
            ));
        }
        let mut parts = vec![
            Part::Text(format!(
                "{name} would like to join your conversation with {persona}."
            )),
            Part::List(facts),
        ];
        if let Some(purpose) = self
            .purpose
            .as_deref()
            .map(wording::block)
            .filter(|purpose| !purpose.is_empty())
        {
            parts.push(Part::Section("Their purpose"));
            parts.push(Part::Quote(purpose));
        }
        parts.push(Part::Button {
            label: "Open the conversation".to_owned(),
            link: self.conversation.clone(),
        });
        parts.push(Part::Text(format!(
            "Opening it lets nobody in. You decide there: “{button}” or “No thanks”. Until then they see only the persona’s name and picture."
        )));
        Letter {
            subject: format!("{name} would like to join your conversation"),
            preview: "Nobody is let in until you decide.".to_owned(),
            heading: format!("{name} is at the door"),
            parts,
            why: "You get this mail because you are a host of this conversation and weren’t there."
                .to_owned(),
        }
    }
}

impl Knocker {
    /// The name, how it was verified, and the button's text in the conversation.
    fn words(&self) -> (String, String, &'static str) {
        match self {
            Self::SignedIn { name, email } => (
                wording::name(name, "A user"),
                format!("Signed in to this workspace as {email}."),
                "Let the user in",
            ),
            Self::InvitedGuest {
                name,
                email,
                invited_by,
            } => (
                wording::name(name, "Your invited guest"),
                format!(
                    "Came by the invitation that {} sent to {email}.",
                    wording::name(invited_by, "a host")
                ),
                "Let the guest in",
            ),
            Self::Unverified { name } => (
                wording::name(name, "Somebody"),
                "Nothing was verified: the name is what they say.".to_owned(),
                "Let the guest in",
            ),
        }
    }
}
