//! Takes effects that are due and does them, several at a time.

use super::{
    Work, handoff_mails, index_again, invitation_mail, read_source, send_mail, spread_persona,
    sync_media, turn,
};
use crate::app::App;
use crate::problem::Problem;
use futures_util::future::join_all;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use trialogue_conversation::Effect;
use trialogue_storage::{EffectLease, LeaseRequest, LeasedEffect};

/// Longer than the longest thing a worker does without extending its lease: a mail with its time-out of two minutes.
const LEASE_MS: i64 = 150_000;
/// What is done beside what: kinds of work, and how many of them at once. A lane's places are its own, so neither long
/// documents nor a mail server that does not answer hold up an answer, or the mail that calls an owner.
const LANES: [(&[&str], usize); 6] = [
    (&["run_turn"], 8),
    (&["sync_media"], 4),
    (&["conversation", "spread_persona"], 4),
    // As many as there are connections to the mail server.
    (&["send_mail"], 4),
    (&["read_source"], 2),
    // Long work that nobody waits for.
    (&["index_again"], 1),
];
/// How often to look for work that nobody announced: retries, and what another node left.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// After so many attempts nobody tries again; the effect stays for people to look at. As many as a mail has.
const MAX_ATTEMPTS: u32 = 12;

/// What came of an effect.
pub(super) enum Outcome {
    /// Done, and already recorded as done with its events.
    Recorded,
    /// Done.
    Done,
    /// To be tried again after this many milliseconds.
    Retry { after_ms: i64, error: String },
    /// Not to be tried again.
    GiveUp { error: String },
}

/// Works until told to stop; what is in hand then is finished.
pub async fn run_worker(app: App, stop: CancellationToken) {
    let lanes = LANES.map(|(kinds, at_once)| {
        let kinds = kinds.iter().map(|kind| (*kind).to_owned()).collect();
        run_lane(app.clone(), stop.clone(), kinds, at_once)
    });
    join_all(lanes).await;
}

async fn run_lane(app: App, stop: CancellationToken, kinds: Vec<String>, at_once: usize) {
    let places = Arc::new(Semaphore::new(at_once));
    let worker = format!(
        "{}-{}",
        kinds.first().map_or("worker", String::as_str),
        std::process::id()
    );
    loop {
        let announced = app.effects_due.notified();
        let free = places.available_permits();
        let leased = if free == 0 {
            Vec::new()
        } else {
            let request = LeaseRequest {
                now: app.now(),
                worker: worker.clone(),
                lease_ms: LEASE_MS,
                limit: free,
                kinds: kinds.clone(),
            };
            app.store
                .lease_effects(request)
                .await
                .unwrap_or_else(|error| {
                    tracing::error!(%error, "could not look for effects");
                    Vec::new()
                })
        };
        let found_work = !leased.is_empty();
        for effect in leased {
            let Ok(place) = Arc::clone(&places).acquire_owned().await else {
                return;
            };
            let app = app.clone();
            tokio::spawn(async move {
                do_one(&app, effect).await;
                drop(place);
                app.effects_due.notify_waiters();
            });
        }
        if stop.is_cancelled() {
            // Every place free again: everything in hand is finished.
            let _ = places
                .acquire_many(u32::try_from(at_once).unwrap_or(u32::MAX))
                .await;
            return;
        }
        if !found_work {
            tokio::select! {
                () = announced => {}
                () = tokio::time::sleep(LOOK_EVERY) => {}
                () = stop.cancelled() => {}
            }
        }
    }
}

async fn do_one(app: &App, effect: LeasedEffect) {
    let lease = effect.lease;
    let outcome = match serde_json::from_str(&effect.payload) {
        Ok(work) => perform(app, &effect, work).await,
        Err(error) => Ok(Outcome::GiveUp {
            error: format!("this work cannot be read: {error}"),
        }),
    };
    let outcome = outcome.unwrap_or_else(|problem| Outcome::Retry {
        after_ms: backoff_ms(lease),
        error: problem.detail,
    });
    if let Err(error) = record_outcome(app, &effect, outcome).await {
        // The lease runs out and the effect is tried again.
        tracing::error!(key = %effect.key, %error, "could not record what came of an effect");
    }
}

