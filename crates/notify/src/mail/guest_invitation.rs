use super::letter::{Letter, Part};
use crate::{Link, UnixMillis, wording};

/// Asks a person without an account into one conversation.
#[derive(Clone, Debug)]
pub struct GuestInvitation {
    /// Empty when a visitor who gave no name invites.
    pub invited_by: String,
    pub persona: String,
    /// In the inviter's own words.
    pub note: Option<String>,
    pub link: Link,
    pub expires_at: UnixMillis,
}

impl GuestInvitation {
    pub(super) fn letter(&self) -> Letter {
        let by = wording::name(&self.invited_by, "A visitor");
        let persona = wording::name(&self.persona, "an AI persona");
        let mut parts = vec![Part::Text(format!(
            "{by} is talking with {persona}, an AI persona, and would like you to join the conversation."
        ))];
        if let Some(note) = self
            .note
            .as_deref()
            .map(wording::block)
            .filter(|note| !note.is_empty())
        {
            parts.push(Part::Section("Their note"));
            parts.push(Part::Quote(note));
        }
        parts.push(Part::Button {
            label: "Open the invitation".to_owned(),
            link: self.link.clone(),
        });
        parts.push(Part::Text(
            "Opening the link doesn’t let anyone in: you say who you are and knock, and they let you in. You need no account.".to_owned(),
        ));
        parts.push(Part::Fine(format!(
            "The link is yours alone, valid until {}, and brings you back in until the conversation ends. Please don’t pass it on.",
            self.expires_at.words()
        )));
        Letter {
            subject: format!("{by} invites you to a conversation with {persona}"),
            preview: "You knock, and they let you in.".to_owned(),
            heading: format!("{by} invites you to a conversation"),
            parts,
            why: format!(
                "You get this mail because {by} entered your address. If you don’t know them, ignore it and nothing happens."
            ),
        }
    }
}
