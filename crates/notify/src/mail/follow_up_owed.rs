use super::letter::{Letter, Part};
use crate::{Link, wording};

/// Nobody came in time, and the visitor left an address: its reader owes them an answer in writing.
#[derive(Clone, Debug)]
pub struct FollowUpOwed {
    pub persona: String,
    pub visitor: String,
    pub questions: Vec<String>,
    /// Where the answer is written.
    pub dashboard: Link,
}

impl FollowUpOwed {
    pub(super) fn letter(&self) -> Letter {
        let persona = wording::name(&self.persona, "the persona");
        let visitor = wording::name(&self.visitor, "the visitor");
        let mut parts = vec![
            Part::Text(format!(
                "Nobody could join {visitor} in time. They left an e-mail address and wait for your answer; what you write on the dashboard is sent to them."
            )),
            Part::Section("They asked"),
        ];
        let questions = self
            .questions
            .iter()
            .map(|question| wording::block(question));
        parts.extend(questions.map(Part::Quote));
        parts.push(Part::Button {
            label: "Write the answer".to_owned(),
            link: self.dashboard.clone(),
        });
        let last = self
            .questions
            .last()
            .map(String::as_str)
            .unwrap_or_default();
        Letter {
            subject: format!(
                "An answer is owed: {}",
                wording::line(last, wording::SUBJECT_PART_CHARS)
            )
            .trim_end_matches(": ")
            .to_owned(),
            preview: format!("{visitor} left an address for your answer."),
            heading: format!("{visitor} waits for your answer"),
            parts,
            why: format!("You get this mail because you answer for {persona}."),
        }
    }
}
