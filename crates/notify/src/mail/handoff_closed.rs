use super::letter::{Letter, Part};
use crate::{Link, wording};

/// Withdraws an earlier handoff mail: its reader needs to do nothing any more.
#[derive(Clone, Debug)]
pub struct HandoffClosed {
    pub persona: String,
    pub visitor: String,
    pub question: String,
    pub outcome: HandoffOutcome,
    pub dashboard: Link,
}

#[derive(Clone, Debug)]
pub enum HandoffOutcome {
    /// Somebody else was first.
    Taken {
        by: String,
    },
    /// Nobody took it in time; the next in the chain is asked, by name where there is one.
    PassedOn {
        to: Option<String>,
    },
    CancelledByVisitor,
    Answered {
        by: String,
    },
}

impl HandoffClosed {
    pub(super) fn letter(&self) -> Letter {
        let persona = wording::name(&self.persona, "the persona");
        let visitor = wording::name(&self.visitor, "the visitor");
        let (heading, more) = self.outcome.words(&visitor);
        let question = wording::block(&self.question);
        let mut parts = vec![Part::Text(more)];
        if !question.is_empty() {
            parts.push(Part::Section("The question was"));
            parts.push(Part::Quote(question));
        }
        parts.push(Part::SideLink {
            label: "See this handoff on the dashboard".to_owned(),
            link: self.dashboard.clone(),
        });
        Letter {
            subject: format!(
                "{heading}: {}",
                wording::line(&self.question, wording::SUBJECT_PART_CHARS)
            )
            .trim_end_matches(": ")
            .to_owned(),
            preview: "You need to do nothing.".to_owned(),
            heading,
            parts,
            why: format!(
                "You get this mail because you were told of this handoff of {persona} before."
            ),
        }
    }
}

impl HandoffOutcome {
    fn words(&self, visitor: &str) -> (String, String) {
        match self {
            Self::Taken { by } => {
                let by = wording::name(by, "Somebody");
                (
                    format!("{by} has taken this"),
                    format!("{by} is looking after {visitor}. You need to do nothing."),
                )
            }
            Self::PassedOn { to } => {
                let next = to.as_deref().map_or_else(
                    || "the next in line".to_owned(),
                    |to| wording::name(to, "the next in line"),
                );
                (
                    "This was passed on".to_owned(),
                    format!(
                        "Nobody took it in time, so {next} is asked now. You need to do nothing."
                    ),
                )
            }
            Self::CancelledByVisitor => (
                "No longer needed".to_owned(),
                format!("The request was cancelled by {visitor}. You need to do nothing."),
            ),
            Self::Answered { by } => {
                let by = wording::name(by, "Somebody");
                (
                    format!("{by} has answered this"),
                    format!(
                        "The answer reaches {visitor} by e-mail or on coming back. You need to do nothing."
                    ),
                )
            }
        }
    }
}
