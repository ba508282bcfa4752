use super::Turn;
use super::letter::{Letter, Part};
use crate::{Link, wording};

/// Calls a person in: the persona cannot or should not answer.
#[derive(Clone, Debug)]
pub struct Handoff {
    pub persona: String,
    /// Empty for a visitor who gave no name.
    pub visitor: String,
    pub reason: HandoffReason,
    /// What the visitor asked, oldest first; further questions join an open handoff.
    pub questions: Vec<String>,
    /// What was said last, oldest first.
    pub turns: Vec<Turn>,
    pub brief: Brief,
    pub entry: Entry,
    /// The handoff on the dashboard.
    pub dashboard: Link,
}

#[derive(Clone, Debug)]
pub enum HandoffReason {
    CannotAnswer,
    /// In percent.
    LowConfidence {
        confidence: u8,
        threshold: u8,
    },
    AskedForPerson,
    Topic {
        topic: String,
    },
}

/// What whoever joins should know first.
#[derive(Clone, Debug, Default)]
pub struct Brief {
    /// Who the visitor is, as far as known; empty if nothing is.
    pub who: String,
    pub tried: Vec<String>,
    pub open_question: String,
}

/// How the reader may come in.
#[derive(Clone, Debug)]
pub enum Entry {
    /// Leads to sign-in where there is no session, then knocks.
    JoinLink(Link),
    /// In-call users is switched off: nobody may join this persona's conversations.
    InCallUsersOff,
}

/// The newest are shown; the conversation has the rest.
const MAX_QUESTIONS: usize = 5;
const MAX_TURNS: usize = 8;
const MAX_TRIED: usize = 6;

impl Handoff {
    pub(super) fn letter(&self) -> Letter {
        let persona = wording::name(&self.persona, "Your persona");
        let visitor = wording::name(&self.visitor, "A visitor");
        let newest = self.questions.last().map_or("", String::as_str);
        let mut parts = vec![Part::Text(self.reason.words(&persona, &visitor))];
        self.push_questions(&mut parts);
        match &self.entry {
            Entry::JoinLink(link) => {
                parts.push(Part::Button {
                    label: "Join the conversation".to_owned(),
                    link: link.clone(),
                });
                parts.push(Part::Text(format!(
                    "Opening the link doesn’t put you in the conversation: you sign in if you aren’t, you knock, and {} lets you in.",
                    mid_sentence(&visitor)
                )));
            }
            Entry::InCallUsersOff => {
                parts.push(Part::Text(format!(
                    "There is no link to join: in-call users is switched off for {persona}. You can write an answer on the dashboard, and {} gets it by e-mail or on coming back.",
                    mid_sentence(&visitor)
                )));
                parts.push(Part::Button {
                    label: "Answer on the dashboard".to_owned(),
                    link: self.dashboard.clone(),
                });
            }
        }
        self.push_brief(&mut parts);
        if !self.turns.is_empty() {
            parts.push(Part::Section("What was said last"));
            parts.push(Part::Turns(
                newest_of(&self.turns, MAX_TURNS)
                    .iter()
                    .map(Turn::said)
                    .collect(),
            ));
        }
        if matches!(self.entry, Entry::JoinLink(_)) {
            parts.push(Part::SideLink {
                label: "See this handoff on the dashboard".to_owned(),
                link: self.dashboard.clone(),
            });
        }
        Letter {
            subject: subject(&persona, &visitor, newest),
            preview: wording::line(newest, wording::SUBJECT_PART_CHARS * 2),
            heading: format!("{visitor} is waiting for a person"),
            parts,
            why: format!("You get this mail because handoffs of {persona} go to you."),
        }
    }

    fn push_questions(&self, parts: &mut Vec<Part>) {
        let shown: Vec<String> = newest_of(&self.questions, MAX_QUESTIONS)
            .iter()
            .map(|question| wording::block(question))
            .filter(|question| !question.is_empty())
            .collect();
        if shown.is_empty() {
            return;
        }
        parts.push(Part::Section(if shown.len() == 1 {
            "The question"
        } else {
            "The questions"
        }));
        parts.extend(shown.into_iter().map(Part::Quote));
        let earlier = self.questions.len().saturating_sub(MAX_QUESTIONS);
        if earlier > 0 {
            parts.push(Part::Fine(format!("And {earlier} asked before these.")));
        }
    }

    fn push_brief(&self, parts: &mut Vec<Part>) {
        let mut lines = Vec::new();
        let mut add = |label: &str, text: &str| {
            let text = wording::block(text).replace('\n', " ");
            if !text.is_empty() {
                lines.push(format!("{label}: {text}"));
            }
        };
        add("Who", &self.brief.who);
        for tried in newest_of(&self.brief.tried, MAX_TRIED) {
            add("Tried", tried);
        }
        add("Still open", &self.brief.open_question);
        if !lines.is_empty() {
            parts.push(Part::Section("In brief"));
            parts.push(Part::List(lines));
        }
    }
}

fn subject(persona: &str, visitor: &str, question: &str) -> String {
    let question = wording::line(question, wording::SUBJECT_PART_CHARS);
    if question.is_empty() {
        format!("{visitor} is waiting for a person")
    } else {
        format!("{visitor} asks {persona}: {question}")
    }
}

fn newest_of<T>(all: &[T], most: usize) -> &[T] {
    &all[all.len().saturating_sub(most)..]
}

/// "A visitor" begins sentences; inside one it's "the visitor".
fn mid_sentence(visitor: &str) -> &str {
    if visitor == "A visitor" {
        "the visitor"
    } else {
        visitor
    }
}

impl HandoffReason {
    fn words(&self, persona: &str, visitor: &str) -> String {
        match self {
            Self::CannotAnswer => format!(
                "{persona} found nothing to answer with and told {} that it is asking a person.",
                mid_sentence(visitor)
            ),
            Self::LowConfidence {
                confidence,
                threshold,
            } => format!(
                "{persona} was only {confidence}% sure of its answer, below its threshold of {threshold}%, and told {} that it is asking a person.",
                mid_sentence(visitor)
            ),
            Self::AskedForPerson => format!("{visitor} asked {persona} for a person."),
            Self::Topic { topic } => {
                format!(
                    "{visitor} came to a topic that {persona} leaves to people: {}.",
                    wording::name(topic, "one on its list")
                )
            }
        }
    }
}
