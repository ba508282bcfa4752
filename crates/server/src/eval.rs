//! Trying the floor and the answerer on data of one's own.

use anyhow::Context;
use clap::Subcommand;
use std::io::Write;
use std::path::{Path, PathBuf};

#[derive(Debug, Subcommand)]
pub enum EvalCommand {
    /// Whether the persona should speak after each message of a JSONL file.
    Floor {
        file: PathBuf,
        /// Print the figures and failures only, not a line per message.
        #[arg(long)]
        summary: bool,
    },
}

pub fn run(command: EvalCommand, _config: Option<&Path>) -> anyhow::Result<()> {
    match command {
        EvalCommand::Floor { file, summary } => floor(&file, summary),
    }
}

fn floor(file: &Path, summary: bool) -> anyhow::Result<()> {
    let text = std::fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
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
