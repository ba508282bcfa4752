//! Kills a loaded server with SIGKILL at random moments, again and again, and then looks for what is missing: every
//! acknowledged message is there once, seqs have no gap, whatever anybody was shown is in the log, every effect is done
//! once. Prints its seed; the same seed kills after the same spans.

mod audit;
mod member;

use anyhow::{Context, ensure};
use clap::Parser;
use fastrand::Rng;
use member::{Member, Pace};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};
use trialogue_driver::{Api, Cast, Server, free_address, seat_room, seat_visitor, trialogue};

const START_WITHIN: Duration = Duration::from_secs(60);
/// Longer than any lease: by then whatever a killed worker had in hand was taken over.
const DRAIN_WITHIN: Duration = Duration::from_secs(240);

/// People talking among themselves, several messages at once.
const TALK: Pace = Pace {
    every: Duration::from_millis(8),
    window: 4,
    text: "We could meet at the station, number",
};
/// A visitor alone with the persona: each message is a question that a worker answers.
const ASK: Pace = Pace {
    every: Duration::from_millis(60),
    window: 1,
    text: "When does the museum open, question",
};

#[derive(Parser)]
#[command(about)]
struct Arguments {
    /// The `trialogue` binary; the default is the one beside this program.
    #[arg(long)]
    trialogue: Option<PathBuf>,
    #[arg(long, default_value_t = 50)]
    kills: u32,
    /// Conversations of four people.
    #[arg(long, default_value_t = 4)]
    rooms: usize,
    /// Visitors alone with the persona.
    #[arg(long, default_value_t = 4)]
    visitors: usize,
    #[arg(long)]
    seed: Option<u64>,
    /// Where the server keeps its data; the default is beside this program. Must be a real disk.
    #[arg(long)]
    folder: Option<PathBuf>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let seed = arguments.seed.unwrap_or_else(|| fastrand::u64(..));
    let mut random = Rng::with_seed(seed);
    println!("{} kills, seed {seed}", arguments.kills);
    let program = std::env::current_exe()?;
    let beside = program.parent().context("this program lies nowhere")?;
    let data = tempfile::tempdir_in(arguments.folder.as_deref().unwrap_or(beside))?;
    let trialogue_binary = arguments
        .trialogue
        .clone()
        .unwrap_or_else(|| beside.join("trialogue"));
    let address = free_address()?;
    let api = Api::new(address);
    let life = Life {
        program: &trialogue_binary,
        address,
        data: data.path(),
    };

    let server = life.begin().await?;
    let cast = Cast::assemble(&api)
        .await
        .context("could not set the server up")?;
    let mut members = seat_everybody(&api, &cast, &arguments).await?;
    server.kill()?;

    for kill in 1..=arguments.kills {
        let server = life.begin().await?;
        let clients = members.drain(..).map(|mut member| {
            let api = api.clone();
            async move {
                member.live(&api, None).await;
                member
            }
        });
        let mut clients: JoinSet<Member> = clients.collect();
        sleep(Duration::from_millis(random.u64(50..1_500))).await;
        server.kill()?;
        while let Some(member) = clients.join_next().await {
            members.push(member?);
        }
        if kill % 10 == 0 {
            let acknowledged: usize = members.iter().map(|member| member.acknowledged.len()).sum();
            println!("{kill} kills, {acknowledged} messages acknowledged");
        }
    }

    let server = life.begin().await?;
    settle(&api, &mut members, &data.path().join("trialogue.db")).await?;
    server.stop()?;
    let (tally, faults) = audit::audit(&data.path().join("trialogue.db"), &members)?;
    println!("{tally:#?}");
    for fault in faults.iter().take(20) {
        println!("FAULT: {fault}");
    }
    ensure!(
        faults.is_empty(),
        "{} faults with seed {seed}",
        faults.len()
    );
    println!("nothing is missing, nothing is double");
    Ok(())
}

/// How each life of the server begins.
struct Life<'a> {
    program: &'a Path,
    address: SocketAddr,
    data: &'a Path,
}

impl Life<'_> {
    async fn begin(&self) -> anyhow::Result<Server> {
        Server::start(
            trialogue(self.program, self.address, self.data),
            self.address,
            START_WITHIN,
        )
        .await
    }
}

async fn seat_everybody(
    api: &Api,
    cast: &Cast,
    arguments: &Arguments,
) -> anyhow::Result<Vec<Member>> {
    let mut members = Vec::new();
    for room in 0..arguments.rooms {
        for (place, seat) in seat_room(api, cast).await?.into_iter().enumerate() {
            members.push(Member::new(
                seat,
                format!("room{room}-{place}"),
                TALK,
                place == 0,
            ));
        }
    }
    for visitor in 0..arguments.visitors {
        members.push(Member::new(
            seat_visitor(api, cast).await?,
            format!("visitor{visitor}"),
            ASK,
            false,
        ));
    }
    Ok(members)
}

/// Lets everybody hear what became of everything, and the workers finish.
async fn settle(api: &Api, members: &mut Vec<Member>, database: &Path) -> anyhow::Result<()> {
    let deadline = Instant::now() + DRAIN_WITHIN;
    let mut told = None;
    loop {
        let mut clients: JoinSet<Member> = members
            .drain(..)
            .map(|mut member| {
                let api = api.clone();
                async move {
                    member
                        .live(&api, Some(Instant::now() + Duration::from_secs(3)))
                        .await;
                    member
                }
            })
            .collect();
        while let Some(member) = clients.join_next().await {
            members.push(member?);
        }
        let waiting: usize = members
            .iter()
            .map(|member| member.unacknowledged.len())
            .sum();
        let effects = audit::unfinished_effects(database)?;
        if (waiting == 0 && effects == 0) || Instant::now() > deadline {
            return Ok(());
        }
        if told.replace((waiting, effects)) != Some((waiting, effects)) {
            println!("{waiting} messages and {effects} effects are still under way");
        }
    }
}
