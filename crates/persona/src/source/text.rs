//! Plain text: paragraphs are separated by blank lines, and hard-wrapped lines are joined.

use super::{Document, MAX_TEXT, Section};

pub(super) fn read(text: &str) -> Document {
    let text = join_lines(text);
    let section = Section {
        text,
        ..Section::default()
    };
    Document {
        sections: vec![section],
        ..Document::default()
    }
}

/// Joins the lines of each paragraph, keeping lines apart that begin like an item of a list.
pub(super) fn join_lines(text: &str) -> String {
    let mut out = String::new();
    let mut blank = true;
    for line in text.lines().map(str::trim) {
        if out.len() > MAX_TEXT {
            break;
        }
        if line.is_empty() {
            blank = true;
            continue;
        }
        if !out.is_empty() {
            // A word hyphenated at a line's end is left as it is: it can't be told from a compound.
            out.push_str(if blank {
                "\n\n"
            } else if begins_item(line) {
                "\n"
            } else {
                " "
            });
        }
        out.push_str(line);
        blank = false;
    }
    out
}

fn begins_item(line: &str) -> bool {
    let rest = line.trim_start_matches(|letter: char| letter.is_ascii_digit());
    match rest.len() == line.len() {
        true => {
            line.starts_with(['-', '*', '•', '–'])
                && line[line.chars().next().map_or(0, char::len_utf8)..].starts_with(' ')
        }
        false => rest.starts_with(". ") || rest.starts_with(") "),
    }
}
