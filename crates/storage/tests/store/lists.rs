//! Lists of conversations and handoffs.

use crate::support::*;
use trialogue_conversation::ids::{ConversationId, HandoffId, PersonaId, UserId, VisitorId};
use trialogue_storage::*;
use uuid::Uuid;

async fn list(store: &dyn Store, home: Home, filter: ConversationFilter) -> Vec<ConversationId> {
    let rows = store
        .conversations(home.workspace_id, &filter, None, 50)
        .await
        .unwrap();
    rows.into_iter().map(|row| row.conversation_id).collect()
}

#[tokio::test]
async fn conversations_are_listed_newest_first_by_what_they_are() {
    let store = fresh();
    let home = home(&*store, "acme").await;
    let (open, ended, urgent, foreign) = (
        conversation_id(),
        conversation_id(),
        conversation_id(),
        conversation_id(),
    );
    let other_visitor = VisitorId(Uuid::new_v4());
    let other_persona = PersonaId(Uuid::new_v4());
    for (at, id) in [open, ended, urgent, foreign].into_iter().enumerate() {
        let mut start = append(home, id, 0, &["hello"]);
        start.summary.last_at = NOON.plus_ms(i64::try_from(at).unwrap());
        start.summary.open = id != ended;
        start.summary.needs_attention = id == urgent;
        if id == foreign {
            start.summary.visitor_id = other_visitor;
            start.summary.persona_id = other_persona;
        }
        store.append(start).await.unwrap();
    }
    let all = ConversationFilter::default();
    assert_eq!(
        list(&*store, home, all.clone()).await,
        [foreign, urgent, ended, open]
    );
    let is_open = ConversationFilter {
        open: Some(true),
        ..all.clone()
    };
    assert_eq!(list(&*store, home, is_open).await, [foreign, urgent, open]);
    let is_ended = ConversationFilter {
        open: Some(false),
        ..all.clone()
    };
    assert_eq!(list(&*store, home, is_ended).await, [ended]);
    let needs_attention = ConversationFilter {
        needs_attention: Some(true),
        ..all.clone()
    };
    assert_eq!(list(&*store, home, needs_attention).await, [urgent]);
    let calm = ConversationFilter {
        needs_attention: Some(false),
        open: Some(true),
        ..all.clone()
    };
    assert_eq!(list(&*store, home, calm).await, [foreign, open]);
    let of_persona = ConversationFilter {
        persona_id: Some(other_persona),
        ..all.clone()
    };
    assert_eq!(list(&*store, home, of_persona).await, [foreign]);
    let of_visitor = ConversationFilter {
        visitor_id: Some(home.visitor_id),
        ..all.clone()
    };
    assert_eq!(list(&*store, home, of_visitor).await, [urgent, ended, open]);

    let mut moves_up = append(home, open, 1, &["again"]);
    moves_up.summary.last_at = NOON.plus_ms(99);
    moves_up.summary.json = "newer".into();
    store.append(moves_up).await.unwrap();
    let first = &store
        .conversations(home.workspace_id, &all, None, 1)
        .await
        .unwrap()[0];
    assert_eq!(
        (first.conversation_id, first.summary.as_str()),
        (open, "newer")
    );
    assert_eq!((first.last_seq.0, first.started_at), (2, NOON.plus_ms(1)));
    assert_eq!(
        store
            .conversation(home.workspace_id, open)
            .await
            .unwrap()
            .as_ref(),
        Some(first)
    );
    assert_eq!(
        store.workspace_of(open).await.unwrap(),
        Some(home.workspace_id)
    );
    assert_eq!(
        store
            .open_conversations_of(home.workspace_id, other_persona)
            .await
            .unwrap(),
        [foreign]
    );
}

#[tokio::test]
async fn pages_show_everything_once_even_where_times_are_the_same() {
    let store = fresh();
    let home = home(&*store, "acme").await;
    for _ in 0..25 {
        store
            .append(append(home, conversation_id(), 0, &["hello"]))
            .await
            .unwrap();
    }
    let mut seen = Vec::new();
    let mut before = None;
    loop {
        let page = store
            .conversations(
                home.workspace_id,
                &ConversationFilter::default(),
                before,
                10,
            )
            .await
            .unwrap();
        let Some(last) = page.last() else { break };
        before = Some(last.cursor());
        seen.extend(page.iter().map(|row| row.conversation_id));
    }
    assert_eq!(seen.len(), 25);
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen.len(), 25);
}

