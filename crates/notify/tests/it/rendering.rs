//! What the mails say, and that strangers' text stays text.

use crate::samples::{self, all, handoff, link, reader, site};
use trialogue_notify::{
    FollowUp, GuestInvitation, Handoff, KnockWaiting, Knocker, Link, Mail, MailboxTest,
    PasswordReset, RenderedMail, SaidBy, Site, Turn, UnixMillis, WorkspaceInvitation,
};

fn render(mail: &Mail) -> RenderedMail {
    mail.render(&reader(), &site())
}

#[test]
fn every_mail_says_what_it_should() {
    for (name, mail) in all() {
        let mail = render(&mail);
        insta::assert_snapshot!(
            name,
            format!(
                "To: {}\nSubject: {}\n\n{}",
                mail.to, mail.subject, mail.text
            )
        );
    }
}

#[test]
fn html_says_what_the_text_says() {
    for (name, mail) in all() {
        let mail = render(&mail);
        let html = words_of_html(&mail.html);
        for word in mail
            .text
            .split_whitespace()
            .map(bare)
            .filter(|word| !word.is_empty())
        {
            // An address may stand behind a word that says where it leads.
            let linked =
                word.starts_with("https://") && mail.html.contains(&format!("href=\"{word}\""));
            assert!(
                linked || html.contains(word),
                "{name}: {word:?} is missing in the HTML"
            );
        }
    }
}

/// Without the punctuation that only one of the two has.
fn bare(word: &str) -> &str {
    word.trim_matches(['>', '-', '[', ']', ':'])
}

/// The text between the tags, with the escapes that askama writes undone.
fn words_of_html(html: &str) -> String {
    let body = html.split_once("<body").expect("every mail has a body").1;
    let text: String = body
        .split('<')
        .map(|piece| piece.split_once('>').map_or("", |(_, text)| text))
        .collect::<Vec<_>>()
        .join(" ");
    text.replace("&#38;", "&")
        .replace("&#60;", "<")
        .replace("&#62;", ">")
        .replace("&#34;", "\"")
        .replace("&#39;", "'")
}

const HOSTILE: &str = "<img src=x onerror=alert(1)> & \"quoted\" 'single'\r\nBcc: eve@example.org\r\n\r\n</td><script>alert(2)</script>{{ 7*7 }}";

fn hostile_mails() -> Vec<(&'static str, Mail)> {
    let x = || HOSTILE.to_owned();
    vec![
        (
            "workspace invitation",
            Mail::WorkspaceInvitation(WorkspaceInvitation {
                invited_by: x(),
                workspace: x(),
                roles: vec![x()],
                link: link("/"),
                expires_at: UnixMillis(0),
            }),
        ),
        (
            "password reset",
            Mail::PasswordReset(PasswordReset {
                name: x(),
                link: link("/"),
                expires_at: UnixMillis(0),
            }),
        ),
        (
            "guest invitation",
            Mail::GuestInvitation(GuestInvitation {
                invited_by: x(),
                persona: x(),
                note: Some(x()),
                link: link("/"),
                expires_at: UnixMillis(0),
            }),
        ),
        (
            "handoff",
            Mail::Handoff(Handoff {
                persona: x(),
                visitor: x(),
                questions: vec![x()],
                turns: vec![Turn {
                    speaker: x(),
                    said_by: SaidBy::AiEdited { by: x() },
                    text: x(),
                }],
                ..handoff()
            }),
        ),
        (
            "follow-up",
            Mail::FollowUp(FollowUp {
                persona: x(),
                visitor: x(),
                question: x(),
                answer: x(),
                answered_by: x(),
                said_by: SaidBy::Human,
                conversation: None,
            }),
        ),
        (
            "knock waiting",
            Mail::KnockWaiting(KnockWaiting {
                persona: x(),
                knocker: Knocker::Unverified { name: x() },
                purpose: Some(x()),
                asks_history: true,
                others_waiting: 1,
                conversation: link("/"),
            }),
        ),
        (
            "mailbox test",
            Mail::MailboxTest(MailboxTest { asked_by: x() }),
        ),
    ]
}

