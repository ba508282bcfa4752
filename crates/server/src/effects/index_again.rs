//! Indexes again what this server could index better: sources read while there was no embedding model, and indexes of an older
//! form. A source stays in use meanwhile, as it was indexed before.

use super::Work;
use super::indexing::{Indexed, index};
use super::worker::Outcome;
use crate::app::App;
use crate::dashboard_changes::ChangedList;
use crate::knowledge::as_read;
use crate::problem::Problem;
use tokio_util::sync::CancellationToken;
use trialogue_storage::{LeasedEffect, SourceId, Write};

/// Once after the start: finds the sources and has them indexed, beside everything else.
pub async fn catch_up_indexes(app: App, stop: CancellationToken) {
    tokio::select! {
        looked = look_for_sources(&app) => {
            if let Err(problem) = looked {
                tracing::error!(detail = %problem.detail, "could not look for sources to index again");
            }
        }
        () = stop.cancelled() => {}
    }
}

async fn look_for_sources(app: &App) -> Result<(), Problem> {
    for workspace in app.store.workspaces().await? {
        let workspace_id = workspace.workspace_id;
        for card in app.store.personas(workspace_id).await? {
            let persona_id = card.persona.persona_id;
            for source_id in app
                .knowledge
                .to_index_again(app, workspace_id, persona_id)
                .await?
            {
                tracing::info!(%source_id, "a source is indexed again");
                let now = app.now();
                // A key of its own for each start: the model may have been away in between.
                let key = format!("index_again/{source_id}/{}", now.0);
                let again = Work::IndexAgain { source_id }.effect(key, now)?;
                app.store
                    .write(workspace_id, vec![Write::Effect(again)])
                    .await?;
            }
        }
    }
    app.effects_due.notify_waiters();
    Ok(())
}

pub(super) async fn index_again(
    app: &App,
    effect: &LeasedEffect,
    source_id: SourceId,
) -> Result<Outcome, Problem> {
    let workspace_id = effect.workspace_id;
    let Some(source) = app.store.source(workspace_id, source_id).await? else {
        return Ok(Outcome::Done);
    };
    let wanted = app
        .knowledge
        .to_index_again(app, workspace_id, source.persona_id)
        .await?;
    // Meanwhile the owner has seen to it, or the model is away again.
    if !wanted.contains(&source_id) {
        return Ok(Outcome::Done);
    }
    let Some(content) = app.store.source_content(workspace_id, source_id).await? else {
        return Ok(Outcome::Done);
    };
    match index(app, effect, as_read(&source, content), None).await? {
        Indexed::Made(segment) => {
            let bytes = segment.to_bytes().map_err(Problem::internal)?;
            app.store
                .set_source_index(workspace_id, source_id, bytes)
                .await?;
        }
        // It was read once, and stays in use as it is.
        Indexed::Failed(error) => return Ok(Outcome::GiveUp { error }),
        Indexed::LeaseLost => return Ok(Outcome::Recorded),
    }
    app.knowledge.forget(source.persona_id);
    app.dashboard_changes
        .tell(workspace_id, ChangedList::Personas);
    Ok(Outcome::Done)
}
