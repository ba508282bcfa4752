use super::letter::{Letter, Part};
use crate::wording;

/// Shows an administrator that mail arrives.
#[derive(Clone, Debug)]
pub struct MailboxTest {
    pub asked_by: String,
}

impl MailboxTest {
    pub(super) fn letter(&self) -> Letter {
        let by = wording::name(&self.asked_by, "an administrator");
        Letter {
            subject: "Mail from Trialogue arrives".to_owned(),
            preview: "This is a test. The mail settings work.".to_owned(),
            heading: "Mail arrives".to_owned(),
            parts: vec![
                Part::Text("This is a test. If you read it in your own mailbox, the mail settings work: invitations, handoffs and answers will arrive.".to_owned()),
                Part::Text("Umlauts and more come through as written: ä ö ü ß é ñ 你好 ✓".to_owned()),
            ],
            why: format!("You get this mail because {by} asked for a test."),
        }
    }
}
