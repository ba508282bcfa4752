use super::letter::SaidTurn;
use crate::wording;

/// Who made a message's words. One must never be taken for another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SaidBy {
    Human,
    Ai,
    AiOnWhisper,
    /// AI text that a person changed and sent.
    AiEdited {
        by: String,
    },
    System,
}

/// One message of the conversation.
#[derive(Clone, Debug)]
pub struct Turn {
    pub speaker: String,
    pub said_by: SaidBy,
    pub text: String,
}

impl SaidBy {
    /// The mark beside the speaker's name; people carry none.
    fn badge(&self) -> Option<String> {
        match self {
            Self::Human => None,
            Self::Ai => Some("AI".to_owned()),
            Self::AiOnWhisper => Some("AI, on a person’s whisper".to_owned()),
            Self::AiEdited { by } => Some(format!(
                "AI text, edited by {}",
                wording::name(by, "a person")
            )),
            Self::System => Some("System".to_owned()),
        }
    }
}

impl Turn {
    pub(super) fn said(&self) -> SaidTurn {
        SaidTurn {
            speaker: wording::name(&self.speaker, "Visitor"),
            badge: self.said_by.badge(),
            is_ai: matches!(
                self.said_by,
                SaidBy::Ai | SaidBy::AiOnWhisper | SaidBy::AiEdited { .. }
            ),
            text: wording::block(&self.text),
        }
    }
}