#[test]
fn strangers_text_is_escaped_in_html() {
    let site = Site {
        workspace: HOSTILE.to_owned(),
        ..site()
    };
    for (name, mail) in hostile_mails() {
        let html = mail.render(&reader(), &site).html;
        for tag in ["<img", "<script", "49"] {
            assert!(!html.contains(tag), "{name}: {tag} came through");
        }
        assert_eq!(html.matches("</html>").count(), 1);
        assert_eq!(
            html.matches("<td").count(),
            html.matches("</td>").count(),
            "{name}: a cell was opened or closed by text"
        );
    }
}

#[test]
fn subjects_are_one_line_and_bounded() {
    for (name, mail) in hostile_mails() {
        let subject = render(&mail).subject;
        assert!(!subject.contains(['\r', '\n']), "{name}: {subject:?}");
        assert!(subject.chars().count() <= 230, "{name}: {subject:?}");
    }
}

#[test]
fn strangers_lines_cannot_pass_for_the_mails_own() {
    for (name, mail) in hostile_mails()
        .into_iter()
        .filter(|(name, _)| *name != "follow-up")
    {
        let text = render(&mail).text;
        assert!(
            !text
                .lines()
                .any(|line| line.starts_with("Bcc:") || line.starts_with("</td>")),
            "{name}:\n{text}"
        );
    }
}

#[test]
fn a_flood_of_text_makes_a_mail_of_bounded_size() {
    let flood = "flood \n".repeat(50_000);
    let mail = Mail::Handoff(Handoff {
        persona: flood.clone(),
        visitor: flood.clone(),
        questions: vec![flood.clone(); 500],
        turns: vec![
            Turn {
                speaker: flood.clone(),
                said_by: SaidBy::Human,
                text: flood.clone()
            };
            500
        ],
        ..handoff()
    });
    let mail = render(&mail);
    // Gmail cuts a mail's HTML off at 102 kB.
    assert!(
        mail.html.len() < 100_000,
        "{} bytes of HTML",
        mail.html.len()
    );
    assert!(
        mail.text.len() < 50_000,
        "{} bytes of text",
        mail.text.len()
    );
}

#[test]
fn a_handoff_mail_has_a_join_link_only_while_in_call_users_is_on() {
    let with = render(&Mail::Handoff(handoff()));
    let without = render(&samples::handoff_without_link());
    for part in [&with.html, &with.text] {
        assert!(part.contains("Join the conversation") && part.contains("/c/0192f0c4"));
    }
    for part in [&without.html, &without.text] {
        assert!(!part.contains("Join the conversation") && !part.contains("/c/0192f0c4"));
        assert!(part.contains("There is no link to join"));
    }
}

#[test]
fn an_ai_message_is_marked_and_a_persons_is_not() {
    let text = render(&Mail::Handoff(handoff())).text;
    assert!(
        text.contains("Michael [AI]:")
            && text.contains("Kofi Mensah [AI text, edited by Kofi Mensah]:")
    );
    assert!(text.contains("Sam Okafor:\n"));
}

#[test]
fn empty_names_and_lists_still_read_as_sentences() {
    let mail = render(&Mail::Handoff(Handoff {
        persona: String::new(),
        visitor: " \n".to_owned(),
        questions: vec![],
        turns: vec![],
        brief: trialogue_notify::Brief::default(),
        ..handoff()
    }));
    insta::assert_snapshot!(
        "handoff-of-nobody",
        format!("Subject: {}\n\n{}", mail.subject, mail.text)
    );
}

#[test]
fn debug_texts_hold_no_token() {
    let secret = Link::parse("https://chat.example.org/g#s3cret").unwrap();
    let mail = Mail::PasswordReset(PasswordReset {
        name: "Dana".to_owned(),
        link: secret,
        expires_at: UnixMillis(0),
    });
    assert!(!format!("{mail:?} {:?}", render(&mail)).contains("s3cret"));
}
