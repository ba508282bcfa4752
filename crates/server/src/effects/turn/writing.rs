//! Waits for an answer while it is written, shows what there is of it, and stops the writing when nobody wants it any more.

use super::showing::Showing;
use crate::problem::Problem;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};
use trialogue_persona::{Answer, Request};

/// The whole text is sent each time, so that a lost signal costs nothing; faster than this nobody reads.
const SHOW_EVERY: Duration = Duration::from_millis(50);

pub(super) enum Written {
    Answer(Answer),
    /// The turn was outdated while it was written. A language model is no longer listened to.
    Outdated {
        so_far: String,
    },
}

pub(super) async fn write(showing: &mut Showing<'_>, request: Request) -> Result<Written, Problem> {
    let app = showing.app;
    let mut over = app
        .rooms
        .turn_over(showing.conversation_id, showing.turn_id)
        .await?;
    let (text, mut growing) = watch::channel(String::new());
    let mut on_text = |piece: &str| text.send_modify(|text| text.push_str(piece));
    let answering = app.knowledge.answer(request, &mut on_text);
    tokio::pin!(answering);
    let mut may_show_at = Instant::now();
    let mut has_more = false;
    let mut is_watched = true;
    loop {
        tokio::select! {
            // A whole answer, with what it cites, is worth more than half of one; whether it may be said is asked afterwards.
            biased;
            answer = &mut answering => return Ok(Written::Answer(answer)),
            ended = &mut over, if is_watched => match ended {
                Ok(()) => return Ok(Written::Outdated { so_far: growing.borrow().clone() }),
                // The room was let go, so nobody is there.
                Err(_) => is_watched = false,
            },
            () = sleep_until(may_show_at), if has_more => {
                has_more = false;
                let so_far = growing.borrow_and_update().clone();
                showing.show(&so_far).await;
                may_show_at = Instant::now() + SHOW_EVERY;
            }
            Ok(()) = growing.changed(), if !has_more => has_more = true,
        }
    }
}
