//! Writes the TypeScript types of everything that goes over the live socket, for `make types` and the check in CI.

use std::path::PathBuf;
use trialogue_conversation::command::PostMessage;
use trialogue_server::dashboard_changes::ChangedList;
use trialogue_server::live::dashboard::DashboardFrame;
use trialogue_server::live::frames::{ClientFrame, ServerFrame};
use ts_rs::{Config, TS};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder: PathBuf = std::env::args_os()
        .nth(1)
        .ok_or("usage: export_types FOLDER")?
        .into();
    let config = Config::new().with_out_dir(&folder).with_large_int("number");
    ClientFrame::export_all(&config)?;
    ServerFrame::export_all(&config)?;
    DashboardFrame::export_all(&config)?;
    ChangedList::export_all(&config)?;
    PostMessage::export_all(&config)?;
    println!("The types are in {}.", folder.display());
    Ok(())
}
