//! Reading the model's reply while it comes: a first line with the verdict, the answer, a last line with the passages used.

use super::ModelFailure;

/// Letters in a whole reply. A model that runs on has lost the thread.
const MOST: usize = 6_000;

/// What the model said, when it kept to the form.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Reply {
    /// `used` counts passages from 0.
    Enough {
        text: String,
        used: Vec<usize>,
    },
    NotEnough,
}

/// A reply being read.
pub(super) struct Reading {
    passages: usize,
    all: String,
    /// How much of `all` was shown.
    shown: usize,
    /// Where the answer begins, once the first line is complete.
    body: Option<usize>,
    is_enough: bool,
}

impl Reading {
    pub(super) fn new(passages: usize) -> Self {
        Self {
            passages,
            all: String::new(),
            shown: 0,
            body: None,
            is_enough: false,
        }
    }

    pub(super) fn has_begun(&self) -> bool {
        !self.all.is_empty()
    }

    /// Takes the next piece; gives what may be shown now. The beginning of a line is held back while it may become `SOURCES:`.
    pub(super) fn push(&mut self, piece: &str) -> Result<Option<String>, ModelFailure> {
        self.all.push_str(piece);
        if self.all.len() > MOST {
            return Err(ModelFailure::Garbled("it is too long"));
        }
        if self.body.is_none() && !self.read_verdict(false)? {
            return Ok(None);
        }
        let line = self.all.rfind('\n').map_or(0, |at| at + 1);
        let until = if may_be_sources(&self.all[line..]) {
            line
        } else {
            self.all.len()
        };
        // White space before the sources is not part of the answer.
        let until = self.all[..until].trim_end().len();
        let (start, is_open) = (
            self.shown.max(self.body.unwrap_or(0)),
            self.is_enough && !has_sources(&self.all),
        );
        if !is_open || until <= start {
            return Ok(None);
        }
        self.shown = until;
        let fresh = &self.all[start..until];
        Ok(Some(
            if Some(start) == self.body {
                fresh.trim_start()
            } else {
                fresh
            }
            .to_owned(),
        )
        .filter(|text| !text.is_empty()))
    }

    /// The whole reply, at the end of the stream. Half of one is an error.
    pub(super) fn finish(mut self) -> Result<Reply, ModelFailure> {
        if self.body.is_none() && !self.read_verdict(true)? {
            return Err(ModelFailure::BrokeOff);
        }
        if !self.is_enough {
            return Ok(Reply::NotEnough);
        }
        let body = self.all.get(self.body.unwrap_or(0)..).unwrap_or_default();
        let (text, sources) = body
            .rsplit_once('\n')
            .ok_or(ModelFailure::BrokeOff)
            .and_then(|_| split_sources(body))?;
        let used = numbers(sources, self.passages)?;
        if text.is_empty() {
            return Err(ModelFailure::Garbled("it holds no answer"));
        }
        Ok(Reply::Enough {
            text: text.to_owned(),
            used,
        })
    }

    /// Reads the first line; says whether it is there.
    fn read_verdict(&mut self, is_end: bool) -> Result<bool, ModelFailure> {
        let trimmed = self.all.trim_start();
        let start = self.all.len() - trimmed.len();
        let line = match trimmed.split_once('\n') {
            Some((line, _)) => line,
            None if is_end => trimmed,
            None => return Ok(false),
        };
        if line.is_empty() {
            return Ok(false);
        }
        let plain: String = line
            .to_ascii_lowercase()
            .chars()
            .filter(char::is_ascii_alphabetic)
            .collect();
        self.is_enough = match plain.as_str() {
            "enoughyes" => true,
            "enoughno" => false,
            _ => {
                return Err(ModelFailure::Garbled(
                    "its first line is not ENOUGH: yes or no",
                ));
            }
        };
        self.body = Some((start + line.len() + 1).min(self.all.len()));
        Ok(true)
    }
}