async fn perform(app: &App, effect: &LeasedEffect, work: Work) -> Result<Outcome, Problem> {
    match work {
        Work::SendMail { key, tells } => send_mail::send(app, effect, &key, tells).await,
        Work::ReadSource { source_id } => read_source::read(app, effect, source_id).await,
        Work::IndexAgain { source_id } => index_again::index_again(app, effect, source_id).await,
        Work::SpreadPersona { persona_id } => {
            spread_persona(app, effect.workspace_id, persona_id).await?;
            Ok(Outcome::Done)
        }
        Work::Conversation {
            effect: of_conversation,
        } => {
            let Some(conversation_id) = effect.conversation_id else {
                return Ok(Outcome::GiveUp {
                    error: "this effect belongs to no conversation".into(),
                });
            };
            match of_conversation {
                Effect::RunTurn { turn_id } => {
                    turn::run(app, effect, conversation_id, turn_id).await
                }
                Effect::SyncMedia { .. } => Ok(sync_media::sync(app, conversation_id).await),
                Effect::MailGuestInvitation { invitation_id } => {
                    invitation_mail::mail(app, effect, conversation_id, invitation_id).await
                }
                other => handoff_mails::perform(app, effect, conversation_id, other).await,
            }
        }
    }
}

async fn record_outcome(
    app: &App,
    effect: &LeasedEffect,
    outcome: Outcome,
) -> Result<(), trialogue_storage::Error> {
    let now = app.now();
    let lease = effect.lease;
    match outcome {
        Outcome::Recorded => {}
        Outcome::Done => {
            app.store.complete_effect(lease, now, Vec::new()).await?;
        }
        Outcome::Retry { after_ms, error } if lease.attempt < MAX_ATTEMPTS => {
            tracing::warn!(key = %effect.key, attempt = lease.attempt, %error, "an effect will be tried again");
            app.store
                .fail_effect(lease, now.plus_ms(after_ms), error, Vec::new())
                .await?;
        }
        Outcome::Retry { error, .. } | Outcome::GiveUp { error } => {
            tracing::error!(key = %effect.key, %error, "an effect was given up");
            app.store
                .give_up_effect(lease, now, error, Vec::new())
                .await?;
        }
    }
    Ok(())
}

/// 1 s, 2 s, 4 s … up to a minute: what fails here is our own store or a room that is just loading.
fn backoff_ms(lease: EffectLease) -> i64 {
    (1_000_i64 << lease.attempt.saturating_sub(1).min(6)).min(60_000)
}

#[cfg(test)]
mod tests {
    use super::*;
    use trialogue_conversation::Effect;
    use trialogue_conversation::ids::{PersonaId, TurnId};
    use uuid::Uuid;

    #[test]
    fn every_kind_of_work_has_one_lane() {
        let source_id = trialogue_storage::SourceId(Uuid::nil());
        let kinds = [
            Work::Conversation {
                effect: Effect::RunTurn { turn_id: TurnId(1) },
            },
            Work::Conversation {
                effect: Effect::MailGuestInvitation {
                    invitation_id: trialogue_conversation::ids::InvitationId(1),
                },
            },
            Work::Conversation {
                effect: Effect::SyncMedia {
                    seq: trialogue_conversation::ids::Seq(1),
                },
            },
            Work::SendMail {
                key: String::new(),
                tells: None,
            },
            Work::ReadSource { source_id },
            Work::IndexAgain { source_id },
            Work::SpreadPersona {
                persona_id: PersonaId(Uuid::nil()),
            },
        ]
        .map(|work| work.kind());
        for kind in kinds {
            let lanes = LANES.iter().filter(|(kinds, _)| kinds.contains(&kind));
            assert_eq!(lanes.count(), 1, "{kind}");
        }
    }
}
