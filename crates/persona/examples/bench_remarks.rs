//! How well the built-in answerer tells when something that was said in a conversation answers a question.
//!
//! ```text
//! cargo run --release -p trialogue-persona --example bench_remarks -- [--model DIR] [--half fit|test] [--dump]
//! ```
//!
//! Asks the labelled questions of `data/remarks.jsonl`. `--dump` prints the evidence behind every answer for a fit instead.

use serde::Deserialize;
use std::sync::Arc;
use std::time::Instant;
use trialogue_persona::{BuiltIn, Embedder, Index, Question, Remark, Settings};

/// What people said in one conversation, and what is asked afterwards.
#[derive(Deserialize)]
struct Conversation {
    half: String,
    said: Vec<Said>,
    questions: Vec<Asked>,
}

#[derive(Deserialize)]
struct Said {
    /// The visitor's words before it.
    #[serde(default)]
    after: Option<String>,
    text: String,
}

#[derive(Deserialize)]
struct Asked {
    text: String,
    /// Which of the things said answers it, from 0; none where nothing does.
    answer: Option<usize>,
}

/// One question with what was found.
struct Outcome {
    /// Something said answers it.
    is_answerable: bool,
    is_right: bool,
    confidence: f32,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (mut model, mut half, mut dump) = (None, "test".to_owned(), false);
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--model" => model = arguments.next(),
            "--half" => half = arguments.next().ok_or("--half needs a name")?,
            "--dump" => dump = true,
            other => return Err(format!("unknown argument {other}").into()),
        }
    }
    let embedder = match &model {
        Some(folder) => Some(Arc::new(Embedder::load(folder.as_ref(), 1)?)),
        None => None,
    };
    let answerer = BuiltIn::new(embedder);
    let threshold = Settings::default().threshold;
    let (mut outcomes, mut all) = (Vec::new(), Vec::new());
    for line in include_str!("../data/remarks.jsonl").lines() {
        let conversation: Conversation = serde_json::from_str(line)?;
        if conversation.half != half {
            continue;
        }
        let remarks: Vec<Remark> = conversation.said.iter().map(remark).collect();
        all.extend(remarks.clone());
        for asked in &conversation.questions {
            let question = Question {
                remarks: remarks.clone(),
                ..Question::new(&asked.text)
            };
            let settings = Settings {
                threshold: 0.0,
                ..Settings::default()
            };
            let answer = answerer.answer(&Index::new(), &question, &settings);
            let found = answer.citations.first().map(|citation| citation.passage);
            if dump {
                let row = serde_json::json!({"question": asked.text, "answer": asked.answer, "found": found, "evidence": answer.evidence});
                println!("{row}");
                continue;
            }
            let outcome = Outcome {
                is_answerable: asked.answer.is_some(),
                is_right: found == asked.answer,
                confidence: if found.is_some() {
                    answer.confidence
                } else {
                    0.0
                },
            };
            let is_answered = outcome.confidence >= threshold;
            if is_answered != outcome.is_answerable || is_answered && !outcome.is_right {
                println!(
                    "{} {:.2} {} → {}",
                    if outcome.is_answerable {
                        "missed"
                    } else {
                        "wrong "
                    },
                    answer.confidence,
                    asked.text,
                    answer.text
                );
            }
            outcomes.push(outcome);
        }
    }
    if !dump {
        time_many(&answerer, &all);
        report(&outcomes, threshold);
    }
    Ok(())
}

fn remark(said: &Said) -> Remark {
    Remark {
        id: said.text.clone(),
        speaker: "Dana Weber".into(),
        when: "before".into(),
        text: said.text.clone(),
        replies_to: None,
        may_answer: said.after.clone().into_iter().collect(),
    }
}

fn report(outcomes: &[Outcome], threshold: f32) {
    let of = |wanted: bool| {
        outcomes
            .iter()
            .filter(move |one| one.is_answerable == wanted)
    };
    let share = |part: usize, whole: usize| 100.0 * part as f64 / whole.max(1) as f64;
    let (answerable, not) = (of(true).count(), of(false).count());
    let right = of(true)
        .filter(|one| one.is_right && one.confidence >= threshold)
        .count();
    let wrong = of(false).filter(|one| one.confidence >= threshold).count();
    let higher: usize = of(true)
        .map(|yes| {
            of(false)
                .filter(|no| yes.confidence > no.confidence)
                .count()
        })
        .sum();
    println!(
        "{answerable} questions that something said answers: answered with it {:.1} %",
        share(right, answerable)
    );
    println!(
        "{not} that nothing said answers: answered all the same {:.1} %",
        share(wrong, not)
    );
    println!("AUROC {:.2} %", share(higher, answerable * not));
}

/// What two hundred remarks cost a question, when they are read for the first time and afterwards.
fn time_many(answerer: &BuiltIn, remarks: &[Remark]) {
    let many: Vec<Remark> = (0..200)
        .zip(remarks.iter().cycle())
        .map(|(number, remark)| Remark {
            text: format!("{} {number}", remark.text),
            ..remark.clone()
        })
        .collect();
    let time = |text: &str, remarks: Vec<Remark>| {
        let question = Question {
            remarks,
            ..Question::new(text)
        };
        let started = Instant::now();
        answerer.answer(&Index::new(), &question, &Settings::default());
        started.elapsed().as_secs_f64() * 1_000.0
    };
    let started = Instant::now();
    answerer.read_ahead(&many);
    let first = started.elapsed().as_secs_f64() * 1_000.0;
    let mut later: Vec<f64> = (0..51)
        .map(|number| {
            let text = format!("When does ferry {number} to the island leave?");
            time(&text, many.clone()) - time(&text, Vec::new())
        })
        .collect();
    later.sort_by(f64::total_cmp);
    println!(
        "200 remarks: {first:.0} ms to read ahead, then {:.1} ms more for a question (median of 51)",
        later[later.len() / 2]
    );
}
