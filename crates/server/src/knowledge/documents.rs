//! What the store keeps of documents and pairs, as readers take it, and what they read, as people do.

use crate::problem::Problem;
use trialogue_persona::{Document, SourceKind};
use trialogue_storage::Source;

/// Source id of a persona's question-and-answer pairs within its index.
const PAIRS: &str = "questions";

/// A persona's pairs as one source.
pub(super) fn pairs_source(
    pairs: &[trialogue_storage::Question],
) -> Result<trialogue_persona::Source, Problem> {
    let pairs: Vec<_> = pairs
        .iter()
        .map(|pair| {
            let questions: Vec<&str> = std::iter::once(&pair.question)
                .chain(&pair.phrasings)
                .map(String::as_str)
                .collect();
            serde_json::json!({"questions": questions, "answer": pair.answer})
        })
        .collect();
    Ok(trialogue_persona::Source {
        id: PAIRS.into(),
        title: "Questions and answers".into(),
        kind: SourceKind::Pairs,
        bytes: serde_json::to_vec(&pairs).map_err(Problem::internal)?,
    })
}

/// The document as readers take it.
pub fn as_read(source: &Source, content: Vec<u8>) -> trialogue_persona::Source {
    trialogue_persona::Source {
        id: source.source_id.to_string(),
        title: source.title.clone(),
        kind: kind_of_word(&source.kind),
        bytes: content,
    }
}

/// The format of a file, by its name: a word for the store. What is unknown is read as plain text.
pub fn kind_of_file(name: &str) -> &'static str {
    let extension = name
        .rsplit_once('.')
        .map(|(_, extension)| extension.to_ascii_lowercase())
        .unwrap_or_default();
    match extension.as_str() {
        "html" | "htm" | "xhtml" => "html",
        "md" | "markdown" => "markdown",
        "pdf" => "pdf",
        "csv" => "csv",
        _ => "text",
    }
}

fn kind_of_word(word: &str) -> SourceKind {
    match word {
        "html" => SourceKind::Html,
        "markdown" => SourceKind::Markdown,
        "pdf" => SourceKind::Pdf,
        "csv" => SourceKind::Csv,
        _ => SourceKind::Text,
    }
}

/// A document as the persona reads it: its sections under their headings, then its pairs.
pub(super) fn plain_text(document: &Document) -> String {
    let mut text = String::new();
    for section in &document.sections {
        if !section.headings.is_empty() {
            text.push_str(&section.headings.join(" › "));
            text.push_str("\n\n");
        }
        text.push_str(&section.text);
        text.push_str("\n\n");
    }
    for pair in &document.pairs {
        text.push_str(&pair.questions.join("\n"));
        text.push('\n');
        text.push_str(&pair.answer);
        text.push_str("\n\n");
    }
    text
}
