//! One of every mail, with the kind of text real conversations hold.

use trialogue_notify::{
    Brief, EmailAddress, Entry, FollowUp, FollowUpOwed, GuestInvitation, Handoff, HandoffClosed,
    HandoffOutcome, HandoffReason, KnockWaiting, Knocker, Link, Mail, MailboxTest, PasswordReset,
    SaidBy, Site, Turn, UnixMillis, WorkspaceInvitation,
};

const TOMORROW: UnixMillis = UnixMillis(1_790_000_000_000);

pub(crate) fn link(path: &str) -> Link {
    Link::parse(&format!("https://chat.example.org{path}"))
        .expect("the samples' links are web addresses")
}

pub(crate) fn reader() -> EmailAddress {
    EmailAddress::parse("dana@example.org").expect("the reader's address is one")
}

pub(crate) fn site() -> Site {
    Site {
        workspace: "Northwind Museum".to_owned(),
        home: link("/"),
    }
}

pub(crate) fn all() -> Vec<(&'static str, Mail)> {
    vec![
        ("workspace-invitation", workspace_invitation()),
        ("password-reset", password_reset()),
        ("guest-invitation", guest_invitation()),
        ("handoff", Mail::Handoff(handoff())),
        ("handoff-without-link", handoff_without_link()),
        (
            "handoff-taken",
            handoff_closed(HandoffOutcome::Taken {
                by: "Dana Reed".to_owned(),
            }),
        ),
        (
            "handoff-passed-on",
            handoff_closed(HandoffOutcome::PassedOn {
                to: Some("Kofi Mensah".to_owned()),
            }),
        ),
        (
            "handoff-cancelled",
            handoff_closed(HandoffOutcome::CancelledByVisitor),
        ),
        (
            "handoff-answered",
            handoff_closed(HandoffOutcome::Answered {
                by: "Kofi Mensah".to_owned(),
            }),
        ),
        ("follow-up", follow_up()),
        ("follow-up-owed", follow_up_owed()),
        ("knock-waiting-user", knock_waiting()),
        ("knock-waiting-guest", knock_waiting_guest()),
        (
            "mailbox-test",
            Mail::MailboxTest(MailboxTest {
                asked_by: "Dana Reed".to_owned(),
            }),
        ),
    ]
}

pub(crate) fn workspace_invitation() -> Mail {
    Mail::WorkspaceInvitation(WorkspaceInvitation {
        invited_by: "Dana Reed".to_owned(),
        workspace: "Northwind Museum".to_owned(),
        roles: vec!["owner".to_owned(), "supervisor".to_owned()],
        link: link("/invite#8mZ2pQ0s7cVnT4yLw1KfRj6hXbGdEaUo9iNtBvCxMzY"),
        expires_at: TOMORROW,
    })
}

pub(crate) fn password_reset() -> Mail {
    Mail::PasswordReset(PasswordReset {
        name: "Dana Reed".to_owned(),
        link: link("/reset#8mZ2pQ0s7cVnT4yLw1KfRj6hXbGdEaUo9iNtBvCxMzY"),
        expires_at: TOMORROW,
    })
}

pub(crate) fn guest_invitation() -> Mail {
    Mail::GuestInvitation(GuestInvitation {
        invited_by: "Sam Okafor".to_owned(),
        persona: "Michael".to_owned(),
        note: Some(
            "You know the lighting plans better than I do.\nCould you look in for ten minutes?"
                .to_owned(),
        ),
        link: link("/g#8mZ2pQ0s7cVnT4yLw1KfRj6hXbGdEaUo9iNtBvCxMzY"),
        expires_at: TOMORROW,
    })
}

