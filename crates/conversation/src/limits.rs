//! Bounds and forms of what people type. What does not fit is refused with a sentence, never cut.

use crate::event::PersonaProfile;
use crate::message::{MAX_CLIENT_ID_BYTES, MAX_MESSAGE_CHARS};
use crate::refusal::InputRefusal;
use crate::settings::Settings;

/// Longest name of a person or persona, in Unicode scalar values.
pub const MAX_NAME_CHARS: usize = 80;
/// Longest purpose of a knock, note of an invitation, or reason for dismissing, in Unicode scalar values.
pub const MAX_NOTE_CHARS: usize = 500;
/// Longest e-mail address, from the path limit of RFC 5321 §4.5.3.1.3.
pub const MAX_EMAIL_CHARS: usize = 254;
/// Further names by which a persona can be addressed.
pub const MAX_CALL_NAMES: usize = 20;
/// People asked after the owner.
pub const MAX_BACKUPS: usize = 20;
/// Topics on which a persona always hands off.
pub const MAX_TOPICS: usize = 50;
/// People mentioned in one message.
pub const MAX_MENTIONS: usize = 50;
/// Citations on one answer; further ones are left out by the worker.
pub const MAX_CITATIONS: usize = 20;
/// Questions to the persona that wait their turn.
pub const MAX_WAITING: usize = 20;
/// Questions that join one handoff; later ones are in the conversation for whoever comes.
pub const MAX_HANDOFF_QUESTIONS: usize = 50;
/// Invitations open at once in one conversation.
pub const MAX_OPEN_INVITATIONS: usize = 20;
/// Invitations sent within one hour in one conversation.
pub const INVITATIONS_AN_HOUR: usize = 30;
/// Knocks within one hour by everybody together; keeps a flood of fresh identities bounded.
pub const KNOCKS_AN_HOUR_BY_ALL: usize = 150;

/// A name as it is stored: one line, without marks that hide in it or reorder it. What looks like another's name then is
/// that name, and a sentence that begins with a name goes on as it was written.
pub fn name(typed: &str) -> Result<String, InputRefusal> {
    let spaced = typed.replace(|char: char| char.is_control(), " ");
    let mut name = String::with_capacity(spaced.len());
    for word in spaced.split_whitespace() {
        let before = name.len();
        if before > 0 {
            name.push(' ');
        }
        let mut chars = word.chars().filter(|char| !hides(*char)).peekable();
        while let Some(char) = chars.next() {
            let joins_further = name.chars().next_back().is_some_and(joinable)
                && chars.peek().copied().is_some_and(joinable);
            if !is_joiner(char) || joins_further {
                name.push(char);
            }
        }
        if name.ends_with(' ') {
            name.truncate(before);
        }
    }
    match name.chars().count() {
        0 => Err(InputRefusal::NameMissing),
        count if count > MAX_NAME_CHARS => Err(InputRefusal::NameTooLong),
        _ => Ok(name),
    }
}

/// Joiners shape letters of Persian, Indic scripts and emoji. Elsewhere they only make two equal names differ.
fn is_joiner(char: char) -> bool {
    matches!(char, '\u{200c}' | '\u{200d}')
}

/// Neither Latin, Greek nor Cyrillic, which have no use for joiners.
fn joinable(char: char) -> bool {
    char > '\u{52f}' && !is_joiner(char)
}

