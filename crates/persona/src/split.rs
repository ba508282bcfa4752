//! Sections into passages, and passages into sentences.

use crate::source::Document;
use serde::{Deserialize, Serialize};
use std::ops::Range;
use text_splitter::TextSplitter;
use unicode_segmentation::UnicodeSegmentation;

/// Letters in a passage. The upper bound keeps nearly all passages within the 256 word pieces that the model reads; the lower one
/// lets paragraphs of a usual length stay alone, so that a citation points closely.
const PASSAGE: Range<usize> = 400..1200;
/// A passage of more sentences than this is a table or a list; the rest is found through the passage's own vector.
const MAX_SENTENCES: usize = 24;
/// The most passages and phrasings in one source: 16 MB of text make about 16,000.
const MAX_PASSAGES: usize = 60_000;

/// A piece of a source that can be found and cited.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Passage {
    pub headings: Vec<String>,
    pub page: Option<u32>,
    /// Prose: the passage. A phrasing: the question.
    pub text: String,
    pub body: Body,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) enum Body {
    /// Byte ranges of the sentences in the text.
    Prose { sentences: Vec<Range<usize>> },
    /// The answer's number in its segment.
    Phrasing { answer: u32 },
}

impl Passage {
    /// Where in its source the passage stands, for people: “section › subsection”, “page 3”.
    pub(crate) fn place(&self) -> String {
        match self.page {
            Some(page) => format!("page {page}"),
            None => self.headings.join(" › "),
        }
    }

    pub(crate) fn sentences(&self) -> impl Iterator<Item = &str> {
        let ranges = match &self.body {
            Body::Prose { sentences } => sentences.as_slice(),
            Body::Phrasing { .. } => &[],
        };
        ranges
            .iter()
            .filter_map(|range| self.text.get(range.clone()))
    }

    /// Its innermost heading, which in a list of questions and answers is the question.
    pub(crate) fn heading(&self) -> Option<&str> {
        self.headings.last().map(String::as_str)
    }
}

/// Splits a document. The answers of its pairs come second; phrasings refer to them by number.
pub(crate) fn split(document: &Document) -> (Vec<Passage>, Vec<String>) {
    let mut passages = Vec::new();
    for section in &document.sections {
        for text in pack(&section.text) {
            let body = Body::Prose {
                sentences: sentences(&text),
            };
            passages.push(Passage {
                headings: section.headings.clone(),
                page: section.page,
                text,
                body,
            });
        }
    }
    for (answer, pair) in (0..).zip(&document.pairs) {
        for question in &pair.questions {
            let text = question.chars().take(PASSAGE.end).collect();
            passages.push(Passage {
                headings: Vec::new(),
                page: None,
                text,
                body: Body::Phrasing { answer },
            });
        }
    }
    passages.truncate(MAX_PASSAGES);
    let answers = document
        .pairs
        .iter()
        .map(|pair| pair.answer.clone())
        .collect();
    (passages, answers)
}

/// Joins short paragraphs and cuts long ones. The splitter could do both, but joins across paragraphs and then cuts within one.
fn pack(text: &str) -> Vec<String> {
    let splitter = TextSplitter::new(PASSAGE.end);
    let mut packed: Vec<String> = Vec::new();
    for paragraph in text
        .split("\n\n")
        .flat_map(|paragraph| splitter.chunks(paragraph))
    {
        match packed.last_mut() {
            Some(last)
                if last.len() < PASSAGE.start && last.len() + paragraph.len() < PASSAGE.end =>
            {
                last.push_str("\n\n");
                last.push_str(paragraph);
            }
            _ => packed.push(paragraph.to_owned()),
        }
    }
    packed
}

/// Sentences by the Unicode rules, with pieces joined that these rules cut after an abbreviation.
pub(crate) fn sentences(text: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    for (start, sentence) in text.split_sentence_bound_indices() {
        let trimmed = sentence.trim();
        if trimmed.is_empty() {
            continue;
        }
        let start = start + (sentence.len() - sentence.trim_start().len());
        let end = start + trimmed.len();
        match found.last_mut() {
            Some(last)
                if ends_in_abbreviation(&text[last.clone()])
                    && !text[last.end..start].contains('\n') =>
            {
                last.end = end
            }
            _ => found.push(start..end),
        }
    }
    if found.len() > MAX_SENTENCES {
        found.truncate(MAX_SENTENCES);
    }
    found
}

fn ends_in_abbreviation(sentence: &str) -> bool {
    const KNOWN: [&str; 22] = [
        "dr.", "mr.", "mrs.", "ms.", "prof.", "st.", "e.g.", "i.e.", "cf.", "vs.", "no.", "fig.",
        "sec.", "approx.", "dept.", "inc.", "ltd.", "jr.", "sr.", "gen.", "u.s.", "etc.",
    ];
    let last = sentence
        .rsplit(|letter: char| letter.is_whitespace() || letter == '(')
        .next()
        .unwrap_or_default();
    // “J. Smith”: one capital and a full stop is an initial.
    let is_initial = last.len() == 2 && last.ends_with('.') && last.starts_with(char::is_uppercase);
    is_initial || KNOWN.contains(&last.to_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Section;

    #[test]
    fn sentences_are_not_cut_after_abbreviations() {
        let text = "Ask Dr. Berg or J. Smith. Files, e.g. /etc/fstab, stay.\nWhy? Because.";
        let found: Vec<&str> = sentences(text)
            .into_iter()
            .map(|range| &text[range])
            .collect();
        assert_eq!(
            found,
            [
                "Ask Dr. Berg or J. Smith.",
                "Files, e.g. /etc/fstab, stay.",
                "Why?",
                "Because."
            ]
        );
    }

    #[test]
    fn a_long_section_becomes_passages_at_paragraph_ends_and_none_is_lost() {
        let paragraph = "Words that fill a line well enough. "
            .repeat(15)
            .trim()
            .to_owned();
        let text = [paragraph.as_str(); 5].join("\n\n");
        let document = Document {
            sections: vec![Section {
                headings: vec!["A".into(), "B".into()],
                page: None,
                text,
            }],
            ..Document::default()
        };
        let (passages, _) = split(&document);
        let lengths: Vec<usize> = passages.iter().map(|passage| passage.text.len()).collect();
        assert_eq!(lengths, [paragraph.len(); 5]);
        assert!(
            passages
                .iter()
                .all(|passage| passage.text == paragraph && passage.place() == "A › B")
        );
    }
}