pub(crate) fn handoff() -> Handoff {
    let said = |speaker: &str, said_by, text: &str| Turn {
        speaker: speaker.to_owned(),
        said_by,
        text: text.to_owned(),
    };
    Handoff {
        persona: "Michael".to_owned(),
        visitor: "Sam Okafor".to_owned(),
        reason: HandoffReason::LowConfidence {
            confidence: 31,
            threshold: 55,
        },
        questions: vec![
            "Can a school group of 60 come on a Monday, when you are closed?".to_owned(),
            "And would the workshop room be free that day?".to_owned(),
        ],
        turns: vec![
            said(
                "Sam Okafor",
                SaidBy::Human,
                "Hi, do you have guided tours for schools?",
            ),
            said(
                "Michael",
                SaidBy::Ai,
                "Yes. Guided tours for schools take 90 minutes and cost €4 a pupil; teachers come free.",
            ),
            said(
                "Sam Okafor",
                SaidBy::Human,
                "Can a school group of 60 come on a Monday, when you are closed?",
            ),
            said(
                "Michael",
                SaidBy::Ai,
                "I don’t know that. I am asking Dana; you can wait here or leave your address.",
            ),
            said(
                "Kofi Mensah",
                SaidBy::AiEdited {
                    by: "Kofi Mensah".to_owned(),
                },
                "Until then: groups over 30 are split in two.",
            ),
            said(
                "Sam Okafor",
                SaidBy::Human,
                "And would the workshop room be free that day?",
            ),
        ],
        brief: Brief {
            who: "Sam Okafor, wrote from the page “Schools”; first conversation".to_owned(),
            tried: vec![
                "the passages “Opening hours” and “Groups”: nothing about closed days".to_owned(),
            ],
            open_question: "may 60 pupils come on a Monday, and is the workshop room free?"
                .to_owned(),
        },
        entry: Entry::JoinLink(link(
            "/c/0192f0c4-7d1e-7a31-9f6e-2b1c8d7e6f50?handoff=8mZ2pQ0s7cVnT4yLw1KfRj6hXbGdEaUo9iNtBvCxMzY",
        )),
        dashboard: link("/dashboard/handoffs/0192f0c4"),
    }
}

pub(crate) fn handoff_without_link() -> Mail {
    Mail::Handoff(Handoff {
        visitor: String::new(),
        reason: HandoffReason::Topic {
            topic: "prices for companies".to_owned(),
        },
        questions: vec!["What does it cost to rent the great hall for an evening?".to_owned()],
        turns: vec![],
        brief: Brief {
            who: "somebody who gave no name, on the page “Events”".to_owned(),
            tried: vec![],
            open_question: "the price of the great hall for an evening".to_owned(),
        },
        entry: Entry::InCallUsersOff,
        ..handoff()
    })
}

pub(crate) fn handoff_closed(outcome: HandoffOutcome) -> Mail {
    Mail::HandoffClosed(HandoffClosed {
        persona: "Michael".to_owned(),
        visitor: "Sam Okafor".to_owned(),
        question: "Can a school group of 60 come on a Monday, when you are closed?".to_owned(),
        outcome,
        dashboard: link("/dashboard/handoffs/0192f0c4"),
    })
}

fn follow_up_owed() -> Mail {
    Mail::FollowUpOwed(FollowUpOwed {
        persona: "Michael".to_owned(),
        visitor: "Sam Okafor".to_owned(),
        questions: vec![
            "Can a school group of 60 come on a Monday, when you are closed?".to_owned(),
            "And is there somewhere to eat our own sandwiches?".to_owned(),
        ],
        dashboard: link("/dashboard/handoffs"),
    })
}

pub(crate) fn follow_up() -> Mail {
    Mail::FollowUp(FollowUp {
        persona: "Michael".to_owned(),
        visitor: "Sam Okafor".to_owned(),
        question: "Can a school group of 60 come on a Monday, when you are closed?".to_owned(),
        answer: "Yes, we open for schools on Mondays from 9:00 to 12:00.\n\nPlease book two weeks ahead: https://museum.example.org/schools".to_owned(),
        answered_by: "Dana Reed".to_owned(),
        said_by: SaidBy::AiEdited { by: "Dana Reed".to_owned() },
        conversation: Some(link("/p/michael")),
    })
}

pub(crate) fn knock_waiting() -> Mail {
    Mail::KnockWaiting(KnockWaiting {
        persona: "Michael".to_owned(),
        knocker: Knocker::SignedIn {
            name: "Kofi Mensah".to_owned(),
            email: EmailAddress::parse("kofi@example.org").expect("the sample's address is one"),
        },
        purpose: Some("I planned the school tours and can answer this.".to_owned()),
        asks_history: true,
        others_waiting: 0,
        conversation: link("/c/0192f0c4-7d1e-7a31-9f6e-2b1c8d7e6f50"),
    })
}

pub(crate) fn knock_waiting_guest() -> Mail {
    Mail::KnockWaiting(KnockWaiting {
        persona: "Michael".to_owned(),
        knocker: Knocker::InvitedGuest {
            name: "Lena".to_owned(),
            email: EmailAddress::parse("lena@example.org").expect("the sample's address is one"),
            invited_by: "Sam Okafor".to_owned(),
        },
        purpose: None,
        asks_history: false,
        others_waiting: 2,
        conversation: link("/c/0192f0c4-7d1e-7a31-9f6e-2b1c8d7e6f50"),
    })
}
