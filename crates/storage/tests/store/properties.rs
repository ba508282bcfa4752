//! Whatever is appended, in whatever groups and with whatever conflicts, is read back equal and without gaps.

use crate::support::*;
use proptest::prelude::*;
use trialogue_conversation::ids::{ConversationId, Seq};
use trialogue_storage::*;

/// One try to append to one of a few conversations.
#[derive(Clone, Debug)]
struct Try {
    conversation: usize,
    texts: Vec<String>,
    /// How far off the caller's idea of the last seq is.
    behind: u64,
}

const CONVERSATIONS: usize = 3;

fn tries() -> impl Strategy<Value = Vec<Try>> {
    let one = (
        0..CONVERSATIONS,
        prop::collection::vec(".{0,40}", 1..5),
        prop_oneof![4 => Just(0u64), 1 => 1u64..3],
    )
        .prop_map(|(conversation, texts, behind)| Try {
            conversation,
            texts,
            behind,
        });
    prop::collection::vec(one, 1..40)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn appends_are_read_back_equal_and_gapless(tries in tries()) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(check(tries));
    }
}

async fn check(tries: Vec<Try>) {
    let store = fresh();
    let home = home(&*store, "acme").await;
    let ids: Vec<ConversationId> = (0..CONVERSATIONS).map(|_| conversation_id()).collect();
    let mut expected: Vec<Vec<String>> = vec![Vec::new(); CONVERSATIONS];
    let mut asked = Vec::new();
    // Sent on without waiting, so that groups of all sizes form; what must come of each is known beforehand.
    for Try {
        conversation,
        texts,
        behind,
    } in tries
    {
        let log = &mut expected[conversation];
        let last = log.len() as u64;
        let after = last.saturating_sub(behind);
        let words: Vec<&str> = texts.iter().map(String::as_str).collect();
        let outcome = if after == last {
            log.extend(texts.iter().cloned());
            Ok(())
        } else {
            Err(AppendError::Conflict { last: Seq(last) })
        };
        let append = append(home, ids[conversation], after, &words);
        let store = store.store.clone();
        asked.push((
            tokio::spawn(async move { store.append(append).await }),
            outcome,
        ));
    }
    for (answer, outcome) in asked {
        assert_eq!(answer.await.unwrap(), outcome);
    }
    for (id, log) in ids.into_iter().zip(expected) {
        let read = store.events(id, Seq(0), 10_000).await.unwrap();
        assert_eq!(texts(&read), log);
        assert!(
            read.iter()
                .map(|event| event.seq.0)
                .eq(1..=log.len() as u64)
        );
        assert_eq!(store.last_seq(id).await.unwrap(), Seq(log.len() as u64));
    }
}
