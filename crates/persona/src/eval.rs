//! Trying the answerer on other people's data: `trialogue eval answering --sources DIR|FILE… --questions FILE.jsonl`.

use crate::answer::{BuiltIn, Citation, Question, Ranked, Role, Settings, Turn};
use crate::embed::Embedder;
use crate::index::Index;
use crate::said::Remark;
use crate::segment::SourceIndex;
use crate::source::{Source, SourceKind};
use serde::{Deserialize, Serialize};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What to evaluate.
#[derive(Debug, Clone)]
pub struct Arguments {
    /// Files and folders; folders are read with all that is in them.
    pub sources: Vec<PathBuf>,
    /// One question a line: `{"id": "1", "turns": ["…", "…"]}`. Several turns are the visitor's, oldest first; an entry may also be
    /// `{"role": "persona", "text": "…"}`.
    pub questions: PathBuf,
    /// The embedding model's folder. Where it is missing, words alone are matched and a line on `log` says so.
    pub model: Option<PathBuf>,
    /// Below this confidence, 0 to 1, the answer is a handoff.
    pub threshold: f32,
}

/// Why an evaluation could not run.
#[derive(Debug, thiserror::Error)]
pub enum EvalError {
    #[error("{path}: {error}")]
    File {
        path: PathBuf,
        error: std::io::Error,
    },
    #[error("no source could be read")]
    NoSources,
    #[error("{path}, line {line}: {error}")]
    Question {
        path: PathBuf,
        line: usize,
        error: serde_json::Error,
    },
    #[error("the result could not be written: {0}")]
    Output(#[from] std::io::Error),
}

#[derive(Deserialize)]
struct Asked {
    id: serde_json::Value,
    turns: Vec<AskedTurn>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum AskedTurn {
    Text(String),
    Turn(Turn),
}

#[derive(Serialize)]
struct Answered<'a> {
    id: &'a serde_json::Value,
    answer: &'a str,
    citations: Vec<Cited<'a>>,
    confidence: f32,
    handoff: bool,
    outcome: crate::Outcome,
    ranked: Vec<Found<'a>>,
}

#[derive(Serialize)]
struct Cited<'a> {
    source: &'a str,
    place: &'a str,
    text: &'a str,
}

#[derive(Serialize)]
struct Found<'a> {
    source: &'a str,
    place: &'a str,
    text: &'a str,
    score: f32,
}

/// What people other than the visitor said before the question, as the conversation would tell it again.
fn remarks(turns: &[Turn]) -> Vec<Remark> {
    let before = &turns[..turns.len().saturating_sub(1)];
    before
        .iter()
        .enumerate()
        .filter(|(_, turn)| turn.role == Role::Person)
        .map(|(at, turn)| Remark {
            id: format!("turn-{}", at + 1),
            speaker: "A person".into(),
            when: "before".into(),
            text: turn.text.clone(),
            replies_to: None,
            may_answer: before[..at]
                .iter()
                .rfind(|turn| turn.role == Role::Visitor)
                .map(|turn| turn.text.clone())
                .into_iter()
                .collect(),
        })
        .collect()
}

/// Indexes the sources and answers every question: one line of JSON each on `out`, progress and problems on `log`.
pub fn answering(
    arguments: &Arguments,
    out: &mut dyn Write,
    log: &mut dyn Write,
) -> Result<(), EvalError> {
    let embedder = arguments
        .model
        .as_deref()
        .map(|folder| Embedder::load(folder, 2));
    let embedder = match embedder {
        Some(Ok(embedder)) => Some(Arc::new(embedder)),
        Some(Err(error)) => {
            writeln!(log, "Matching words alone: {error}")?;
            None
        }
        None => None,
    };
    let index = read_sources(&arguments.sources, embedder.as_deref(), log)?;
    let answerer = BuiltIn::new(embedder);
    let settings = Settings {
        threshold: arguments.threshold,
        ..Settings::default()
    };
    let path = &arguments.questions;
    let file = std::fs::File::open(path).map_err(|error| EvalError::File {
        path: path.clone(),
        error,
    })?;
    for (number, line) in BufReader::new(file).lines().enumerate() {
        let line = line.map_err(|error| EvalError::File {
            path: path.clone(),
            error,
        })?;
        if line.trim().is_empty() {
            continue;
        }
        let asked: Asked = serde_json::from_str(&line).map_err(|error| EvalError::Question {
            path: path.clone(),
            line: number + 1,
            error,
        })?;
        let turns = asked.turns.into_iter().map(|turn| match turn {
            AskedTurn::Text(text) => Turn {
                role: Role::Visitor,
                text,
            },
            AskedTurn::Turn(turn) => turn,
        });
        let turns: Vec<Turn> = turns.collect();
        let remarks = remarks(&turns);
        let answer = answerer.answer(&index, &Question { turns, remarks }, &settings);
        let answered = Answered {
            id: &asked.id,
            answer: &answer.text,
            citations: answer
                .citations
                .iter()
                .map(
                    |Citation {
                         source_title,
                         place,
                         text,
                         ..
                     }| Cited {
                        source: source_title,
                        place,
                        text,
                    },
                )
                .collect(),
            confidence: answer.confidence,
            handoff: answer.is_handoff(),
            outcome: answer.outcome,
            ranked: answer
                .ranked
                .iter()
                .map(
                    |Ranked {
                         source_title,
                         place,
                         text,
                         score,
                         ..
                     }| Found {
                        source: source_title,
                        place,
                        text,
                        score: *score,
                    },
                )
                .collect(),
        };
        serde_json::to_writer(&mut *out, &answered).map_err(std::io::Error::from)?;
        out.write_all(b"\n")?;
    }
    Ok(())
}

