//! Tells open conversations how their persona is set now.

use crate::app::App;
use crate::persona_profile::{Profile, UserNames, conversation_profile};
use crate::problem::Problem;
use crate::rooms::NotDone;
use futures_util::StreamExt;
use futures_util::stream;
use trialogue_conversation::Refusal;
use trialogue_conversation::command::{Actor, Command};
use trialogue_conversation::ids::{ConversationId, PersonaId, WorkspaceId};
use trialogue_conversation::refusal::AccessRefusal;

/// Conversations told at a time: their writes share syncs, and a change reaches every open page within a second.
const AT_ONCE: usize = 16;

/// Tells every open conversation, whatever becomes of the others; the error is the first that came up. Idempotent: a
/// conversation that knows already is told nothing new.
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
    let settings = Command::ChangeSettings {
        settings: profile.settings(app),
    };
    let known = Command::ChangePersona {
        persona: conversation_profile(&persona, &profile, &names),
    };
    let conversations = app
        .store
        .open_conversations_of(workspace_id, persona_id)
        .await?;
    let telling = conversations.into_iter().map(|conversation_id| {
        let (settings, known) = (settings.clone(), known.clone());
        async move {
            tell(app, conversation_id, settings).await?;
            tell(app, conversation_id, known).await
        }
    });
    let mut outcomes = stream::iter(telling).buffer_unordered(AT_ONCE);
    let mut first_error = Ok(());
    while let Some(outcome) = outcomes.next().await {
        first_error = first_error.and(outcome);
    }
    first_error
}

async fn tell(app: &App, conversation_id: ConversationId, command: Command) -> Result<(), Problem> {
    let told = app
        .rooms
        .command_finishing(conversation_id, Actor::System, command, None)
        .await?;
    match told {
        // It ended after the list was made: nothing is open there to be told.
        Ok(_) | Err(NotDone::Refused(Refusal::Access(AccessRefusal::Ended))) => Ok(()),
        Err(not_done) => Err(not_done.into()),
    }
}
