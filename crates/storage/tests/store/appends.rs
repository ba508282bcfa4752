//! The log.

use crate::support::*;
use trialogue_conversation::ids::{HandoffId, Seq};
use trialogue_storage::*;

#[tokio::test]
async fn what_was_appended_is_read_back_as_it_was() {
    let store = fresh();
    let home = home(&*store, "acme").await;
    let id = conversation_id();
    store
        .append(append(home, id, 0, &["one", "two — „zwei“"]))
        .await
        .unwrap();
    store.append(append(home, id, 2, &["three"])).await.unwrap();

    let events = store.events(id, Seq(0), 10).await.unwrap();
    assert_eq!(
        events,
        [event(1, "one"), event(2, "two — „zwei“"), event(3, "three")]
    );
    assert_eq!(store.last_seq(id).await.unwrap(), Seq(3));
    assert_eq!(store.last_seq(conversation_id()).await.unwrap(), Seq(0));
}

#[tokio::test]
async fn a_log_is_read_forwards_and_backwards_in_pages() {
    let store = fresh();
    let home = home(&*store, "acme").await;
    let id = conversation_id();
    store
        .append(append(home, id, 0, &["a", "b", "c", "d", "e"]))
        .await
        .unwrap();

    assert_eq!(
        texts(&store.events(id, Seq(1), 2).await.unwrap()),
        ["b", "c"]
    );
    assert_eq!(
        texts(&store.events(id, Seq(3), 9).await.unwrap()),
        ["d", "e"]
    );
    assert_eq!(texts(&store.events(id, Seq(5), 9).await.unwrap()), [""; 0]);
    assert_eq!(
        texts(&store.events_before(id, Seq(5), 2).await.unwrap()),
        ["c", "d"]
    );
    assert_eq!(
        texts(&store.events_before(id, Seq(2), 9).await.unwrap()),
        ["a"]
    );
    assert_eq!(
        texts(&store.events_before(id, Seq(u64::MAX), 1).await.unwrap()),
        ["e"],
        "the newest of all"
    );
    assert_eq!(
        texts(&store.events(id, Seq(u64::MAX), 9).await.unwrap()),
        [""; 0]
    );
}

#[tokio::test]
async fn of_two_writers_one_wins_and_the_other_learns_the_last_seq() {
    let store = fresh();
    let home = home(&*store, "acme").await;
    let id = conversation_id();
    let started = append(home, id, 0, &["one"]);
    store.append(started.clone()).await.unwrap();
    assert_eq!(
        store.append(started).await,
        Err(AppendError::Conflict { last: Seq(1) })
    );

    let (first, second) = tokio::join!(
        store.append(append(home, id, 1, &["mine", "mine too"])),
        store.append(append(home, id, 1, &["theirs"]))
    );
    assert_eq!(
        first,
        Ok(()),
        "writes take effect in the order they were asked for"
    );
    assert_eq!(second, Err(AppendError::Conflict { last: Seq(3) }));
    assert_eq!(
        texts(&store.events(id, Seq(0), 9).await.unwrap()),
        ["one", "mine", "mine too"]
    );
}

#[tokio::test]
async fn appends_may_be_sent_on_without_waiting_for_the_ones_before() {
    let store = fresh();
    let home = home(&*store, "acme").await;
    let id = conversation_id();
    let (first, second, third) = tokio::join!(
        store.append(append(home, id, 0, &["one"])),
        store.append(append(home, id, 1, &["two"])),
        store.append(append(home, id, 2, &["three"]))
    );
    assert_eq!((first, second, third), (Ok(()), Ok(()), Ok(())));
}

#[tokio::test]
async fn a_conversation_that_was_not_started_has_no_second_append() {
    let store = fresh();
    let home = home(&*store, "acme").await;
    let id = conversation_id();
    assert_eq!(
        store.append(append(home, id, 4, &["five"])).await,
        Err(AppendError::Conflict { last: Seq(0) })
    );
    assert_eq!(store.events(id, Seq(0), 9).await.unwrap(), []);
}

#[tokio::test]
async fn a_refused_append_leaves_nothing_behind() {
    let store = fresh();
    let home = home(&*store, "acme").await;
    let id = conversation_id();
    store.append(append(home, id, 0, &["one"])).await.unwrap();

    let mut late = append(home, id, 0, &["late"]);
    late.effects.push(effect("late", NOON));
    late.also
        .push(Write::Token(token(TokenKind::GuestInvitation, "late")));
    assert_eq!(
        store.append(late).await,
        Err(AppendError::Conflict { last: Seq(1) })
    );
    assert_eq!(store.token(&TOKEN).await.unwrap(), None);
    assert_eq!(
        store.effect_counts().await.unwrap(),
        EffectCounts::default()
    );
}

#[tokio::test]
async fn a_failed_append_leaves_nothing_behind_and_its_neighbours_stand() {
    let store = fresh();
    let home = home(&*store, "acme").await;
    let (broken, sound) = (conversation_id(), conversation_id());
    let mut unknown_reader = append(home, broken, 0, &["one"]);
    unknown_reader
        .readers
        .push(trialogue_conversation::ids::UserId(uuid::Uuid::new_v4()));

    let (failed, stood) = tokio::join!(
        store.append(unknown_reader),
        store.append(append(home, sound, 0, &["fine"]))
    );
    assert!(
        matches!(failed, Err(AppendError::Storage(Error::Driver(_)))),
        "{failed:?}"
    );
    assert_eq!(stood, Ok(()));
    assert_eq!(store.last_seq(broken).await.unwrap(), Seq(0));
    assert_eq!(store.events(broken, Seq(0), 9).await.unwrap(), []);
}

