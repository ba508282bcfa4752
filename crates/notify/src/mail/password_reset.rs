use super::letter::{Letter, Part};
use crate::{Link, UnixMillis, wording};

/// Lets a user choose a new password.
#[derive(Clone, Debug)]
pub struct PasswordReset {
    pub name: String,
    pub link: Link,
    pub expires_at: UnixMillis,
}

impl PasswordReset {
    pub(super) fn letter(&self) -> Letter {
        Letter {
            subject: "Choose a new password".to_owned(),
            preview: "The link works once.".to_owned(),
            heading: "Choose a new password".to_owned(),
            parts: vec![
                Part::Text(format!(
                    "Hello {}, somebody, hopefully you, asked for a new password for your account.",
                    wording::name(&self.name, "there")
                )),
                Part::Button {
                    label: "Choose a new password".to_owned(),
                    link: self.link.clone(),
                },
                Part::Fine(format!(
                    "The link works once, until {}.",
                    self.expires_at.words()
                )),
            ],
            why: "If you didn’t ask for this, ignore this mail: your password stays as it is."
                .to_owned(),
        }
    }
}
