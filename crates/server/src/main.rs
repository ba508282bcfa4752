//! `trialogue`: the whole server in one binary.

use clap::{Parser, Subcommand};
use std::io::IsTerminal;
use std::path::PathBuf;
use std::process::ExitCode;
use trialogue_server::config::{Config, ConfigFlags};
use trialogue_server::{admin, eval, open_files, serve};

/// glibc's allocator keeps an arena for every thread, and what one thread frees the others cannot use: 1,000 idle sockets
/// came to 24–36 MB, by chance. See docs/performance.md.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Live conversations among a visitor, an AI persona and the people behind it.
#[derive(Debug, Parser)]
#[command(name = "trialogue", version, about)]
struct Cli {
    /// Configuration file (TOML). Flags stand above TRIALOGUE_… variables, these above the file.
    #[arg(long, global = true)]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Run the server.
    Serve(#[command(flatten)] ConfigFlags),
    /// Print the effective configuration, secrets hidden.
    Config(#[command(flatten)] ConfigFlags),
    /// Manage accounts from the command line.
    Admin {
        #[command(subcommand)]
        command: admin::AdminCommand,
    },
    /// Try the floor or the answerer on data of your own.
    Eval {
        #[command(subcommand)]
        command: eval::EvalCommand,
    },
}

fn main() -> ExitCode {
    match run(Cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("trialogue: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(cli: Cli) -> anyhow::Result<()> {
    let file = cli.config.as_deref();
    match cli.command {
        Task::Serve(flags) => {
            let filter = tracing_subscriber::EnvFilter::try_from_default_env()
                .unwrap_or_else(|_| "info".into());
            tracing_subscriber::fmt()
                .with_env_filter(filter)
                .with_writer(std::io::stderr)
                .with_ansi(colours())
                .init();
            open_files::raise_limit();
            runtime()?.block_on(serve::serve(Config::load(file, &flags)?))
        }
        Task::Config(flags) => {
            print!("{}", Config::load(file, &flags)?.shown()?);
            Ok(())
        }
        Task::Admin { command } => runtime()?.block_on(admin::run(command, file)),
        Task::Eval { command } => eval::run(command, file),
    }
}

/// A log that goes to a file or a pipe has no colour codes, nor has one whose reader wants none (<https://no-color.org>).
fn colours() -> bool {
    std::io::stderr().is_terminal()
        && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    Ok(tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?)
}