fn may_be_sources(line: &str) -> bool {
    let begun = line.trim_start_matches(['*', ' ']).to_ascii_lowercase();
    "sources:".starts_with(&begun) || begun.starts_with("sources:")
}

fn has_sources(text: &str) -> bool {
    text.lines().any(|line| {
        line.trim_start_matches(['*', ' '])
            .to_ascii_lowercase()
            .starts_with("sources:")
    })
}

fn split_sources(body: &str) -> Result<(&str, &str), ModelFailure> {
    let line = body
        .lines()
        .find(|line| has_sources(line))
        .ok_or(ModelFailure::BrokeOff)?;
    // `line` is a part of `body`, found again by its text.
    let at = body.find(line).ok_or(ModelFailure::BrokeOff)?;
    Ok((body[..at].trim(), line))
}

fn numbers(line: &str, passages: usize) -> Result<Vec<usize>, ModelFailure> {
    let found: Vec<usize> = line
        .split(|letter: char| !letter.is_ascii_digit())
        .filter_map(|number| number.parse().ok())
        .collect();
    if found.is_empty()
        || found
            .iter()
            .any(|number| *number == 0 || *number > passages)
    {
        return Err(ModelFailure::Garbled(
            "it names passages that it was not given",
        ));
    }
    let mut used: Vec<usize> = found.iter().map(|number| number - 1).collect();
    used.sort_unstable();
    used.dedup();
    Ok(used)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Feeds a reply letter by letter; gives what was shown and the outcome.
    fn read(text: &str) -> (String, Result<Reply, ModelFailure>) {
        let mut reading = Reading::new(3);
        let mut shown = String::new();
        for letter in text.chars() {
            match reading.push(&letter.to_string()) {
                Ok(fresh) => shown += &fresh.unwrap_or_default(),
                Err(failure) => return (shown, Err(failure)),
            }
        }
        (shown, reading.finish())
    }

    #[test]
    fn a_reply_in_form_is_shown_as_it_comes_without_its_first_and_last_line() {
        let (shown, reply) = read("ENOUGH: yes\nAt nine.\n\nSo it says.\nSOURCES: 3, 1\n");
        assert_eq!(
            reply,
            Ok(Reply::Enough {
                text: "At nine.\n\nSo it says.".into(),
                used: vec![0, 2]
            })
        );
        assert_eq!(shown, "At nine.\n\nSo it says.");
        assert_eq!(
            read("**ENOUGH:** Yes\n\nAt nine.\n**Sources:** [1]").1,
            Ok(Reply::Enough {
                text: "At nine.".into(),
                used: vec![0]
            })
        );
        assert_eq!(read("ENOUGH: no"), (String::new(), Ok(Reply::NotEnough)));
        assert_eq!(
            read("ENOUGH: no\nbut maybe\n"),
            (String::new(), Ok(Reply::NotEnough))
        );
    }

    #[test]
    fn a_reply_out_of_form_is_a_failure() {
        for text in [
            "",
            "ENOUGH",
            "ENOUGH: yes\nAt ni",
            "ENOUGH: yes\nAt nine.\nSOU",
            "ENOUGH: yes\n",
        ] {
            assert!(read(text).1.is_err(), "{text}");
        }
        for text in [
            "At nine.\nSOURCES: 1",
            "ENOUGH: yes\nAt nine.\nSOURCES: 4",
            "ENOUGH: yes\nAt nine.\nSOURCES: none",
            "ENOUGH: yes\nSOURCES: 1",
            "{\"a\":1}\n",
        ] {
            assert!(
                matches!(
                    read(text).1,
                    Err(ModelFailure::Garbled(_) | ModelFailure::BrokeOff)
                ),
                "{text}"
            );
        }
        assert!(matches!(
            read(&format!("ENOUGH: yes\n{}", "word ".repeat(3_000))).1,
            Err(ModelFailure::Garbled("it is too long"))
        ));
    }
}
