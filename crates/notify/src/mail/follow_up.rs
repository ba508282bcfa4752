use super::SaidBy;
use super::letter::{Letter, Part};
use crate::{Link, wording};

/// The answer that a visitor left their address for.
#[derive(Clone, Debug)]
pub struct FollowUp {
    pub persona: String,
    pub visitor: String,
    pub question: String,
    pub answer: String,
    pub answered_by: String,
    pub said_by: SaidBy,
    /// Where the conversation can be read and continued, if the visitor can still open it.
    pub conversation: Option<Link>,
}

impl FollowUp {
    pub(super) fn letter(&self) -> Letter {
        let persona = wording::name(&self.persona, "our AI persona");
        let by = wording::name(&self.answered_by, "A person");
        let mut parts = vec![
            Part::Text(format!(
                "Hello {}, you asked {persona} something that needed a person. Here is the answer.",
                wording::name(&self.visitor, "there")
            )),
            Part::Section("You asked"),
            Part::Quote(wording::block(&self.question)),
            Part::Section("The answer"),
        ];
        // Staff wrote it, for this reader: its links are meant to be followed.
        parts.extend(paragraphs(&wording::block_with_links(&self.answer)).map(Part::Text));
        parts.push(Part::Fine(self.provenance(&by, &persona)));
        if let Some(link) = &self.conversation {
            parts.push(Part::Button {
                label: "Continue the conversation".to_owned(),
                link: link.clone(),
            });
        }
        Letter {
            subject: format!(
                "Your answer: {}",
                wording::line(&self.question, wording::SUBJECT_PART_CHARS)
            ),
            preview: wording::line(&self.answer, wording::SUBJECT_PART_CHARS * 2),
            heading: "Your question is answered".to_owned(),
            parts,
            why: format!(
                "You get this mail because you left your address with {persona} for this answer. It is used for nothing else."
            ),
        }
    }

    fn provenance(&self, by: &str, persona: &str) -> String {
        match &self.said_by {
            SaidBy::Human => format!("Written by {by}."),
            SaidBy::Ai => format!("Written by {persona}, an AI."),
            SaidBy::AiOnWhisper => format!("Written by {persona}, an AI, on a person’s whisper."),
            SaidBy::AiEdited { by: editor } => format!(
                "Written by {persona}, an AI, and edited by {}.",
                wording::name(editor, by)
            ),
            SaidBy::System => "Written automatically.".to_owned(),
        }
    }
}

fn paragraphs(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split("\n\n")
        .map(str::trim)
        .filter(|paragraph| !paragraph.is_empty())
        .map(str::to_owned)
}