#[tokio::test]
async fn a_reader_finds_what_they_own_and_what_they_took_part_in() {
    let store = fresh();
    let home = home(&*store, "acme").await;
    let colleague = UserId(Uuid::new_v4());
    store
        .create_user(user(home, colleague, "c@acme.example"), None)
        .await
        .unwrap();
    let (owned, shared, foreign) = (conversation_id(), conversation_id(), conversation_id());
    let not_owned = PersonaId(Uuid::new_v4());
    store.append(append(home, owned, 0, &["x"])).await.unwrap();
    for id in [shared, foreign] {
        let mut start = append(home, id, 0, &["x"]);
        start.summary.persona_id = not_owned;
        store.append(start).await.unwrap();
    }
    let mut joined = append(home, shared, 1, &["joined"]);
    joined.readers = vec![colleague, home.owner, colleague];
    store.append(joined).await.unwrap();
    store
        .append(append(home, shared, 2, &["more"]))
        .await
        .unwrap();

    let of = |user_id| ConversationFilter {
        reader: Some(user_id),
        ..ConversationFilter::default()
    };
    assert_eq!(list(&*store, home, of(home.owner)).await, [shared, owned]);
    assert_eq!(list(&*store, home, of(colleague)).await, [shared]);
    let mut removed = append(home, foreign, 1, &["removed"]);
    removed.readers = vec![colleague];
    store.append(removed).await.unwrap();
    let mut removed = append(home, foreign, 2, &["removed"]);
    removed.no_longer_readers = vec![colleague];
    store.append(removed).await.unwrap();
    assert_eq!(list(&*store, home, of(colleague)).await, [shared]);
    for (id, user_id, reads) in [
        (owned, colleague, false),
        (shared, colleague, true),
        (owned, home.owner, true),
    ] {
        assert_eq!(
            store
                .is_reader(home.workspace_id, id, user_id)
                .await
                .unwrap(),
            reads
        );
    }
}

#[tokio::test]
async fn the_inbox_lists_handoffs_by_state_and_by_whom_they_concern() {
    let store = fresh();
    let home = home(&*store, "acme").await;
    let backup = UserId(Uuid::new_v4());
    store
        .create_user(user(home, backup, "b@acme.example"), None)
        .await
        .unwrap();
    let id = conversation_id();
    let handoff = |number: u64, persona_id, assignee, open| HandoffRow {
        handoff_id: HandoffId(number),
        persona_id,
        assignee,
        open,
        raised_at: NOON.plus_ms(number.cast_signed()),
        json: "{}".to_owned(),
    };
    let elsewhere = PersonaId(Uuid::new_v4());
    let mut start = append(home, id, 0, &["x"]);
    start.handoffs = vec![
        handoff(1, home.persona_id, None, true),
        handoff(2, home.persona_id, Some(backup), false),
        handoff(3, elsewhere, Some(backup), true),
        handoff(4, elsewhere, None, true),
    ];
    store.append(start).await.unwrap();
    let list = async |open, concerns, before| {
        let rows = store
            .handoffs(
                home.workspace_id,
                HandoffFilter { open, concerns },
                before,
                50,
            )
            .await
            .unwrap();
        rows.iter()
            .map(|row| row.handoff.handoff_id.0)
            .collect::<Vec<_>>()
    };
    assert_eq!(list(None, None, None).await, [4, 3, 2, 1]);
    assert_eq!(list(Some(true), None, None).await, [4, 3, 1]);
    assert_eq!(list(None, Some(backup), None).await, [3, 2]);
    assert_eq!(list(Some(true), Some(home.owner), None).await, [1]);
    let cursor = HandoffCursor {
        raised_at: NOON.plus_ms(3),
        conversation_id: id,
        handoff_id: HandoffId(3),
    };
    assert_eq!(list(None, None, Some(cursor)).await, [2, 1]);
}
