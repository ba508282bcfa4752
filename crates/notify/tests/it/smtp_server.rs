//! Starts the real SMTP server of `smtp_server.py`, with Python packages in a virtual environment of the build folder.

use serde::Deserialize;
use std::{
    collections::HashMap,
    io::{BufRead, BufReader, Read, Write},
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, Stdio},
    sync::OnceLock,
};

const PACKAGES: [&str; 2] = ["aiosmtpd==1.4.6", "trustme==1.2.1"];

/// A mail as the server took it.
#[derive(Debug, Deserialize)]
pub(crate) struct Delivery {
    pub(crate) recipients: Vec<String>,
    pub(crate) headers: HashMap<String, String>,
    #[serde(rename = "type")]
    pub(crate) kind: String,
    pub(crate) parts: Vec<Part>,
    pub(crate) encrypted: bool,
    pub(crate) signed_in: bool,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Part {
    #[serde(rename = "type")]
    pub(crate) kind: String,
    pub(crate) charset: String,
    pub(crate) text: String,
}

pub(crate) struct Server {
    process: Child,
    output: BufReader<ChildStdout>,
    pub(crate) port: u16,
}

impl Server {
    /// `None`, after saying so, only where the tests were told to do without.
    pub(crate) fn start(mode: &str, folder: Option<&Path>) -> Option<Self> {
        let python = python()?;
        let mut command = Command::new(python);
        command
            .arg(concat!(
                env!("CARGO_MANIFEST_DIR"),
                "/tests/it/smtp_server.py"
            ))
            .arg(mode)
            .args(folder);
        let mut process = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the server starts");
        let mut output = BufReader::new(process.stdout.take().expect("its output is piped"));
        let mut port = String::new();
        output
            .read_line(&mut port)
            .expect("the server's output is text");
        let port = port
            .trim()
            .parse()
            .expect("the server prints its port first");
        Some(Self {
            process,
            output,
            port,
        })
    }

    /// Everything the server took.
    pub(crate) fn finish(mut self) -> Vec<Delivery> {
        drop(self.process.stdin.take());
        let lines = self.output.by_ref().lines();
        lines
            .map(|line| serde_json::from_str(&line.expect("text")).expect("a delivery in JSON"))
            .collect()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself; either way it is gone and waited for afterwards.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The Python to run the server with: `TRIALOGUE_TEST_PYTHON`, or one made in the build folder on first use.
fn python() -> Option<&'static Path> {
    static PYTHON: OnceLock<Option<PathBuf>> = OnceLock::new();
    PYTHON
        .get_or_init(|| {
            if std::env::var_os("TRIALOGUE_SKIP_SMTP_TESTS").is_some() {
                // Not `eprintln!`, which the test harness swallows when a test passes.
                let _ = writeln!(std::io::stderr(), "SKIPPED: tests against a real SMTP server, since TRIALOGUE_SKIP_SMTP_TESTS is set");
                return None;
            }
            std::env::var_os("TRIALOGUE_TEST_PYTHON").map(PathBuf::from).or_else(|| Some(make_environment()))
        })
        .as_deref()
}

fn make_environment() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("smtp-venv");
    let python = folder.join("bin/python");
    let complete = folder.join(PACKAGES.join("+"));
    if !complete.exists() {
        run(Command::new("python3")
            .args(["-m", "venv", "--clear"])
            .arg(&folder));
        run(Command::new(&python)
            .args([
                "-m",
                "pip",
                "install",
                "--quiet",
                "--disable-pip-version-check",
            ])
            .args(PACKAGES));
        std::fs::write(complete, "").expect("the environment can be marked complete");
    }
    python
}

fn run(command: &mut Command) {
    let done = command.status().is_ok_and(|status| status.success());
    assert!(
        done,
        "{command:?} failed. These tests run a real SMTP server and need python3 with its venv module and a package index. \
         Set TRIALOGUE_TEST_PYTHON to a Python that has {PACKAGES:?}, or TRIALOGUE_SKIP_SMTP_TESTS=1 to do without."
    );
}
