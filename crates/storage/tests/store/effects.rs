//! The outbox.

use crate::support::*;
use trialogue_conversation::ids::Seq;
use trialogue_storage::*;

/// A store whose outbox holds these effects.
async fn with_effects(effects: &[NewEffect]) -> (Fresh, Home) {
    let store = fresh();
    let home = home(&*store, "acme").await;
    store
        .write(
            home.workspace_id,
            effects.iter().cloned().map(Write::Effect).collect(),
        )
        .await
        .unwrap();
    (store, home)
}

#[tokio::test]
async fn effects_are_handed_out_when_due_the_longest_due_first() {
    let (store, _) = with_effects(&[
        effect("later", NOON.plus_ms(5)),
        effect("now", NOON),
        effect("not yet", NOON.plus_ms(99)),
    ])
    .await;
    assert_eq!(store.first_effect_due().await.unwrap(), Some(NOON));
    assert_eq!(
        keys(
            &store
                .lease_effects(lease_at(NOON.plus_ms(5)))
                .await
                .unwrap()
        ),
        ["now", "later"]
    );
    assert_eq!(
        keys(
            &store
                .lease_effects(lease_at(NOON.plus_ms(5)))
                .await
                .unwrap()
        ),
        [""; 0]
    );
}

#[tokio::test]
async fn a_worker_gets_only_the_kinds_it_asks_for() {
    let (store, _) = with_effects(&[
        effect("mail", NOON),
        NewEffect {
            kind: "turn".to_owned(),
            ..effect("turn", NOON)
        },
    ])
    .await;
    let turns = LeaseRequest {
        kinds: vec!["turn".to_owned()],
        ..lease_at(NOON)
    };
    assert_eq!(keys(&store.lease_effects(turns).await.unwrap()), ["turn"]);
    assert_eq!(
        keys(&store.lease_effects(lease_at(NOON)).await.unwrap()),
        ["mail"]
    );
}

#[tokio::test]
async fn a_second_effect_with_the_same_key_is_left_out_even_after_the_first_is_done() {
    let (store, home) = with_effects(&[effect("mail", NOON), effect("mail", NOON)]).await;
    let leased = store.lease_effects(lease_at(NOON)).await.unwrap();
    assert_eq!(keys(&leased), ["mail"]);
    assert!(
        store
            .complete_effect(leased[0].lease, NOON, vec![])
            .await
            .unwrap()
    );
    store
        .write(home.workspace_id, vec![Write::Effect(effect("mail", NOON))])
        .await
        .unwrap();
    assert_eq!(
        keys(&store.lease_effects(lease_at(NOON)).await.unwrap()),
        [""; 0]
    );

    assert_eq!(
        store.forget_done_effects(NOON).await.unwrap(),
        0,
        "done at that very time, not before"
    );
    assert_eq!(store.forget_done_effects(NOON.plus_ms(1)).await.unwrap(), 1);
}

#[tokio::test]
async fn when_a_lease_runs_out_another_worker_takes_over_and_the_first_has_lost_it() {
    let (store, home) = with_effects(&[effect("mail", NOON)]).await;
    let first = store.lease_effects(lease_at(NOON)).await.unwrap()[0].lease;
    assert_eq!(
        store
            .lease_effects(lease_at(NOON.plus_ms(999)))
            .await
            .unwrap(),
        []
    );
    let second = store
        .lease_effects(lease_at(NOON.plus_ms(1_000)))
        .await
        .unwrap()[0]
        .lease;
    assert_eq!((first.attempt, second.attempt), (1, 2));

    let also = || vec![Write::Token(token(TokenKind::OwnerLink, "x"))];
    assert!(!store.complete_effect(first, NOON, also()).await.unwrap());
    assert!(
        !store
            .fail_effect(first, NOON, "late".to_owned(), also())
            .await
            .unwrap()
    );
    assert!(
        !store
            .give_up_effect(first, NOON, "late".to_owned(), also())
            .await
            .unwrap()
    );
    assert!(!store.extend_lease(first, NOON).await.unwrap());
    let mut outcome = append(home, conversation_id(), 0, &["said twice"]);
    outcome.finishes = Some(first);
    assert_eq!(store.append(outcome).await, Err(AppendError::LeaseLost));
    assert_eq!(
        store.token(&TOKEN).await.unwrap(),
        None,
        "whoever lost the lease writes nothing"
    );

    assert!(store.complete_effect(second, NOON, also()).await.unwrap());
    assert!(store.token(&TOKEN).await.unwrap().is_some());
}

