//! Makes a document's index beside everything else, keeps the effect's lease while it takes, and tells how far it has come.

use crate::app::App;
use crate::dashboard_changes::ChangedList;
use crate::problem::Problem;
use std::time::Duration;
use tokio::sync::watch;
use trialogue_conversation::ids::WorkspaceId;
use trialogue_persona::{Progress, Source, SourceIndex};
use trialogue_storage::{LeasedEffect, SourceId, SourceProgress, SourceState, Write};

/// While a long document is read, its lease is extended by this much at every look.
const LEASE_MORE_MS: i64 = 150_000;
/// How often to look: once a second is enough for people to watch.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// What came of it.
pub(super) enum Indexed {
    Made(SourceIndex),
    /// In words for the owner.
    Failed(String),
    /// Another worker has the effect by now; this one stops.
    LeaseLost,
}

/// Tells the owner's page how far reading a source has come.
pub(super) struct Telling<'a> {
    pub app: &'a App,
    pub workspace_id: WorkspaceId,
    pub source_id: SourceId,
}

impl Telling<'_> {
    pub(super) async fn tell(
        &self,
        state: SourceState,
        progress: u8,
        passages: Option<u64>,
        error: Option<String>,
    ) -> Result<(), Problem> {
        let progress = SourceProgress {
            source_id: self.source_id,
            state,
            progress,
            passages,
            error,
            now: self.app.now(),
        };
        self.app
            .store
            .write(self.workspace_id, vec![Write::SourceProgress(progress)])
            .await?;
        self.app
            .dashboard_changes
            .tell(self.workspace_id, ChangedList::Sources);
        Ok(())
    }
}

/// Indexes a document, telling once a second how far it has come where somebody wants to know.
pub(super) async fn index(
    app: &App,
    effect: &LeasedEffect,
    document: Source,
    told: Option<&Telling<'_>>,
) -> Result<Indexed, Problem> {
    let embedder = app.knowledge.embedder();
    let source_id = document.id.clone();
    let (progress, mut steps) = watch::channel(0_u8);
    let mut indexing = tokio::task::spawn_blocking(move || {
        SourceIndex::build(&document, embedder.as_deref(), &mut |step| {
            // Without a listener nobody wants the result: stop.
            progress.send(percent(step)).is_ok()
        })
    });
    let mut looks = tokio::time::interval(LOOK_EVERY);
    let indexed = loop {
        tokio::select! {
            indexed = &mut indexing => break indexed,
            _ = looks.tick() => {
                // An error here means that indexing has ended, which the other branch tells.
                if steps.has_changed().unwrap_or(false) && let Some(told) = told {
                    let percent = *steps.borrow_and_update();
                    told.tell(SourceState::Indexing, percent, None, None).await?;
                }
                if !app.store.extend_lease(effect.lease, app.now().plus_ms(LEASE_MORE_MS)).await? {
                    return Ok(Indexed::LeaseLost);
                }
            }
        }
    };
    Ok(match indexed {
        Ok(Ok(segment)) => Indexed::Made(segment),
        Ok(Err(error)) => Indexed::Failed(error.to_string()),
        Err(error) => {
            tracing::error!(%source_id, %error, "reading a source broke off");
            Indexed::Failed(
                "This file could not be read: it is damaged or of an unusual kind.".into(),
            )
        }
    })
}

fn percent(progress: Progress) -> u8 {
    let share = progress.done.saturating_mul(100) / progress.total.max(1);
    u8::try_from(share.min(100)).unwrap_or(100)
}
