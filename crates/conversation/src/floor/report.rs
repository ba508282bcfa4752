//! Scores judgements against labels: what `trialogue eval floor FILE` and `make floor-report` print.

use super::{Judgement, Utterance, judge};
use serde::{Deserialize, Serialize};
use std::fmt;

/// One line of the answer: what the floor decided on a line of the input.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Answer {
    pub id: String,
    pub speak: bool,
    pub reason: String,
    /// The reason's stable code.
    pub code: &'static str,
}

/// A line that was judged otherwise than labelled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    pub id: String,
    pub text: String,
    pub expected: bool,
    pub reason: String,
}

/// All answers, and the score over the labelled lines.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    pub answers: Vec<Answer>,
    pub failures: Vec<Failure>,
    /// Labelled to speak, and spoke.
    pub hits: usize,
    /// Labelled silent, and spoke.
    pub false_alarms: usize,
    /// Labelled to speak, and stayed silent.
    pub misses: usize,
    /// Labelled silent, and stayed silent.
    pub rests: usize,
}

/// A line that is not an utterance.
#[derive(Debug, thiserror::Error)]
#[error("line {line} is not a floor line: {source}")]
pub struct BadLine {
    /// Counted from 1.
    pub line: usize,
    source: serde_json::Error,
}

/// A line of the input: an utterance, and with `expect` its label.
#[derive(Deserialize)]
struct Labelled {
    #[serde(default)]
    id: Option<serde_json::Value>,
    #[serde(default)]
    expect: Option<bool>,
}

/// Judges every line of a JSONL file; empty lines are skipped.
///
/// # Errors
/// The first line that is not a JSON object of the expected form.
pub fn run<'a>(lines: impl Iterator<Item = &'a str>) -> Result<Report, BadLine> {
    let mut report = Report::default();
    for (index, text) in lines
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty())
    {
        let bad = |source| BadLine {
            line: index + 1,
            source,
        };
        let mut value: serde_json::Value = serde_json::from_str(text).map_err(bad)?;
        let labelled = Labelled::deserialize(&value).map_err(bad)?;
        let id = match labelled.id {
            Some(serde_json::Value::String(id)) => id,
            Some(other) => other.to_string(),
            None => (index + 1).to_string(),
        };
        if let Some(fields) = value.as_object_mut() {
            // Ids may be numbers in other people's files.
            fields.insert("id".into(), serde_json::Value::String(id.clone()));
        }
        let utterance = Utterance::deserialize(value).map_err(bad)?;
        report.add(id, &utterance, labelled.expect);
    }
    Ok(report)
}

impl Report {
    /// Judges one utterance and scores it if it has a label.
    pub fn add(&mut self, id: String, utterance: &Utterance, expect: Option<bool>) -> Judgement {
        let judgement = judge(utterance);
        let speak = judgement.speaks();
        let reason = judgement.sentence();
        match (expect, speak) {
            (Some(true), true) => self.hits += 1,
            (Some(false), false) => self.rests += 1,
            (Some(true), false) => self.misses += 1,
            (Some(false), true) => self.false_alarms += 1,
            (None, _) => {}
        }
        if expect.is_some_and(|expect| expect != speak) {
            let text = utterance.text.clone();
            self.failures.push(Failure {
                id: id.clone(),
                text,
                expected: !speak,
                reason: reason.clone(),
            });
        }
        self.answers.push(Answer {
            id,
            speak,
            reason,
            code: judgement.reason.code(),
        });
        judgement
    }

    /// Of the lines on which the persona spoke, the part that was labelled so; 1 if it never spoke.
    #[must_use]
    pub fn precision(&self) -> f64 {
        part(self.hits, self.hits + self.false_alarms)
    }

    /// Of the lines labelled to speak, the part on which it did; 1 if there are none.
    #[must_use]
    pub fn recall(&self) -> f64 {
        part(self.hits, self.hits + self.misses)
    }

    #[must_use]
    pub fn labelled(&self) -> usize {
        self.hits + self.misses + self.false_alarms + self.rests
    }

    /// The answers as JSONL, one line each.
    #[must_use]
    pub fn jsonl(&self) -> String {
        let line = |answer: &Answer| serde_json::to_string(answer).unwrap_or_default() + "\n";
        self.answers.iter().map(line).collect()
    }
}