/// Indexes files and folders; a source's title is its path. Files that cannot be read are named on `log` and left out.
pub fn read_sources(
    paths: &[PathBuf],
    embedder: Option<&Embedder>,
    log: &mut dyn Write,
) -> Result<Index, EvalError> {
    let mut files = Vec::new();
    for path in paths {
        list_files(path, 0, &mut files)?;
    }
    files.sort();
    let mut index = Index::new();
    for path in &files {
        let name = path.to_string_lossy();
        let Some(kind) = SourceKind::from_name(&name) else {
            continue;
        };
        let bytes = std::fs::read(path).map_err(|error| EvalError::File {
            path: path.clone(),
            error,
        })?;
        let title = paths
            .iter()
            .find_map(|root| path.strip_prefix(root).ok())
            .filter(|rest| !rest.as_os_str().is_empty());
        let title = title
            .map_or_else(
                || path.file_name().unwrap_or_default().to_string_lossy(),
                Path::to_string_lossy,
            )
            .into_owned();
        let source = Source {
            id: name.clone().into_owned(),
            title,
            kind,
            bytes,
        };
        match SourceIndex::build(&source, embedder, &mut |_| true) {
            Ok(segment) => index.insert(segment),
            Err(error) => writeln!(log, "{name}: {error}")?,
        }
    }
    writeln!(log, "{} passages from {} files", index.len(), files.len())?;
    if index.is_empty() {
        Err(EvalError::NoSources)
    } else {
        Ok(index)
    }
}

fn list_files(path: &Path, depth: usize, files: &mut Vec<PathBuf>) -> Result<(), EvalError> {
    /// A folder that links to itself must come to an end.
    const DEEPEST: usize = 20;
    let named = |error| EvalError::File {
        path: path.to_owned(),
        error,
    };
    if !std::fs::metadata(path).map_err(named)?.is_dir() {
        files.push(path.to_owned());
    } else if depth < DEEPEST {
        for entry in std::fs::read_dir(path).map_err(named)? {
            list_files(&entry.map_err(named)?.path(), depth + 1, files)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_question_gets_one_line_with_answer_citations_confidence_and_handoff() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(
            folder.path().join("guide.md"),
            "# Garden\nThe sculpture garden was planted in 1921 by Ida Koch.",
        )
        .unwrap();
        std::fs::write(folder.path().join("broken.pdf"), "no").unwrap();
        let questions = folder.path().join("questions.jsonl");
        std::fs::write(&questions, "{\"id\":\"a\",\"turns\":[\"Who planted the sculpture garden?\"]}\n\n{\"id\":2,\"turns\":[{\"role\":\"persona\",\"text\":\"Hi\"},\"Is there wifi?\"]}\n").unwrap();
        let arguments = Arguments {
            sources: vec![folder.path().to_owned()],
            questions,
            model: None,
            threshold: 0.5,
        };
        let (mut out, mut log) = (Vec::new(), Vec::new());
        answering(&arguments, &mut out, &mut log).unwrap();
        let lines: Vec<serde_json::Value> = out
            .split(|byte| *byte == b'\n')
            .filter(|line| !line.is_empty())
            .map(|line| serde_json::from_slice(line).unwrap())
            .collect();
        assert_eq!(lines.len(), 2);
        assert_eq!(
            lines[0]["citations"][0],
            serde_json::json!({"source": "guide.md", "place": "Garden", "text": lines[0]["answer"]})
        );
        assert_eq!(
            (&lines[0]["id"], &lines[0]["handoff"]),
            (&"a".into(), &false.into())
        );
        assert_eq!(
            (&lines[1]["id"], &lines[1]["handoff"], &lines[1]["answer"]),
            (&2.into(), &true.into(), &"".into())
        );
        assert!(
            String::from_utf8(log)
                .unwrap()
                .contains("broken.pdf: This PDF could not be read")
        );
    }
}
