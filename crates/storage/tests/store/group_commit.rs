//! Writes that wait together share one sync.

use crate::support::*;
use trialogue_conversation::ids::Seq;
use trialogue_storage::*;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn concurrent_appends_share_commits() {
    let store = fresh();
    let home = home(&*store, "acme").await;
    let before = store.health().await.unwrap();
    let rooms = 16;
    let each = 50;
    let appending: Vec<_> = (0..rooms)
        .map(|_| {
            let store = store.store.clone();
            tokio::spawn(async move {
                let id = conversation_id();
                for after in 0..each {
                    store
                        .append(append(home, id, after, &["message"]))
                        .await
                        .unwrap();
                }
                id
            })
        })
        .collect();
    for room in appending {
        let id = room.await.unwrap();
        assert_eq!(store.last_seq(id).await.unwrap(), Seq(each));
    }
    let after = store.health().await.unwrap();
    let (commits, jobs) = (after.commits - before.commits, after.jobs - before.jobs);
    assert_eq!(jobs, rooms * each);
    assert!(
        commits >= each,
        "a room waits for each of its appends, so there is a commit for each: {commits}"
    );
    assert!(commits < jobs / 2, "{jobs} appends took {commits} commits");
}

#[tokio::test]
async fn an_append_alone_is_one_commit() {
    let store = fresh();
    let home = home(&*store, "acme").await;
    let before = store.health().await.unwrap().commits;
    let id = conversation_id();
    let mut everything = append(home, id, 0, &["one", "two"]);
    everything.effects.push(effect("mail", NOON));
    store.append(everything).await.unwrap();
    assert_eq!(store.health().await.unwrap().commits - before, 1);
}

#[tokio::test]
async fn what_changes_nothing_is_not_committed() {
    let store = fresh();
    let home = home(&*store, "acme").await;
    let id = conversation_id();
    store.append(append(home, id, 0, &["one"])).await.unwrap();
    let before = store.health().await.unwrap().commits;
    assert!(store.append(append(home, id, 0, &["late"])).await.is_err());
    assert_eq!(store.lease_effects(lease_at(NOON)).await.unwrap(), []);
    assert_eq!(store.health().await.unwrap().commits, before);
}

#[tokio::test]
async fn more_writers_than_the_queue_holds_wait_their_turn() {
    let store = fresh_with(|options| (options.queue, options.group) = (2, 3));
    let home = home(&*store, "acme").await;
    let appending: Vec<_> = (0..40)
        .map(|_| {
            let store = store.store.clone();
            tokio::spawn(async move {
                store
                    .append(append(home, conversation_id(), 0, &["x"]))
                    .await
            })
        })
        .collect();
    for append in appending {
        assert_eq!(append.await.unwrap(), Ok(()));
    }
    let listed = store
        .conversations(home.workspace_id, &ConversationFilter::default(), None, 99)
        .await
        .unwrap();
    assert_eq!(listed.len(), 40);
}

#[tokio::test]
async fn the_write_ahead_log_stays_small_however_much_is_written() {
    let store = fresh();
    let home = home(&*store, "acme").await;
    let id = conversation_id();
    let text = "x".repeat(200_000);
    // 80 MB, five times what the log may grow to.
    for after in 0..400 {
        store
            .append(append(home, id, after, &[&text]))
            .await
            .unwrap();
    }
    let log = store
        .folder
        .path()
        .join("trialogue.db-wal")
        .metadata()
        .unwrap()
        .len();
    assert!(log < 20_000_000, "the log has {log} bytes");
    assert_eq!(store.events(id, Seq(0), 1_000).await.unwrap().len(), 400);
}
