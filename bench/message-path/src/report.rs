//! Medians, ratios, and where the time goes.

use crate::measure::{Load, Run};

/// A figure of a run.
type Figure = (&'static str, fn(&Run) -> f64);

const FIGURES: [Figure; 16] = [
    ("saturated: messages/s", |run| {
        run.saturated.messages_per_second
    }),
    ("saturated: server CPU, µs/message", |run| {
        run.saturated.cpu_us_per_message
    }),
    ("saturated: p50, ms", |run| run.saturated.p50_ms),
    ("saturated: p99, ms", |run| run.saturated.p99_ms),
    ("saturated: syncs/message", |run| {
        run.saturated.syncs_per_message
    }),
    ("quiet: p50, ms", |run| run.quiet.p50_ms),
    ("quiet: p99, ms", |run| run.quiet.p99_ms),
    ("quiet: syncs/message", |run| run.quiet.syncs_per_message),
    ("idle: MB per 1,000 sockets", |run| run.idle_mb_per_1000),
    ("slow syncs: messages/s", |run| {
        run.slow_sync.messages_per_second
    }),
    ("slow syncs: p99, ms", |run| run.slow_sync.p99_ms),
    ("among idle conversations: messages/s", |run| {
        run.among_idle.messages_per_second
    }),
    ("among idle conversations: CPU, µs/message", |run| {
        run.among_idle.cpu_us_per_message
    }),
    ("long logs, times the short ones", |run| run.grown),
    ("long logs: messages/s", |run| {
        run.long_logs.messages_per_second
    }),
    ("long logs: CPU, µs/message", |run| {
        run.long_logs.cpu_us_per_message
    }),
];

/// Prints a table of all servers' medians, with ratios to the first.
pub fn print(servers: &[(&'static str, Vec<Run>)]) {
    let mut head = "| median".to_owned();
    for (name, runs) in servers {
        head += &format!(" | {name} ({} runs)", runs.len());
    }
    println!("{head} | ratio |");
    println!("|---|{}", "---|".repeat(servers.len() + 1));
    for (name, figure) in FIGURES {
        let medians: Vec<f64> = servers
            .iter()
            .map(|(_, runs)| median(runs.iter().map(figure)))
            .collect();
        let cells: Vec<String> = medians.iter().map(|&value| written(value)).collect();
        let ratio = match medians.as_slice() {
            [limit, .., ours] => written(ours / limit),
            _ => String::new(),
        };
        println!("| {name} | {} | {ratio} |", cells.join(" | "));
    }
    for (name, runs) in servers {
        println!(
            "\nWhere the processor time of {name} goes at saturation, µs per message by thread:"
        );
        let loads: Vec<&Load> = runs.iter().map(|run| &run.saturated).collect();
        let threads = loads
            .first()
            .map(|load| load.cpu_us_by_thread.keys())
            .into_iter()
            .flatten();
        for thread in threads {
            let used = median(
                loads
                    .iter()
                    .filter_map(|load| load.cpu_us_by_thread.get(thread).copied()),
            );
            if used >= 0.05 {
                println!("  {thread:<18} {used:>6.1}");
            }
        }
    }
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

fn written(value: f64) -> String {
    if value >= 1_000.0 {
        format!("{value:.0}")
    } else if value >= 10.0 {
        format!("{value:.1}")
    } else {
        format!("{value:.2}")
    }
}
