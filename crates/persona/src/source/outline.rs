//! Collects headings and paragraphs, in reading order, into sections. Shared by the HTML and Markdown readers.

use super::{MAX_TEXT, Section};

#[derive(Default)]
pub(super) struct Outline {
    /// Level and text of the headings that the reader is under.
    path: Vec<(u8, String)>,
    paragraph: String,
    text: String,
    sections: Vec<Section>,
    size: usize,
}

impl Outline {
    pub(super) fn heading(&mut self, level: u8, title: &str) {
        self.end_section();
        self.path.retain(|(above, _)| *above < level);
        let title = squeeze(title.trim().trim_end_matches(['¶', '#', '§']));
        if !title.is_empty() {
            self.path.push((level, title));
        }
    }

    /// Adds running text. Whitespace is squeezed when the paragraph ends.
    pub(super) fn words(&mut self, text: &str) {
        if self.size <= MAX_TEXT {
            self.size += text.len();
            self.paragraph.push_str(text);
        }
    }

    pub(super) fn end_paragraph(&mut self) {
        let paragraph = squeeze(&self.paragraph);
        self.paragraph.clear();
        if paragraph.is_empty() {
            return;
        }
        if !self.text.is_empty() {
            self.text.push_str("\n\n");
        }
        self.text.push_str(&paragraph);
    }

    /// Adds text whose line breaks matter, such as a program.
    pub(super) fn preformatted(&mut self, text: &str) {
        self.end_paragraph();
        if self.size > MAX_TEXT || text.trim().is_empty() {
            return;
        }
        self.size += text.len();
        if !self.text.is_empty() {
            self.text.push_str("\n\n");
        }
        let lines: Vec<&str> = text
            .lines()
            .map(str::trim_end)
            .filter(|line| !line.is_empty())
            .collect();
        self.text.push_str(&lines.join("\n"));
    }

    fn end_section(&mut self) {
        self.end_paragraph();
        let text = std::mem::take(&mut self.text);
        if !text.is_empty() {
            let headings = self.path.iter().map(|(_, title)| title.clone()).collect();
            self.sections.push(Section {
                headings,
                page: None,
                text,
            });
        }
    }

    pub(super) fn finish(mut self) -> Vec<Section> {
        self.end_section();
        self.sections
    }
}

/// One space for every run of white space.
pub(super) fn squeeze(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
