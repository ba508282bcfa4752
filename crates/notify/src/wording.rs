//! Turns strangers' text into text that may stand in a mail.

use time::{OffsetDateTime, macros::format_description};

/// A moment, in milliseconds since 1970 UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnixMillis(pub i64);

impl UnixMillis {
    /// In words, in UTC, since nobody knows where a mail will be read.
    pub(crate) fn words(self) -> String {
        let format =
            format_description!("[day padding:none] [month repr:long] [year], [hour]:[minute] UTC");
        OffsetDateTime::from_unix_timestamp_nanos(i128::from(self.0) * 1_000_000)
            .ok()
            .and_then(|moment| moment.format(&format).ok())
            .unwrap_or_else(|| "an unknown time".to_owned())
    }
}

/// A name in a mail. Longer ones are cut: enough for the longest real ones, too short for an advertisement.
pub(crate) const NAME_CHARS: usize = 80;
/// One question, note, or message in a mail; whoever needs the rest opens the conversation.
pub(crate) const BLOCK_CHARS: usize = 1_500;
const BLOCK_LINES: usize = 30;
/// A question within a subject; mail programs show some 60 to 90 characters.
pub(crate) const SUBJECT_PART_CHARS: usize = 70;
/// The whole subject: two names and such a part.
pub(crate) const SUBJECT_CHARS: usize = 2 * NAME_CHARS + SUBJECT_PART_CHARS;

/// Text for one line: no line breaks or other controls, single spaces, cut to `max_chars`. Safe in a header.
pub(crate) fn line(text: &str, max_chars: usize) -> String {
    // Cut before the words are joined as well: the work done must not grow with hostile input.
    let flat: String = text
        .chars()
        .take(max_chars.saturating_mul(4))
        .map(|c| if breaks_line(c) { ' ' } else { c })
        .filter(|c| shown(*c))
        .collect();
    cut(
        &flat.split_whitespace().collect::<Vec<_>>().join(" "),
        max_chars,
    )
}

/// A person's or persona's name, with something to stand for an empty one.
pub(crate) fn name(text: &str, or: &str) -> String {
    let name = unlinked(&line(text, NAME_CHARS));
    if name.is_empty() { or.to_owned() } else { name }
}

/// Text of several lines, bounded, its links made inert.
pub(crate) fn block(text: &str) -> String {
    unlinked(&block_with_links(text))
}

/// Text of several lines, bounded; for the words of staff, whose links are meant to be followed.
pub(crate) fn block_with_links(text: &str) -> String {
    let text: String = text.chars().take(BLOCK_CHARS * 4).collect();
    let text = text.replace("\r\n", "\n").replace(
        ['\r', '\u{2028}', '\u{2029}', '\u{85}', '\u{b}', '\u{c}'],
        "\n",
    );
    let text: String = text.chars().filter(|c| *c == '\n' || shown(*c)).collect();
    let lines: Vec<&str> = text.trim().lines().map(str::trim_end).collect();
    let short = lines
        .iter()
        .take(BLOCK_LINES)
        .copied()
        .collect::<Vec<_>>()
        .join("\n");
    let more = lines.len() > BLOCK_LINES;
    let short = if more { format!("{short}\n…") } else { short };
    cut(&short, BLOCK_CHARS)
}

/// Every line behind `> `, so that a stranger's words can't pass for the mail's own in the text part.
pub(crate) fn quoted(text: &str) -> String {
    text.lines()
        .map(|line| format!("> {line}").trim_end().to_owned())
        .collect::<Vec<_>>()
        .join("\n")
}

fn breaks_line(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')
}

/// False for controls, and for the marks that reorder text to make it look like other text.
fn shown(c: char) -> bool {
    (!c.is_control() || c == '\t')
        && !matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' | '\u{feff}')
}

fn cut(text: &str, max_chars: usize) -> String {
    if text.chars().count() <= max_chars {
        return text.to_owned();
    }
    let kept: String = text.chars().take(max_chars.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}

/// Keeps mail programs from turning `evil.example` or `http://…` in a stranger's text into a link, by an invisible
/// word joiner (U+2060) where a web address would go on. What a reader sees stays the same.
fn unlinked(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    let mut before = ' ';
    while let Some(c) = chars.next() {
        out.push(c);
        let after = chars.peek().copied().unwrap_or(' ');
        let inside_host = c == '.' && before.is_alphanumeric() && after.is_alphabetic();
        let after_scheme = c == ':' && after == '/';
        if inside_host || after_scheme {
            out.push('\u{2060}');
        }
        before = c;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{BLOCK_CHARS, NAME_CHARS, UnixMillis, block, line, name, quoted};
    use proptest::prelude::*;

    #[test]
    fn a_name_stays_on_one_line() {
        assert_eq!(
            name("Dana\r\nBcc: all@example.org", "someone"),
            "Dana Bcc: all@example.\u{2060}org"
        );
        assert_eq!(name(" \u{2028}\t ", "someone"), "someone");
        assert_eq!(
            name("Dana\u{202e}gpj.exe", "someone"),
            "Danagpj.\u{2060}exe"
        );
    }

    #[test]
    fn initials_and_sentences_read_as_written() {
        assert_eq!(name("J. R. Smith", "someone"), "J. R. Smith");
        assert_eq!(
            block("Version 2.5 is out. Is it free?"),
            "Version 2.5 is out. Is it free?"
        );
    }

    #[test]
    fn a_strangers_link_is_made_inert() {
        assert_eq!(
            block("see http://evil.example/x"),
            "see http:\u{2060}//evil.\u{2060}example/x"
        );
    }

    #[test]
    fn control_characters_are_dropped_from_a_block() {
        assert_eq!(block("a\u{7}b\0c\u{202e}d\n\te"), "abcd\n\te");
    }

    #[test]
    fn quoted_text_cannot_pass_for_the_mails_own() {
        assert_eq!(
            quoted(&block("hi\r\n\r\nLet me in:\rhere")),
            "> hi\n>\n> Let me in:\n> here"
        );
    }

    #[test]
    fn moments_are_words_and_never_panic() {
        assert_eq!(
            UnixMillis(1_790_000_000_000).words(),
            "21 September 2026, 14:13 UTC"
        );
        assert_eq!(UnixMillis(i64::MAX).words(), "an unknown time");
        assert_eq!(UnixMillis(i64::MIN).words(), "an unknown time");
    }

    proptest! {
        #[test]
        fn a_line_holds_no_break_and_is_bounded(text in any::<String>(), max in 1_usize..200) {
            let line = line(&text, max);
            prop_assert!(!line.chars().any(super::breaks_line), "{line:?}");
            prop_assert!(line.chars().count() <= max);
        }

        #[test]
        fn names_and_blocks_are_bounded(text in "(?s).{0,9000}") {
            // At worst every second character is followed by a joiner.
            prop_assert!(name(&text, "someone").chars().count() <= NAME_CHARS * 2);
            prop_assert!(block(&text).chars().count() <= BLOCK_CHARS * 2);
        }
    }
}
