//! A server as a child process, and what the system says of it.

use anyhow::{Context, bail};
use rustix::process::{Pid, Signal, kill_process};
use std::collections::BTreeMap;
use std::fs;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A running server; killed when dropped.
#[derive(Debug)]
pub struct Server {
    child: Child,
    pub address: SocketAddr,
}

/// An address on this machine that is free now.
pub fn free_address() -> anyhow::Result<SocketAddr> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?)
}

/// The command that serves Trialogue from the folder `data`, with limits out of a load generator's way.
pub fn trialogue(program: &Path, address: SocketAddr, data: &Path) -> Command {
    let mut command = Command::new(program);
    command
        .arg("serve")
        .arg("--listen")
        .arg(address.to_string())
        .arg("--data-dir")
        .arg(data);
    command.env("TRIALOGUE_PUBLIC_URL", format!("http://{address}"));
    for limit in [
        "SIGN_INS_PER_MINUTE",
        "MESSAGES_PER_MINUTE",
        "KNOCKS_PER_MINUTE",
        "VISITORS_PER_MINUTE",
    ] {
        command.env(format!("TRIALOGUE_LIMITS__{limit}"), "1000000000");
    }
    command.env("TRIALOGUE_LIMITS__INVITATIONS_PER_HOUR", "1000000000");
    command.stdin(Stdio::null()).stdout(Stdio::null());
    command
}

impl Server {
    /// Starts a server that will listen on `address` and waits until it does.
    pub async fn start(
        mut command: Command,
        address: SocketAddr,
        within: Duration,
    ) -> anyhow::Result<Self> {
        let child = command
            .spawn()
            .with_context(|| format!("could not start {}", command.get_program().display()))?;
        let mut server = Self { child, address };
        let deadline = Instant::now() + within;
        while tokio::net::TcpStream::connect(address).await.is_err() {
            if let Some(status) = server.child.try_wait()? {
                bail!("the server ended before it listened: {status}");
            }
            if Instant::now() > deadline {
                bail!("the server did not listen on {address} within {within:?}");
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        Ok(server)
    }

    /// SIGKILL: no chance to finish anything. Returns once the process is gone.
    pub fn kill(mut self) -> anyhow::Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// SIGTERM, and waits for the end.
    pub fn stop(mut self) -> anyhow::Result<()> {
        kill_process(Pid::from_child(&self.child), Signal::TERM)?;
        let status = self.child.wait()?;
        if !status.success() {
            bail!("the server ended with {status}");
        }
        Ok(())
    }

    /// Processor time used so far, user and system together.
    pub fn cpu(&self) -> anyhow::Result<Duration> {
        cpu_in(&fs::read_to_string(format!(
            "/proc/{}/stat",
            self.child.id()
        ))?)
    }

    /// Processor time so far by the name of the thread.
    pub fn cpu_by_thread(&self) -> anyhow::Result<BTreeMap<String, Duration>> {
        let mut by_name = BTreeMap::new();
        for task in fs::read_dir(format!("/proc/{}/task", self.child.id()))? {
            let stat = fs::read_to_string(task?.path().join("stat"))?;
            let name = stat
                .split_once('(')
                .and_then(|(_, rest)| rest.rsplit_once(')'))
                .map_or("?", |(name, _)| name);
            *by_name.entry(name.to_owned()).or_default() += cpu_in(&stat)?;
        }
        Ok(by_name)
    }

    /// Resident memory in bytes.
    pub fn memory(&self) -> anyhow::Result<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let kilobytes = status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:")?.trim().strip_suffix(" kB"));
        Ok(kilobytes.context("no VmRSS")?.trim().parse::<u64>()? * 1024)
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have been waited for already; then there is nothing left to kill.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// `utime` and `stime`, the 14th and 15th field of proc(5)'s stat; the second field may hold spaces.
fn cpu_in(stat: &str) -> anyhow::Result<Duration> {
    let (_, after_name) = stat.rsplit_once(')').context("not a stat line")?;
    let mut fields = after_name.split_whitespace().skip(11);
    let mut ticks =
        || -> anyhow::Result<u64> { Ok(fields.next().context("a short stat line")?.parse()?) };
    let ticks = ticks()? + ticks()?;
    Ok(Duration::from_micros(
        ticks * 1_000_000 / rustix::param::clock_ticks_per_second(),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn processor_time_is_read_past_a_name_with_spaces_and_brackets() {
        let stat = "42 (a (b) c) S 1 42 42 0 -1 4194560 100 0 0 0 250 50 0 0 20 0 1 0 100 1000 10";
        let ticks = rustix::param::clock_ticks_per_second();
        assert_eq!(
            cpu_in(stat).unwrap(),
            Duration::from_micros(300 * 1_000_000 / ticks)
        );
    }
}
