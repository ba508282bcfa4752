//! Counts a server's syncs from outside, and makes each slower where asked: a preloaded library around `fsync`.

use anyhow::{Context, bail};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

pub struct Shim {
    library: PathBuf,
    count: PathBuf,
    delay: Duration,
}

impl Shim {
    /// Compiles the library into `folder`.
    pub fn build(folder: &Path, delay: Duration) -> anyhow::Result<Self> {
        let (source, library) = (folder.join("sync-shim.c"), folder.join("sync-shim.so"));
        std::fs::write(&source, include_str!("sync-shim.c"))?;
        let compiled = Command::new("cc")
            .args(["-shared", "-fPIC", "-O2", "-o"])
            .arg(&library)
            .arg(&source)
            .status();
        if !compiled.context("no C compiler")?.success() {
            bail!("the sync counter did not compile");
        }
        let count = folder.join("sync-count");
        std::fs::write(&count, 0u64.to_ne_bytes())?;
        Ok(Self {
            library,
            count,
            delay,
        })
    }

    pub fn preload(&self, command: &mut Command) {
        command
            .env("LD_PRELOAD", &self.library)
            .env("SYNC_SHIM_COUNT", &self.count);
        command.env("SYNC_SHIM_DELAY_US", self.delay.as_micros().to_string());
    }

    /// Syncs so far.
    pub fn count(&self) -> anyhow::Result<u64> {
        let bytes = std::fs::read(&self.count)?;
        Ok(u64::from_ne_bytes(
            bytes
                .as_slice()
                .try_into()
                .context("the sync counter's file was cut off")?,
        ))
    }
}