#[tokio::test]
async fn nonsense_is_refused_before_it_is_written() {
    let store = fresh();
    let home = home(&*store, "acme").await;
    let id = conversation_id();
    let mut gap = append(home, id, 0, &["one", "two"]);
    gap.events[1].seq = Seq(3);
    let mut huge = append(home, id, 0, &["one"]);
    huge.events[0].json = "x".repeat(MAX_EVENT_BYTES + 1).into();
    let mut many = append(home, id, 0, &[]);
    many.events = (1..=MAX_EVENTS_AN_APPEND as u64 + 1)
        .map(|seq| event(seq, "x"))
        .collect();
    let empty = append(home, id, 0, &[]);
    let mut overflowing = append(home, id, 0, &["x"]);
    overflowing.after = Seq(u64::MAX);
    let mut beyond_any_column = append(home, id, 0, &["x"]);
    beyond_any_column.after = Seq(u64::MAX - 1);
    beyond_any_column.events[0].seq = Seq(u64::MAX);
    for nonsense in [gap, huge, many, empty, overflowing, beyond_any_column] {
        let refused = store.append(nonsense).await;
        assert!(
            matches!(refused, Err(AppendError::Storage(Error::Call(_)))),
            "{refused:?}"
        );
    }
}

#[tokio::test]
async fn everything_of_one_decision_becomes_true_at_once() {
    let store = fresh();
    let home = home(&*store, "acme").await;
    let id = conversation_id();
    let mut first = append(home, id, 0, &["invited"]);
    first.effects.push(effect("mail/1", NOON));
    first.also.push(Write::Token(token(
        TokenKind::GuestInvitation,
        "invitation 1",
    )));
    first.handoffs.push(handoff(1, true));
    first.next_wake = Some(NOON.plus_ms(500));
    store.append(first).await.unwrap();

    assert_eq!(
        store.token(&TOKEN).await.unwrap().unwrap().about,
        "invitation 1"
    );
    assert_eq!(
        store
            .handoff(home.workspace_id, id, HandoffId(1))
            .await
            .unwrap(),
        Some(handoff(1, true))
    );
    let leased = store.lease_effects(lease_at(NOON)).await.unwrap();
    assert_eq!(keys(&leased), ["mail/1"]);
    assert_eq!(
        (leased[0].workspace_id, leased[0].conversation_id),
        (home.workspace_id, Some(id))
    );

    let mut second = append(home, id, 1, &["resolved"]);
    second.handoffs.push(handoff(1, false));
    store.append(second).await.unwrap();
    assert_eq!(
        store
            .handoff(home.workspace_id, id, HandoffId(1))
            .await
            .unwrap(),
        Some(handoff(1, false))
    );
}

fn handoff(id: u64, open: bool) -> HandoffRow {
    HandoffRow {
        handoff_id: HandoffId(id),
        persona_id: trialogue_conversation::ids::PersonaId(uuid::Uuid::nil()),
        assignee: None,
        open,
        raised_at: NOON,
        json: "{}".to_owned(),
    }
}

#[tokio::test]
async fn wakes_come_due_in_order_and_until_they_are_changed() {
    let store = fresh();
    let home = home(&*store, "acme").await;
    let (early, late, never) = (conversation_id(), conversation_id(), conversation_id());
    for (id, wake) in [(late, Some(20)), (early, Some(10)), (never, None)] {
        let mut start = append(home, id, 0, &["one"]);
        start.next_wake = wake.map(|ms| NOON.plus_ms(ms));
        store.append(start).await.unwrap();
    }
    assert_eq!(store.first_wake().await.unwrap(), Some(NOON.plus_ms(10)));
    assert_eq!(store.due_wakes(NOON.plus_ms(9), 9).await.unwrap(), []);
    assert_eq!(
        store.due_wakes(NOON.plus_ms(20), 9).await.unwrap(),
        [early, late]
    );
    assert_eq!(store.due_wakes(NOON.plus_ms(20), 1).await.unwrap(), [early]);

    store
        .append(append(home, early, 1, &["two"]))
        .await
        .unwrap();
    assert!(
        !store
            .set_next_wake(early, Seq(1), Some(NOON))
            .await
            .unwrap(),
        "the log has grown since"
    );
    assert!(
        store
            .set_next_wake(late, Seq(1), Some(NOON.plus_ms(30)))
            .await
            .unwrap()
    );
    assert_eq!(store.due_wakes(NOON.plus_ms(29), 9).await.unwrap(), []);
    assert_eq!(store.due_wakes(NOON.plus_ms(30), 9).await.unwrap(), [late]);
}

#[tokio::test]
async fn a_store_that_is_opened_again_has_everything() {
    let Fresh { store, folder } = fresh();
    let home = home(&*store, "acme").await;
    let id = conversation_id();
    let mut start = append(home, id, 0, &["one"]);
    start.effects.push(effect("mail/1", NOON));
    store.append(start).await.unwrap();
    drop(store);

    let again = SqliteStore::open(SqliteOptions::at(folder.path().join("trialogue.db"))).unwrap();
    assert_eq!(texts(&again.events(id, Seq(0), 9).await.unwrap()), ["one"]);
    assert_eq!(
        keys(&again.lease_effects(lease_at(NOON)).await.unwrap()),
        ["mail/1"]
    );
}