/// The summary in words: the two figures, and every failure with its reason.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.labelled() == 0 {
            return writeln!(f, "{} lines judged, none labelled", self.answers.len());
        }
        let spoken = self.hits + self.false_alarms;
        writeln!(f, "{} labelled lines", self.labelled())?;
        writeln!(
            f,
            "precision of “should speak”  {:.4}  ({} of {spoken})",
            self.precision(),
            self.hits
        )?;
        writeln!(
            f,
            "recall of “should speak”     {:.4}  ({} of {})",
            self.recall(),
            self.hits,
            self.hits + self.misses
        )?;
        writeln!(f, "failures                     {}", self.failures.len())?;
        for failure in &self.failures {
            let expected = if failure.expected { "speak" } else { "silent" };
            writeln!(
                f,
                "  {}  expected {expected}; {}\n      {}",
                failure.id,
                failure.reason,
                failure.text.replace('\n', " ⏎ ")
            )?;
        }
        Ok(())
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "counts of lines in a file are far below 2^52"
)]
fn part(of: usize, all: usize) -> f64 {
    if all == 0 {
        1.0
    } else {
        of as f64 / all as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = r#""persona":"Michael","present":[{"name":"Dana","role":"owner"},{"name":"Sam","role":"visitor"}],"speaker":"Sam""#;

    fn lines() -> Vec<String> {
        vec![
            format!(r#"{{"id":"hit",{HEAD},"text":"Michael, who?","expect":true}}"#),
            format!(r#"{{"id":"miss",{HEAD},"text":"who?","expect":true}}"#),
            String::new(),
            format!(r#"{{"id":7,{HEAD},"text":"hey Michael","expect":false}}"#),
            format!(r#"{{{HEAD},"text":"Dana?","expect":false}}"#),
            format!(r#"{{"id":"unlabelled",{HEAD},"text":"Dana?"}}"#),
        ]
    }

    #[test]
    fn counts_and_failures_follow_the_labels() {
        let lines = lines();
        let report = run(lines.iter().map(String::as_str)).unwrap();
        assert_eq!(
            (
                report.hits,
                report.misses,
                report.false_alarms,
                report.rests
            ),
            (1, 1, 1, 1)
        );
        assert_eq!((report.precision(), report.recall()), (0.5, 0.5));
        let failed: Vec<&str> = report
            .failures
            .iter()
            .map(|failure| failure.id.as_str())
            .collect();
        assert_eq!(failed, ["miss", "7"]);
        assert!(report.to_string().contains("who?"));
    }

    #[test]
    fn every_line_is_answered_with_its_id_or_its_number() {
        let lines = lines();
        let report = run(lines.iter().map(String::as_str)).unwrap();
        let ids: Vec<&str> = report
            .answers
            .iter()
            .map(|answer| answer.id.as_str())
            .collect();
        assert_eq!(ids, ["hit", "miss", "7", "5", "unlabelled"]);
        let first: serde_json::Value =
            serde_json::from_str(report.jsonl().lines().next().unwrap()).unwrap();
        assert_eq!(first["speak"], true);
        assert_eq!(
            first["reason"],
            "speaks: addressed as Michael (called first)"
        );
    }

    #[test]
    fn a_bad_line_is_named_by_its_number() {
        let error = run(["", "{\"text\": 3}"].into_iter()).unwrap_err();
        assert_eq!(error.line, 2);
    }

    /// The goals hold on every file that has been read; first runs on unseen lines are in docs/floor-report.md.
    #[test]
    fn the_corpus_keeps_the_goals() {
        for (name, lines) in [
            ("dev", include_str!("../../corpus/dev.jsonl")),
            ("test", include_str!("../../corpus/test.jsonl")),
            ("dev-2", include_str!("../../corpus/dev-2.jsonl")),
            ("held-out-1", include_str!("../../corpus/held-out-1.jsonl")),
            ("held-out-2", include_str!("../../corpus/held-out-2.jsonl")),
            ("held-out-3", include_str!("../../corpus/held-out-3.jsonl")),
            ("held-out-4", include_str!("../../corpus/held-out-4.jsonl")),
            ("held-out-5", include_str!("../../corpus/held-out-5.jsonl")),
            ("held-out-6", include_str!("../../corpus/held-out-6.jsonl")),
            ("held-out-7", include_str!("../../corpus/held-out-7.jsonl")),
            ("held-out-8", include_str!("../../corpus/held-out-8.jsonl")),
        ] {
            let report = run(lines.lines()).unwrap();
            assert!(report.precision() >= 0.97, "{name}: {report}");
            assert!(report.recall() >= 0.95, "{name}: {report}");
        }
    }
}
