//! The message path, measured beside a hub that does nothing but persist and deliver (`bare-hub`), in one run on one
//! machine: rooms of four; saturation, a quiet load, idle sockets, slow syncs, many idle conversations, long logs. Order
//! and completeness are checked; a fault fails the run. Machines differ, so what counts is the ratio.

mod frames;
mod measure;
mod member;
mod report;
mod room;
mod shim;
mod target;

use anyhow::Context;
use clap::Parser;
use measure::{Plan, Run};
use std::path::PathBuf;
use std::time::Duration;
use target::Target;

#[derive(Parser)]
#[command(about)]
struct Arguments {
    /// The `trialogue` binary; without it only the hub is measured.
    #[arg(long)]
    trialogue: Option<PathBuf>,
    /// The bare hub; the default is the one beside this program.
    #[arg(long)]
    hub: Option<PathBuf>,
    /// Where the servers keep their data; the default is beside this program. Must be a real disk: syncs are measured.
    #[arg(long)]
    folder: Option<PathBuf>,
    /// Runs; medians are printed.
    #[arg(long, default_value_t = 3)]
    runs: usize,
    #[arg(long, default_value_t = 16)]
    rooms: usize,
    /// Messages that each member keeps on the way at saturation.
    #[arg(long, default_value_t = 8)]
    window: usize,
    /// Seconds of saturation.
    #[arg(long, default_value_t = 5)]
    saturated: u64,
    /// Seconds of the quiet load.
    #[arg(long, default_value_t = 15)]
    quiet: u64,
    #[arg(long, default_value_t = 1_000)]
    idle_sockets: usize,
    /// Conversations that lie there while others talk.
    #[arg(long, default_value_t = 5_000)]
    idle_conversations: usize,
    /// Seconds for which the logs grow before long ones are measured.
    #[arg(long, default_value_t = 40)]
    growing: u64,
}

// One thread: the generator shares the machine with the server, and wakes across threads would cost it more.
#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let program = std::env::current_exe()?;
    let beside = program.parent().context("this program lies nowhere")?;
    let hub = arguments.hub.unwrap_or_else(|| beside.join("bare-hub"));
    let folder = arguments.folder.unwrap_or_else(|| beside.to_owned());
    let plan = Plan {
        rooms: arguments.rooms,
        window: arguments.window,
        warm_up: Duration::from_secs(2),
        saturated: Duration::from_secs(arguments.saturated),
        quiet: Duration::from_secs(arguments.quiet),
        quiet_per_second: 40,
        idle_sockets: arguments.idle_sockets,
        sync_delay: Duration::from_millis(5),
        idle_conversations: arguments.idle_conversations,
        growing: Duration::from_secs(arguments.growing),
    };
    let mut targets = vec![Target::Hub { program: hub }];
    targets.extend(
        arguments
            .trialogue
            .map(|program| Target::Trialogue { program }),
    );
    let mut servers: Vec<(&'static str, Vec<Run>)> = targets
        .iter()
        .map(|target| (target.name(), Vec::new()))
        .collect();
    for number in 1..=arguments.runs {
        for (target, (name, runs)) in targets.iter().zip(&mut servers) {
            eprintln!("run {number} of {}: {name}", arguments.runs);
            runs.push(
                measure::run(target, &plan, &folder)
                    .await
                    .with_context(|| name.to_owned())?,
            );
        }
    }
    println!(
        "{} rooms of {}, {} messages on the way per member at saturation, 40 messages/s when quiet, slow syncs: +5 ms each\n",
        plan.rooms,
        room::MEMBERS,
        plan.window
    );
    report::print(&servers);
    Ok(())
}
