//! Tells open conversations how their persona is set now.

use crate::app::App;
use crate::persona_profile::{Profile, UserNames, conversation_profile};
use crate::problem::Problem;
use trialogue_conversation::command::{Actor, Command};
use trialogue_conversation::ids::{PersonaId, WorkspaceId};

/// Idempotent: a conversation that knows already is told nothing new.
pub async fn spread_persona(
    app: &App,
    workspace_id: WorkspaceId,
    persona_id: PersonaId,
) -> Result<(), Problem> {
    let Some(persona) = app.store.persona(workspace_id, persona_id).await? else {
        return Ok(());
    };
    let profile = Profile::read(&persona)?;
    let names = UserNames::of(app, workspace_id).await?;
    let known = conversation_profile(&persona, &profile, &names);
    for conversation_id in app
        .store
        .open_conversations_of(workspace_id, persona_id)
        .await?
    {
        let settings = Command::ChangeSettings {
            settings: profile.settings(),
        };
        app.rooms
            .command(conversation_id, Actor::System, settings)
            .await?;
        let persona = Command::ChangePersona {
            persona: known.clone(),
        };
        app.rooms
            .command(conversation_id, Actor::System, persona)
            .await?;
    }
    Ok(())
}
