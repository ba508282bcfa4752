//! Trying the floor and the answerer on data of one's own.

use crate::config::{Config, ConfigFlags};
use anyhow::Context;
use clap::Subcommand;
use std::io::Write;
use std::path::{Path, PathBuf};
use trialogue_conversation::settings::Settings;
use trialogue_persona::eval::Arguments;

#[derive(Debug, Subcommand)]
pub enum EvalCommand {
    /// Whether the persona should speak after each message of a JSONL file.
    Floor {
        file: PathBuf,
        /// Print the figures and failures only, not a line per message.
        #[arg(long)]
        summary: bool,
    },
    /// Answers questions from sources: a JSON line an answer, with citations, confidence and the ranked passages.
    Answering {
        /// Files and folders of sources; a CSV with the columns question and answer holds pairs.
        #[arg(long, required = true, num_args = 1..)]
        sources: Vec<PathBuf>,
        /// JSONL: {"id": "1", "turns": ["…"]}.
        #[arg(long)]
        questions: PathBuf,
        #[command(flatten)]
        config: ConfigFlags,
    },
}

pub fn run(command: EvalCommand, file: Option<&Path>) -> anyhow::Result<()> {
    match command {
        EvalCommand::Floor { file, summary } => floor(&file, summary),
        EvalCommand::Answering {
            sources,
            questions,
            config,
        } => answering(sources, questions, &Config::load(file, &config)?),
    }
}

fn floor(file: &Path, summary: bool) -> anyhow::Result<()> {
    let text = std::fs::read_to_string(file)
        .with_context(|| format!("{} cannot be read", file.display()))?;
    let report = trialogue_conversation::floor::report::run(text.lines())?;
    if !summary {
        std::io::stdout().write_all(report.jsonl().as_bytes())?;
    }
    if report.labelled() > 0 {
        // Apart from the answers, so that those can be piped on.
        eprintln!("{report}");
    }
    Ok(())
}

fn answering(sources: Vec<PathBuf>, questions: PathBuf, config: &Config) -> anyhow::Result<()> {
    let arguments = Arguments {
        sources,
        questions,
        model: Some(config.model_dir.clone()),
        threshold: default_threshold(),
    };
    trialogue_persona::eval::answering(
        &arguments,
        &mut std::io::stdout().lock(),
        &mut std::io::stderr().lock(),
    )?;
    Ok(())
}

/// That of a persona whose owner did not change it.
fn default_threshold() -> f32 {
    f32::from(Settings::default().confidence_threshold) / 100.0
}