/// Marks without a width, fillers that look like nothing, and marks that reorder what is around them.
fn hides(char: char) -> bool {
    matches!(char,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0e}' | '\u{feff}' | '\u{ffa0}'
        | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

/// A purpose or note; may be empty.
pub(crate) fn note(typed: &str) -> Result<String, InputRefusal> {
    let note = typed.trim();
    if note.chars().count() > MAX_NOTE_CHARS {
        return Err(InputRefusal::NoteTooLong);
    }
    Ok(note.to_owned())
}

/// What can be an address. Whether somebody reads it only a mail can tell, so no more than the form is checked: one `@`
/// with something before it and a dotted or plain host behind, no blanks, quotes, brackets or control characters.
pub(crate) fn email(typed: &str) -> Result<String, InputRefusal> {
    let email = crate::state::normal_email(typed);
    let forbidden =
        |char: char| char.is_whitespace() || char.is_control() || "<>()[],;:\"\\".contains(char);
    if email.chars().count() > MAX_EMAIL_CHARS || email.contains(forbidden) {
        return Err(InputRefusal::BadEmail);
    }
    let Some((local, host)) = email.split_once('@') else {
        return Err(InputRefusal::BadEmail);
    };
    let host_is_fine = !host.contains('@')
        && host
            .split('.')
            .all(|label| !label.is_empty() && !label.starts_with('-') && !label.ends_with('-'));
    if local.is_empty()
        || local.starts_with('.')
        || local.ends_with('.')
        || local.contains("..")
        || !host_is_fine
    {
        return Err(InputRefusal::BadEmail);
    }
    Ok(email)
}

/// A message's text: something is there, and not too much.
pub(crate) fn text(typed: &str) -> Result<(), InputRefusal> {
    if typed.trim().is_empty() {
        return Err(InputRefusal::TextMissing);
    }
    // Bytes bound characters from above: most texts need no counting.
    if typed.len() > MAX_MESSAGE_CHARS && typed.chars().count() > MAX_MESSAGE_CHARS {
        return Err(InputRefusal::TextTooLong);
    }
    Ok(())
}

pub(crate) fn client_id(id: Option<&str>) -> Result<(), InputRefusal> {
    match id {
        Some(id) if id.is_empty() || id.len() > MAX_CLIENT_ID_BYTES => {
            Err(InputRefusal::BadClientId)
        }
        _ => Ok(()),
    }
}

/// The profile with its names as they are stored.
pub(crate) fn persona(profile: &PersonaProfile) -> Result<PersonaProfile, InputRefusal> {
    if profile.call_names.len() > MAX_CALL_NAMES || profile.backups.len() > MAX_BACKUPS {
        return Err(InputRefusal::TooManyNames);
    }
    if profile.greeting.chars().count() > MAX_MESSAGE_CHARS {
        return Err(InputRefusal::TextTooLong);
    }
    let call_names = profile.call_names.iter().map(|one| name(one));
    Ok(PersonaProfile {
        name: name(&profile.name)?,
        call_names: call_names.collect::<Result<_, _>>()?,
        ..profile.clone()
    })
}

pub(crate) fn settings(settings: &Settings) -> Result<(), InputRefusal> {
    if settings.confidence_threshold > 100 {
        return Err(InputRefusal::BadThreshold);
    }
    if settings.handoff_topics.len() > MAX_TOPICS {
        return Err(InputRefusal::TooManyNames);
    }
    settings
        .handoff_topics
        .iter()
        .try_for_each(|topic| name(topic).map(drop))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_compared_in_lower_case_without_blanks() {
        assert_eq!(email("  Gina@Example.ORG ").unwrap(), "gina@example.org");
    }

    #[test]
    fn what_cannot_be_an_address_is_refused() {
        let bad = [
            "",
            "gina",
            "@example.org",
            "gina@",
            "a@b@c",
            "gina @x.org",
            "g@x..org",
            "<g@x.org>",
            "g@x.org,h@x.org",
            ".g@x.org",
            "g@-x.org",
        ];
        for typed in bad {
            assert_eq!(email(typed), Err(InputRefusal::BadEmail), "{typed}");
        }
        assert!(email(&format!("{}@example.org", "g".repeat(250))).is_err());
        assert!(email("gina+notes@mail.example.org").is_ok());
        assert!(email("gina@localhost").is_ok());
    }

    #[test]
    fn a_name_of_eighty_characters_fits_and_one_more_does_not() {
        assert!(name(&"ä".repeat(80)).is_ok());
        assert_eq!(name(&"ä".repeat(81)), Err(InputRefusal::NameTooLong));
        assert_eq!(name(" \n\t "), Err(InputRefusal::NameMissing));
    }

    #[test]
    fn a_name_is_one_line_without_marks_that_hide_or_reorder() {
        assert_eq!(name("Dana\r\n\u{2028} Smith").unwrap(), "Dana Smith");
        for mark in [
            '\u{202e}',
            '\u{2066}',
            '\u{200b}',
            '\u{feff}',
            '\u{ad}',
            '\u{e0041}',
        ] {
            assert_eq!(name(&format!("Mich{mark}ael{mark}")).unwrap(), "Michael");
            assert_eq!(name(&mark.to_string()), Err(InputRefusal::NameMissing));
        }
        assert_eq!(name("Michael\u{200d}").unwrap(), "Michael");
        // Joiners belong to the writing of Persian and others, and to emoji.
        for joined in ["علی\u{200c}رضا", "👩\u{200d}🚀"] {
            assert_eq!(name(joined).unwrap(), joined);
        }
    }

    #[test]
    fn a_text_is_counted_in_characters_not_bytes() {
        assert!(text(&"ä".repeat(MAX_MESSAGE_CHARS)).is_ok());
        assert_eq!(
            text(&"ä".repeat(MAX_MESSAGE_CHARS + 1)),
            Err(InputRefusal::TextTooLong)
        );
        assert_eq!(text(" \n"), Err(InputRefusal::TextMissing));
    }
}
