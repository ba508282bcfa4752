//! From what was measured to a page: figures, and ratios beside the limit and the others.

use std::fmt::Write;
use std::time::Duration;

use crate::count::percentile;
use crate::target::Kind;

/// One load, measured.
#[derive(Clone)]
pub struct Step {
    pub rooms: usize,
    /// Forwarded streams, audio and video each counted.
    pub streams: usize,
    /// Streams of which nothing came.
    pub missing: usize,
    pub received: u64,
    /// Gaps in the sequence numbers.
    pub lost: u64,
    /// What publishers sent, times their subscribers.
    pub expected: u64,
    pub took: Duration,
    pub cpu: Duration,
    pub generator: Duration,
    pub p50: Duration,
    pub p99: Duration,
    pub memory: u64,
    pub memory_per_participant: u64,
}

impl Step {
    pub fn per_second(&self) -> f64 {
        self.received as f64 / self.took.as_secs_f64()
    }

    /// Gaps, or what never came without leaving a gap, whichever is more: a server that renumbers hides what it drops itself.
    pub fn loss(&self) -> f64 {
        let gaps = self.lost as f64 / (self.received + self.lost).max(1) as f64;
        // Packets on their way at both ends of the window are worth a frame of each stream.
        let edge = self.streams as f64 * 5.0;
        let unseen =
            (self.expected as f64 - self.received as f64 - edge) / self.expected.max(1) as f64;
        gaps.max(unseen)
    }

    fn cores(&self) -> f64 {
        self.cpu.as_secs_f64() / self.took.as_secs_f64()
    }

    /// Processor time per forwarded packet, in µs; receiving what is forwarded is in it.
    pub fn per_packet(&self) -> f64 {
        self.cpu.as_secs_f64() * 1e6 / self.received.max(1) as f64
    }
}

#[derive(Default)]
pub struct Joins {
    /// Until the first media packet came, of the subscribers of the first room, one after another.
    pub took: Vec<Duration>,
    /// Processor time of the server per join, signalling, ICE and DTLS and what it forwarded meanwhile.
    pub cpu: Duration,
}

pub struct Measured {
    pub kind: Kind,
    pub steps: Vec<Step>,
    pub joins: Joins,
}

impl Measured {
    /// The highest load at which less than one packet in a thousand was lost.
    fn best(&self) -> Option<&Step> {
        self.steps
            .iter()
            .rev()
            .find(|step| step.loss() < 0.001 && step.missing == 0)
    }

    /// The step nearest to 20,000 packets a second.
    fn goal(&self) -> Option<&Step> {
        self.steps
            .iter()
            .min_by_key(|step| (step.per_second() - 20_000.0).abs() as u64)
    }
}

pub fn line(step: &Step) -> String {
    format!(
        "{:>3} rooms {:>4} streams {:>7.0} packets/s {:>5.2} cores {:>6.2} µs/packet  loss {:.3} %  missing {}  p50 {:.2} ms p99 {:.2} ms  {:.0} MB  generator {:.2} cores",
        step.rooms,
        step.streams,
        step.per_second(),
        step.cores(),
        step.per_packet(),
        step.loss().max(0.0) * 100.0,
        step.missing,
        ms(step.p50),
        ms(step.p99),
        step.memory as f64 / 1e6,
        step.generator.as_secs_f64() / step.took.as_secs_f64(),
    )
}

fn ms(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}

/// Markdown: a table of the comparison, and every step below it.
pub fn page(all: &[Measured], feedback: bool) -> String {
    let mut out = String::new();
    let told = if feedback {
        "send feedback as browsers do"
    } else {
        "send no feedback on media"
    };
    let _ = writeln!(
        out,
        "Rooms of one publisher (audio, 50 packets/s, and video, 150 packets/s) and ten subscribers that {told}.\n"
    );
    let names: Vec<&str> = all.iter().map(|m| m.kind.name()).collect();
    let _ = writeln!(out, "| | {} |", names.join(" | "));
    let _ = writeln!(out, "|---|{}", "---|".repeat(all.len()));
    let mut row = |name: &str, of: &dyn Fn(&Measured) -> Option<String>| {
        let cells: Vec<String> = all
            .iter()
            .map(|m| of(m).unwrap_or_else(|| "–".to_owned()))
            .collect();
        let _ = writeln!(out, "| {name} | {} |", cells.join(" | "));
    };
    row("at about 20,000 packets/s out: packets/s", &|m| {
        m.goal().map(|s| format!("{:.0}", s.per_second()))
    });
    row("processor time per forwarded packet, µs", &|m| {
        m.goal().map(|s| format!("{:.2}", s.per_packet()))
    });
    row("– times the limit's", &|m| {
        let limit = all
            .iter()
            .find(|m| m.kind == Kind::Limit)?
            .goal()?
            .per_packet();
        m.goal().map(|s| format!("{:.2}", s.per_packet() / limit))
    });
    row("delay through the server p50 / p99, ms", &|m| {
        m.goal()
            .map(|s| format!("{:.2} / {:.2}", ms(s.p50), ms(s.p99)))
    });
    row("memory per participant, MB", &|m| {
        let step = m.goal().filter(|_| m.kind != Kind::Limit)?;
        Some(format!("{:.2}", step.memory_per_participant as f64 / 1e6))
    });
    row("at the first step: delay p50 / p99, ms", &|m| {
        m.steps
            .first()
            .map(|s| format!("{:.2} / {:.2}", ms(s.p50), ms(s.p99)))
    });
    row(
        "highest load with under 0.1 % lost: forwarded streams",
        &|m| m.best().map(|s| s.streams.to_string()),
    );
    row("– processor cores at that load", &|m| {
        m.best().map(|s| format!("{:.2}", s.cores()))
    });
    row("– forwarded streams per core", &|m| {
        m.best()
            .map(|s| format!("{:.0}", s.streams as f64 / s.cores().max(0.01)))
    });
    row("– delay p99, ms", &|m| {
        m.best().map(|s| format!("{:.2}", ms(s.p99)))
    });
    row("a join until the first media packet p50 / max, ms", &|m| {
        let mut took = m.joins.took.clone();
        (m.kind != Kind::Limit).then(|| {
            format!(
                "{:.0} / {:.0}",
                ms(percentile(&mut took, 0.5)),
                ms(percentile(&mut took, 1.0))
            )
        })
    });
    row("a join, processor time of the server, ms", &|m| {
        (m.kind != Kind::Limit).then(|| format!("{:.1}", ms(m.joins.cpu)))
    });
    for measured in all {
        let _ = writeln!(out, "\n{}:\n", measured.kind.name());
        for step in &measured.steps {
            let _ = writeln!(out, "    {}", line(step));
        }
    }
    out
}
