//! Question-and-answer pairs from CSV.

use super::{Document, MAX_PHRASINGS, QuestionAnswer, ReadError};
use std::collections::HashMap;

pub(super) fn read(text: &str) -> Result<Document, ReadError> {
    let mut reader = ::csv::ReaderBuilder::new()
        .flexible(true)
        .trim(::csv::Trim::All)
        .from_reader(text.as_bytes());
    let headers = reader.headers().map_err(|_| ReadError::CsvColumns)?;
    let column = |name: &str| {
        headers.iter().position(|header| {
            header
                .trim_start_matches('\u{feff}')
                .eq_ignore_ascii_case(name)
        })
    };
    let (Some(question), Some(answer)) = (column("question"), column("answer")) else {
        return Err(ReadError::CsvColumns);
    };
    let mut pairs: Vec<QuestionAnswer> = Vec::new();
    let mut by_answer: HashMap<String, usize> = HashMap::new();
    for (count, row) in reader.records().enumerate() {
        if count >= MAX_PHRASINGS {
            return Err(ReadError::TooManyQuestions);
        }
        let row = row.map_err(|error| ReadError::CsvRow {
            line: error.position().map_or(0, ::csv::Position::line),
            reason: error.to_string(),
        })?;
        let (question, answer) = (
            row.get(question).unwrap_or_default(),
            row.get(answer).unwrap_or_default(),
        );
        if question.is_empty() || answer.is_empty() {
            continue;
        }
        let at = *by_answer.entry(answer.to_owned()).or_insert_with(|| {
            pairs.push(QuestionAnswer {
                questions: Vec::new(),
                answer: answer.to_owned(),
            });
            pairs.len() - 1
        });
        pairs[at].questions.push(question.to_owned());
    }
    Ok(Document {
        pairs,
        ..Document::default()
    })
}
