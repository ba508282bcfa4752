//! Reads a document, splits it and makes its index, telling how far it has come.

use super::indexing::{Indexed, Telling, index};
use super::worker::Outcome;
use crate::app::App;
use crate::dashboard_changes::ChangedList;
use crate::knowledge::as_read;
use crate::problem::Problem;
use trialogue_storage::{LeasedEffect, SourceId, SourceState};

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
    let telling = Telling {
        app,
        workspace_id: effect.workspace_id,
        source_id,
    };
    telling.tell(SourceState::Reading, 0, None, None).await?;
    match index(app, effect, as_read(&source, content), Some(&telling)).await? {
        Indexed::Made(segment) => {
            let bytes = segment.to_bytes().map_err(Problem::internal)?;
            app.store
                .set_source_index(effect.workspace_id, source_id, bytes)
                .await?;
            let passages = Some(segment.len() as u64);
            telling
                .tell(SourceState::Ready, 100, passages, None)
                .await?;
        }
        // What cannot be read today cannot be read tomorrow: the owner is told in plain words and may try again.
        Indexed::Failed(words) => {
            telling
                .tell(SourceState::Failed, 0, Some(0), Some(words))
                .await?;
        }
        Indexed::LeaseLost => return Ok(Outcome::Recorded),
    }
    app.knowledge.forget(source.persona_id);
    app.dashboard_changes
        .tell(effect.workspace_id, ChangedList::Personas);
    Ok(Outcome::Done)
}