#[tokio::test]
async fn a_node_that_starts_again_need_not_wait_for_its_own_leases() {
    let (store, _) = with_effects(&[effect("mail", NOON), effect("done", NOON)]).await;
    let leased = store.lease_effects(lease_at(NOON)).await.unwrap();
    assert!(
        store
            .complete_effect(leased[1].lease, NOON, vec![])
            .await
            .unwrap()
    );
    assert_eq!(store.release_leases(NOON).await.unwrap(), 1);
    assert!(
        !store
            .complete_effect(leased[0].lease, NOON, vec![])
            .await
            .unwrap(),
        "the former life holds nothing"
    );
    assert_eq!(
        keys(&store.lease_effects(lease_at(NOON)).await.unwrap()),
        ["mail"]
    );
}

#[tokio::test]
async fn an_extended_lease_holds_on() {
    let (store, _) = with_effects(&[effect("mail", NOON)]).await;
    let lease = store.lease_effects(lease_at(NOON)).await.unwrap()[0].lease;
    assert!(
        store
            .extend_lease(lease, NOON.plus_ms(5_000))
            .await
            .unwrap()
    );
    assert_eq!(
        store
            .lease_effects(lease_at(NOON.plus_ms(4_999)))
            .await
            .unwrap(),
        []
    );
}

#[tokio::test]
async fn an_outcome_is_appended_together_with_the_end_of_its_effect() {
    let (store, home) = with_effects(&[effect("turn", NOON)]).await;
    let id = conversation_id();
    store
        .append(append(home, id, 0, &["question"]))
        .await
        .unwrap();
    let lease = store.lease_effects(lease_at(NOON)).await.unwrap()[0].lease;

    let mut too_late = append(home, id, 0, &["answer"]);
    too_late.finishes = Some(lease);
    assert_eq!(
        store.append(too_late).await,
        Err(AppendError::Conflict { last: Seq(1) })
    );
    assert_eq!(
        store.effect_counts().await.unwrap().leased,
        1,
        "a conflict does not complete it"
    );

    let mut answer = append(home, id, 1, &["answer"]);
    answer.finishes = Some(lease);
    store.append(answer.clone()).await.unwrap();
    assert_eq!(
        store.effect_counts().await.unwrap(),
        EffectCounts::default()
    );

    let again = Append {
        after: Seq(2),
        events: vec![event(3, "answer")],
        ..answer
    };
    assert_eq!(
        store.append(again).await,
        Err(AppendError::LeaseLost),
        "an effect has one outcome"
    );
}

#[tokio::test]
async fn an_effect_may_end_without_an_event() {
    let (store, home) = with_effects(&[effect("turn", NOON)]).await;
    let id = conversation_id();
    store
        .append(append(home, id, 0, &["question"]))
        .await
        .unwrap();
    let lease = store.lease_effects(lease_at(NOON)).await.unwrap()[0].lease;
    let mut nothing = append(home, id, 1, &[]);
    nothing.finishes = Some(lease);
    store.append(nothing).await.unwrap();
    assert_eq!(store.last_seq(id).await.unwrap(), Seq(1));
    assert_eq!(store.effect_counts().await.unwrap().leased, 0);
}

#[tokio::test]
async fn a_failed_attempt_is_tried_again_when_due_and_says_what_went_wrong() {
    let (store, _) = with_effects(&[effect("mail", NOON)]).await;
    let first = store.lease_effects(lease_at(NOON)).await.unwrap();
    assert_eq!(first[0].last_error, None);
    assert!(
        store
            .fail_effect(
                first[0].lease,
                NOON.plus_ms(60),
                "no route".to_owned(),
                vec![]
            )
            .await
            .unwrap()
    );
    assert_eq!(
        store
            .lease_effects(lease_at(NOON.plus_ms(59)))
            .await
            .unwrap(),
        []
    );
    let second = store
        .lease_effects(lease_at(NOON.plus_ms(60)))
        .await
        .unwrap();
    assert_eq!(second[0].last_error.as_deref(), Some("no route"));
    assert_eq!(second[0].lease.attempt, 2);
}

#[tokio::test]
async fn what_was_given_up_is_counted_and_not_handed_out() {
    let (store, _) = with_effects(&[effect("mail", NOON), effect("other", NOON.plus_ms(7))]).await;
    let one = LeaseRequest {
        limit: 1,
        ..lease_at(NOON)
    };
    let lease = store.lease_effects(one).await.unwrap()[0].lease;
    assert!(
        store
            .give_up_effect(lease, NOON, "unknown user".to_owned(), vec![])
            .await
            .unwrap()
    );
    assert_eq!(
        keys(
            &store
                .lease_effects(lease_at(NOON.plus_ms(6)))
                .await
                .unwrap()
        ),
        [""; 0]
    );
    let counts = EffectCounts {
        waiting: 1,
        leased: 0,
        given_up: 1,
        oldest_due: Some(NOON.plus_ms(7)),
    };
    assert_eq!(store.effect_counts().await.unwrap(), counts);
}
