//! What each mail says. A kind of mail is a struct in a file of its own that turns into a [`Letter`]; the letter becomes HTML and
//! text through one template each, so that the two never say different things.

mod follow_up;
mod follow_up_owed;
mod guest_invitation;
mod handoff;
mod handoff_closed;
mod knock_waiting;
mod letter;
mod mailbox_test;
mod password_reset;
mod turn;
mod workspace_invitation;

pub use follow_up::FollowUp;
pub use follow_up_owed::FollowUpOwed;
pub use guest_invitation::GuestInvitation;
pub use handoff::{Brief, Entry, Handoff, HandoffReason};
pub use handoff_closed::{HandoffClosed, HandoffOutcome};
pub use knock_waiting::{KnockWaiting, Knocker};
pub use mailbox_test::MailboxTest;
pub use password_reset::PasswordReset;
pub use turn::{SaidBy, Turn};
pub use workspace_invitation::WorkspaceInvitation;

use crate::{EmailAddress, Link};
use letter::Letter;
use serde::{Deserialize, Serialize};

/// Who sends: shown in every mail's head and foot.
#[derive(Clone, Debug)]
pub struct Site {
    pub workspace: String,
    /// The server's address as people reach it.
    pub home: Link,
}

/// Everything Trialogue writes to people.
#[derive(Clone, Debug)]
pub enum Mail {
    WorkspaceInvitation(WorkspaceInvitation),
    PasswordReset(PasswordReset),
    GuestInvitation(GuestInvitation),
    Handoff(Handoff),
    HandoffClosed(HandoffClosed),
    FollowUp(FollowUp),
    FollowUpOwed(FollowUpOwed),
    KnockWaiting(KnockWaiting),
    MailboxTest(MailboxTest),
}

/// A mail as it is stored, shown on the mailbox page, and sent.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RenderedMail {
    pub to: String,
    pub subject: String,
    pub html: String,
    pub text: String,
}

impl Mail {
    /// Never fails and asks nothing of the outside: the same input gives the same mail.
    pub fn render(&self, to: &EmailAddress, site: &Site) -> RenderedMail {
        self.letter().render(to, site)
    }

    fn letter(&self) -> Letter {
        match self {
            Self::WorkspaceInvitation(mail) => mail.letter(),
            Self::PasswordReset(mail) => mail.letter(),
            Self::GuestInvitation(mail) => mail.letter(),
            Self::Handoff(mail) => mail.letter(),
            Self::HandoffClosed(mail) => mail.letter(),
            Self::FollowUp(mail) => mail.letter(),
            Self::FollowUpOwed(mail) => mail.letter(),
            Self::KnockWaiting(mail) => mail.letter(),
            Self::MailboxTest(mail) => mail.letter(),
        }
    }
}

/// Without the bodies, which hold links that let people in.
impl std::fmt::Debug for RenderedMail {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RenderedMail")
            .field("to", &self.to)
            .field("subject", &self.subject)
            .finish_non_exhaustive()
    }
}
