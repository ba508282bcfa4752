//! A full disk is a state of its own: refused, told, and over by itself.

use crate::support::*;
use std::time::Duration;
use trialogue_conversation::ids::Seq;
use trialogue_storage::*;

/// Appends to a new conversation until the disk is full. Returns the conversation and how many of its appends were taken.
async fn fill(store: &dyn Store, home: Home) -> (trialogue_conversation::ids::ConversationId, u64) {
    let id = conversation_id();
    let text = "x".repeat(10_000);
    for after in 0..10_000 {
        match store.append(append(home, id, after, &[&text])).await {
            Ok(()) => {}
            Err(AppendError::Full) => return (id, after),
            Err(error) => panic!("{error}"),
        }
    }
    panic!("the disk was never full");
}

#[tokio::test]
async fn a_full_disk_refuses_tells_and_goes_on_reading() {
    let store = fresh_with(|options| {
        options.max_pages = Some(200);
        options.probe_every = Duration::ZERO;
    });
    let home = home(&*store, "acme").await;
    assert_eq!(store.health().await.unwrap().writes, Writes::Taken);
    let (id, taken) = fill(&*store, home).await;
    assert!(taken > 10);

    assert_eq!(store.health().await.unwrap().writes, Writes::Full);
    assert_eq!(
        store.append(append(home, id, taken, &["small"])).await,
        Err(AppendError::Full)
    );
    assert_eq!(
        store.write(home.workspace_id, vec![]).await,
        Err(Error::Full)
    );
    assert_eq!(
        store.last_seq(id).await.unwrap(),
        Seq(taken),
        "what was taken stays, what was refused left nothing"
    );
    let read = store.events(id, Seq(0), 10_000).await.unwrap();
    assert_eq!(read.len() as u64, taken);
}

#[tokio::test]
async fn one_write_too_large_fails_alone() {
    let store = fresh_with(|options| {
        options.max_pages = Some(300);
        options.probe_every = Duration::ZERO;
    });
    let home = home(&*store, "acme").await;
    let (large, small) = (conversation_id(), conversation_id());
    let huge = "x".repeat(MAX_EVENT_BYTES);
    let (refused, _) = tokio::join!(
        store.append(append(home, large, 0, &[&huge, &huge])),
        store.append(append(home, small, 0, &["small"]))
    );
    assert_eq!(refused, Err(AppendError::Full));
    // There is room for ordinary writes, so the state ends with the next one.
    assert_eq!(
        store
            .append(append(home, conversation_id(), 0, &["small"]))
            .await,
        Ok(())
    );
    assert_eq!(store.health().await.unwrap().writes, Writes::Taken);
    assert_eq!(store.last_seq(large).await.unwrap(), Seq(0));
}

#[tokio::test]
async fn writing_goes_on_by_itself_once_there_is_room() {
    let store = fresh_with(|options| {
        options.max_pages = Some(300);
        options.probe_every = Duration::ZERO;
    });
    let home = home(&*store, "acme").await;
    let (id, taken) = fill(&*store, home).await;
    assert_eq!(store.health().await.unwrap().writes, Writes::Full);
    // Somebody makes room: as many pages as the probe wants, and more.
    let broom = rusqlite::Connection::open(store.folder.path().join("trialogue.db")).unwrap();
    broom
        .execute("DELETE FROM events WHERE seq <= 80", [])
        .unwrap();
    assert_eq!(
        store.health().await.unwrap().writes,
        Writes::Taken,
        "asking for health is enough to notice"
    );
    assert_eq!(
        store
            .append(append(home, id, taken, &["taken again"]))
            .await,
        Ok(())
    );
}

#[tokio::test]
async fn between_two_probes_writes_are_refused_at_once() {
    let store = fresh_with(|options| {
        options.max_pages = Some(300);
        options.probe_every = Duration::from_secs(3_600);
    });
    let home = home(&*store, "acme").await;
    let (id, taken) = fill(&*store, home).await;
    assert_eq!(
        store
            .append(append(home, id, taken, &["probes once"]))
            .await,
        Err(AppendError::Full)
    );
    let broom = rusqlite::Connection::open(store.folder.path().join("trialogue.db")).unwrap();
    broom
        .execute("DELETE FROM events WHERE seq <= 80", [])
        .unwrap();
    assert_eq!(
        store
            .append(append(home, id, taken, &["too early to look again"]))
            .await,
        Err(AppendError::Full)
    );
}

/// The same with a real disk. Needs one that may be filled, such as a small tmpfs:
/// `mount -t tmpfs -o size=8m tmpfs DIR && TRIALOGUE_SMALL_DISK=DIR cargo test -p trialogue-storage -- --ignored`
#[tokio::test]
#[ignore = "needs TRIALOGUE_SMALL_DISK, the path of a file system of about 8 MB"]
async fn a_real_full_disk_is_told_and_ends_by_itself() {
    let disk = std::path::PathBuf::from(
        std::env::var_os("TRIALOGUE_SMALL_DISK").expect("TRIALOGUE_SMALL_DISK is set"),
    );
    let ballast = disk.join("ballast");
    std::fs::write(&ballast, vec![0; 2_000_000]).unwrap();
    let mut options = SqliteOptions::at(disk.join("trialogue.db"));
    options.probe_every = Duration::ZERO;
    let store = SqliteStore::open(options).unwrap();
    let home = home(&store, "acme").await;
    let (id, taken) = fill(&store, home).await;
    assert_eq!(store.health().await.unwrap().writes, Writes::Full);
    assert_eq!(
        store.append(append(home, id, taken, &["refused"])).await,
        Err(AppendError::Full)
    );

    std::fs::remove_file(&ballast).unwrap();
    assert_eq!(
        store
            .append(append(home, id, taken, &["taken again"]))
            .await,
        Ok(())
    );
    assert_eq!(store.health().await.unwrap().writes, Writes::Taken);
    assert_eq!(store.last_seq(id).await.unwrap(), Seq(taken + 1));
    assert_eq!(store.events(id, Seq(taken), 9).await.unwrap().len(), 1);
}
