//! Sources as an owner gives them, and reading them into headed sections of plain text or question-and-answer pairs.

mod csv;
mod html;
mod markdown;
mod outline;
mod pdf;
mod text;

use serde::{Deserialize, Serialize};

/// The largest source that is read. A book is about 1 MB of text; PDFs carry pictures.
pub(crate) const MAX_BYTES: usize = 32 * 1024 * 1024;
/// The most text that is kept from one source, so that a small file that unfolds into a huge one is stopped.
pub(crate) const MAX_TEXT: usize = 16 * 1024 * 1024;
/// The most question phrasings in one source.
pub(crate) const MAX_PHRASINGS: usize = 50_000;

/// One source, ready to be read.
#[derive(Debug, Clone)]
pub struct Source {
    /// The caller's id; citations carry it.
    pub id: String,
    /// Shown in citations. When empty, the document's own title is used, if it has one.
    pub title: String,
    pub kind: SourceKind,
    pub bytes: Vec<u8>,
}

/// How the bytes of a source are to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SourceKind {
    Html,
    Markdown,
    Text,
    Pdf,
    /// CSV with the columns `question` and `answer`; rows with the same answer are phrasings of one question.
    Csv,
    /// JSON: `[{"questions": ["…"], "answer": "…"}]`, for pairs typed in the dashboard.
    Pairs,
}

impl SourceKind {
    /// The kind that a file name's ending stands for, if it is one that can be read.
    pub fn from_name(name: &str) -> Option<Self> {
        let ending = name.rsplit_once('.')?.1.to_ascii_lowercase();
        Some(match ending.as_str() {
            "html" | "htm" | "xhtml" => Self::Html,
            "md" | "markdown" => Self::Markdown,
            "txt" | "text" => Self::Text,
            "pdf" => Self::Pdf,
            "csv" => Self::Csv,
            _ => return None,
        })
    }
}

/// What was read from one source.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Document {
    pub title: Option<String>,
    pub sections: Vec<Section>,
    pub pairs: Vec<QuestionAnswer>,
}

/// Text under one heading, or on one page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Section {
    /// Headings from the outermost in.
    pub headings: Vec<String>,
    /// From 1; only where the source has pages.
    pub page: Option<u32>,
    /// Paragraphs separated by blank lines.
    pub text: String,
}

/// An answer in the owner's words and the questions it answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuestionAnswer {
    pub questions: Vec<String>,
    pub answer: String,
}

/// Why a source could not be read, in words for its owner.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    #[error("The file is larger than {} MB. Split it into parts.", MAX_BYTES / 1024 / 1024)]
    TooLarge,
    #[error("No text was found in this file.")]
    Empty,
    #[error("This page nests its elements too deeply to be read. Save it as text or PDF.")]
    HtmlTooDeep,
    #[error(
        "No text was found in this PDF. It may be a scan: only PDFs with selectable text can be read."
    )]
    NoTextInPdf,
    #[error("This PDF is protected with a password. Save it without one and upload it again.")]
    PdfLocked,
    #[error(
        "This PDF could not be read; it may be damaged. Saving it again from the program that made it often helps."
    )]
    PdfUnreadable,
    #[error(
        "Reading this PDF took too long and was stopped. Try a smaller part of it, or save it as text."
    )]
    PdfTooSlow,
    #[error("The first line of the CSV must name the columns “question” and “answer”.")]
    CsvColumns,
    #[error("Line {line} of the CSV could not be read: {reason}")]
    CsvRow { line: u64, reason: String },
    #[error("The file holds more than {MAX_PHRASINGS} questions. Split it into parts.")]
    TooManyQuestions,
    #[error("The questions and answers could not be read: {0}")]
    Pairs(String),
}

/// Reads a source. Never panics, whatever the bytes.
pub fn read(source: &Source) -> Result<Document, ReadError> {
    if source.bytes.len() > MAX_BYTES {
        return Err(ReadError::TooLarge);
    }
    let mut document = match source.kind {
        SourceKind::Html => html::read(&decode(&source.bytes))?,
        SourceKind::Markdown => markdown::read(&decode(&source.bytes)),
        SourceKind::Text => text::read(&decode(&source.bytes)),
        SourceKind::Pdf => pdf::read(&source.bytes)?,
        SourceKind::Csv => csv::read(&decode(&source.bytes))?,
        SourceKind::Pairs => read_pairs(&source.bytes)?,
    };
    document
        .sections
        .retain(|section| !section.text.trim().is_empty());
    document
        .pairs
        .retain(|pair| !pair.answer.trim().is_empty() && !pair.questions.is_empty());
    if document
        .pairs
        .iter()
        .map(|pair| pair.questions.len())
        .sum::<usize>()
        > MAX_PHRASINGS
    {
        return Err(ReadError::TooManyQuestions);
    }
    if document.sections.is_empty() && document.pairs.is_empty() {
        return Err(ReadError::Empty);
    }
    Ok(document)
}

fn read_pairs(bytes: &[u8]) -> Result<Document, ReadError> {
    let pairs =
        serde_json::from_slice(bytes).map_err(|error| ReadError::Pairs(error.to_string()))?;
    Ok(Document {
        pairs,
        ..Document::default()
    })
}

/// Bytes to text: a byte order mark decides, then UTF-8, then the encoding the bytes look like.
fn decode(bytes: &[u8]) -> String {
    let encoding = encoding_rs::Encoding::for_bom(bytes).map(|(encoding, _)| encoding);
    let encoding = encoding.unwrap_or_else(|| {
        let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
        detector.feed(bytes, true);
        detector.guess(None, chardetng::Utf8Detection::Allow)
    });
    // NUL is legal in UTF-8, and upsets databases and C strings further on.
    encoding.decode(bytes).0.replace('\0', " ")
}

#[cfg(test)]
mod tests;
