//! Wakes conversations in which time alone changes something.

use crate::app::App;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use trialogue_conversation::command::{Actor, Command};

/// How precise timers are. The shortest rule is a place held for 60 s.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// Conversations woken at a time.
const AT_A_TIME: usize = 100;

pub async fn run_wakes(app: App, stop: CancellationToken) {
    loop {
        tokio::select! {
            () = tokio::time::sleep(LOOK_EVERY) => {}
            () = stop.cancelled() => return,
        }
        let due = match app.store.due_wakes(app.now(), AT_A_TIME).await {
            Ok(due) => due,
            Err(error) => {
                tracing::error!(%error, "could not look for conversations to wake");
                continue;
            }
        };
        for conversation_id in due {
            let woken = app
                .rooms
                .command(conversation_id, Actor::System, Command::Wake)
                .await;
            let settled = app
                .rooms
                .ask(conversation_id, |state| {
                    (state.seq(), trialogue_conversation::next_wake(state))
                })
                .await;
            if let (Ok(_), Ok((seq, next_wake))) = (woken, settled) {
                // Where nothing was due after all, the row must not stay due.
                if let Err(error) = app
                    .store
                    .set_next_wake(conversation_id, seq, next_wake)
                    .await
                {
                    tracing::error!(conversation = %conversation_id, %error, "could not set a conversation's next wake");
                }
            }
        }
    }
}
