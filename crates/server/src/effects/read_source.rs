//! Reads a document, splits it and makes its index, telling how far it has come.

use super::worker::Outcome;
use crate::app::App;
use crate::dashboard_changes::ChangedList;
use crate::knowledge::as_read;
use crate::problem::Problem;
use tokio::sync::watch;
use trialogue_persona::{Progress, SourceIndex};
use trialogue_storage::{LeasedEffect, SourceId, SourceProgress, SourceState, Write};

/// While a long document is read, its lease is extended by this much with every step of progress.
const LEASE_MORE_MS: i64 = 150_000;

pub(super) async fn read(
    app: &App,
    effect: &LeasedEffect,
    source_id: SourceId,
) -> Result<Outcome, Problem> {
    let Some(source) = app.store.source(effect.workspace_id, source_id).await? else {
        return Ok(Outcome::Done);
    };
    let Some(content) = app
        .store
        .source_content(effect.workspace_id, source_id)
        .await?
    else {
        return Ok(Outcome::Done);
    };
    report(app, effect, SourceState::Reading, 0, None, None, source_id).await?;
    let embedder = app.knowledge.embedder();
    let (progress, mut steps) = watch::channel(0u8);
    let document = as_read(&source, content);
    let indexing = tokio::task::spawn_blocking(move || {
        SourceIndex::build(&document, embedder.as_deref(), &mut |step| {
            // Without a listener nobody wants the result: stop.
            progress.send(percent(step)).is_ok()
        })
    });
    while steps.changed().await.is_ok() {
        let percent = *steps.borrow_and_update();
        report(
            app,
            effect,
            SourceState::Indexing,
            percent,
            None,
            None,
            source_id,
        )
        .await?;
        if !app
            .store
            .extend_lease(effect.lease, app.now().plus_ms(LEASE_MORE_MS))
            .await?
        {
            return Ok(Outcome::Recorded);
        }
        // Once a second is enough for people to watch.
        tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    }
    let outcome = match indexing.await {
        Ok(Ok(segment)) => {
            let passages = segment.len() as u64;
            let bytes = segment.to_bytes().map_err(Problem::internal)?;
            app.store
                .set_source_index(effect.workspace_id, source_id, bytes)
                .await?;
            report(
                app,
                effect,
                SourceState::Ready,
                100,
                Some(passages),
                None,
                source_id,
            )
            .await?;
            Outcome::Done
        }
        // What cannot be read today cannot be read tomorrow: the owner is told in plain words and may try again.
        Ok(Err(error)) => {
            report(
                app,
                effect,
                SourceState::Failed,
                0,
                Some(0),
                Some(error.to_string()),
                source_id,
            )
            .await?;
            Outcome::Done
        }
        Err(error) => {
            tracing::error!(%source_id, %error, "reading a source broke off");
            let words =
                "This file could not be read: it is damaged or of an unusual kind.".to_owned();
            report(
                app,
                effect,
                SourceState::Failed,
                0,
                Some(0),
                Some(words),
                source_id,
            )
            .await?;
            Outcome::Done
        }
    };
    app.knowledge.forget(source.persona_id);
    app.dashboard_changes
        .tell(effect.workspace_id, ChangedList::Personas);
    Ok(outcome)
}

async fn report(
    app: &App,
    effect: &LeasedEffect,
    state: SourceState,
    progress: u8,
    passages: Option<u64>,
    error: Option<String>,
    source_id: SourceId,
) -> Result<(), Problem> {
    let progress = SourceProgress {
        source_id,
        state,
        progress,
        passages,
        error,
        now: app.now(),
    };
    app.store
        .write(effect.workspace_id, vec![Write::SourceProgress(progress)])
        .await?;
    app.dashboard_changes
        .tell(effect.workspace_id, ChangedList::Sources);
    Ok(())
}

fn percent(progress: Progress) -> u8 {
    let share = progress.done.saturating_mul(100) / progress.total.max(1);
    u8::try_from(share.min(100)).unwrap_or(100)
}
