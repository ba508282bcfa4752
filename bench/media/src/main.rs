//! `bench-media`: the same load against the built-in media server, LiveKit, Janus and a bare forwarding loop, in one run.

mod count;
mod janus;
mod limit;
mod livekit;
mod load;
mod report;
mod session;
mod srtp;
mod stream;
mod target;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::load::Load;
use crate::report::{Joins, Measured, Step};
use crate::target::{Kind, Programs, Server, Who, usage};

#[derive(Parser)]
#[command(about = "The same load against several media servers")]
struct Arguments {
    #[command(subcommand)]
    command: Option<Role>,
    /// The built-in server's standalone program.
    #[arg(long)]
    built_in: Option<PathBuf>,
    #[arg(long)]
    livekit: Option<PathBuf>,
    #[arg(long)]
    janus: Option<PathBuf>,
    /// Seconds that each step is measured.
    #[arg(long, default_value_t = 8)]
    seconds: u64,
    /// Rooms of one publisher (audio and video) and ten subscribers, step by step.
    #[arg(long, value_delimiter = ',', default_values_t = [1, 2, 5, 10, 15, 20, 30, 40, 60])]
    rooms: Vec<usize>,
    /// Subscribers decrypt everything and send the feedback that browsers send. Costs the generator more than it costs most servers.
    #[arg(long)]
    feedback: bool,
    /// Only these, by name.
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
    /// A folder for what the servers say; they are then told to say much.
    #[arg(long)]
    logs: Option<PathBuf>,
    /// Keeps the last step running for this many seconds and prints the server's process id, for a profiler.
    #[arg(long, default_value_t = 0)]
    hold: u64,
}

#[derive(Subcommand)]
enum Role {
    /// The bare forwarding loop that the servers are held against.
    Limit {
        #[arg(long)]
        address: SocketAddr,
    },
}

const SUBSCRIBERS: usize = 10;

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    if let Some(Role::Limit { address }) = arguments.command {
        return limit::serve(address);
    }
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()?
        .block_on(compare(&arguments))
}

async fn compare(arguments: &Arguments) -> Result<()> {
    let programs = Programs {
        built_in: arguments.built_in.clone(),
        livekit: arguments.livekit.clone(),
        janus: arguments.janus.clone(),
        logs: arguments.logs.clone(),
    };
    let here = [
        (Kind::Limit, true),
        (Kind::BuiltIn, programs.built_in.is_some()),
        (Kind::LiveKit, programs.livekit.is_some()),
        (Kind::Janus, programs.janus.is_some()),
    ];
    let mut all = Vec::new();
    for (kind, here) in here {
        if !arguments.only.is_empty() && !arguments.only.iter().any(|name| name == kind.name()) {
            continue;
        }
        if !here {
            eprintln!("!!! {} is SKIPPED: no such program was named", kind.name());
            continue;
        }
        eprintln!("{} …", kind.name());
        all.push(measure(kind, &programs, arguments).await?);
    }
    println!("{}", report::page(&all, arguments.feedback));
    Ok(())
}

/// Raises the load step by step until packets are lost.
async fn measure(kind: Kind, programs: &Programs, arguments: &Arguments) -> Result<Measured> {
    let server = Server::start(kind, programs)?;
    let load = Load::start()?;
    let empty = server.usage()?;
    let mut measured = Measured {
        kind,
        steps: Vec::new(),
        joins: Joins::default(),
    };
    let mut rooms = 0;
    for &wanted in &arguments.rooms {
        let before = server.usage()?;
        let mut joined = 0u32;
        for room in rooms..wanted {
            let publisher = Who {
                room,
                place: Some(0),
                number: 0,
            };
            load.add(server.join(&publisher, arguments.feedback).await?.0)?;
            joined += 1;
            for number in 0..SUBSCRIBERS {
                let (client, took) = server
                    .join(
                        &Who {
                            room,
                            place: None,
                            number,
                        },
                        arguments.feedback,
                    )
                    .await?;
                load.add(client)?;
                joined += 1;
                if rooms == 0 {
                    measured.joins.took.push(took);
                }
            }
        }
        if rooms == 0 {
            measured.joins.cpu = (server.usage()?.cpu - before.cpu) / joined;
        }
        rooms = wanted;
        // What joining has queued is sent; key frames have come.
        tokio::time::sleep(Duration::from_secs(2)).await;
        let step = window(&server, &load, rooms, arguments.seconds).await?;
        let participants = rooms * (1 + SUBSCRIBERS);
        let memory = step.memory.saturating_sub(empty.memory) / participants as u64;
        let step = Step {
            memory_per_participant: memory,
            ..step
        };
        eprintln!("  {}", report::line(&step));
        let over = step.loss() > 0.001 || step.missing > 0;
        measured.steps.push(step);
        if over {
            break;
        }
    }
    if arguments.hold > 0 {
        eprintln!("  holding; the server's process id is {}", server.pid());
        tokio::time::sleep(Duration::from_secs(arguments.hold)).await;
    }
    Ok(measured)
}

async fn window(server: &Server, load: &Load, rooms: usize, seconds: u64) -> Result<Step> {
    let own = std::process::id();
    load.mark()?;
    let (began, server_before, own_before) =
        (std::time::Instant::now(), server.usage()?, usage(own)?);
    tokio::time::sleep(Duration::from_secs(seconds)).await;
    let (server_after, own_after) = (server.usage()?, usage(own)?);
    let took = began.elapsed();
    let reading = load.read()?;
    let mut delays = reading.delays;
    let streams = rooms * SUBSCRIBERS * 2;
    Ok(Step {
        rooms,
        streams,
        missing: streams.saturating_sub(reading.window.streams),
        received: reading.window.received,
        lost: reading.window.lost,
        expected: reading.sent * SUBSCRIBERS as u64,
        took,
        cpu: server_after.cpu - server_before.cpu,
        generator: own_after.cpu - own_before.cpu,
        p50: count::percentile(&mut delays, 0.5),
        p99: count::percentile(&mut delays, 0.99),
        memory: server_after.memory,
        memory_per_participant: 0,
    })
}
