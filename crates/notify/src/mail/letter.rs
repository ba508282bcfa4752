use super::{RenderedMail, Site};
use crate::{EmailAddress, Link, wording};
use askama::Template;

/// A mail's content in reading order, its text already cleaned by `wording`.
pub(super) struct Letter {
    pub(super) subject: String,
    /// What mail programs show behind the subject in a list.
    pub(super) preview: String,
    pub(super) heading: String,
    pub(super) parts: Vec<Part>,
    /// Why the reader gets this mail.
    pub(super) why: String,
}

pub(super) enum Part {
    /// A paragraph in the mail's own voice.
    Text(String),
    Section(&'static str),
    /// Somebody's words, set apart from the mail's own.
    Quote(String),
    Turns(Vec<SaidTurn>),
    List(Vec<String>),
    /// The one thing to do.
    Button {
        label: String,
        link: Link,
    },
    /// A thing that may also be done.
    SideLink {
        label: String,
        link: Link,
    },
    /// Small print.
    Fine(String),
}

/// One message of the conversation with its provenance.
pub(super) struct SaidTurn {
    pub(super) speaker: String,
    pub(super) badge: Option<String>,
    pub(super) is_ai: bool,
    pub(super) text: String,
}

#[derive(Template)]
#[template(path = "letter.html")]
struct Html<'a> {
    letter: &'a Letter,
    workspace: &'a str,
    host: &'a str,
}

#[derive(Template)]
#[template(path = "letter.txt")]
struct Text<'a> {
    letter: &'a Letter,
    workspace: &'a str,
    host: &'a str,
}

impl Letter {
    pub(super) fn render(&self, to: &EmailAddress, site: &Site) -> RenderedMail {
        let workspace = &wording::name(&site.workspace, "Trialogue");
        let host = &site.home.host();
        let html = Html {
            letter: self,
            workspace,
            host,
        }
        .render();
        let text = Text {
            letter: self,
            workspace,
            host,
        }
        .render();
        RenderedMail {
            to: to.to_string(),
            // Every part of a subject is one line already; once more, because a header is where it would matter.
            subject: wording::line(&self.subject, wording::SUBJECT_CHARS),
            html: html
                .expect("writing to a String cannot fail, and the templates call nothing that can"),
            text: text
                .expect("writing to a String cannot fail, and the templates call nothing that can"),
        }
    }
}

/// "Ann", "Ann and Ben", "Ann, Ben and Cleo".
pub(super) fn listed(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}
