//! Staff who watch a conversation from inside, unseen by its visitor and guests.

use super::conversations::{audit, staff_of};
use super::knocks::Joined;
use super::{Answer, Path};
use crate::app::App;
use crate::problem::Problem;
use crate::sign_in::{Caller, SameOrigin, User};
use axum::Json;
use axum::extract::State;
use trialogue_conversation::command::Command;
use trialogue_conversation::ids::{ConversationId, Timestamp};
use trialogue_conversation::participant::PresenceMode;
use trialogue_conversation::refusal::KnockRefusal;
use trialogue_conversation::{Refusal, comes_as, decide};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(watch))
}

/// What watching is decided by; none for those who have no business here.
fn command(state: &trialogue_conversation::State, user: &User) -> Option<Command> {
    let role = comes_as(state, &staff_of(state, user))?;
    Some(Command::JoinAsStaff {
        name: user.name.clone(),
        role,
        presence_mode: PresenceMode::Monitor,
    })
}

pub fn may_watch(state: &trialogue_conversation::State, user: &User, now: Timestamp) -> bool {
    command(state, user)
        .is_some_and(|command| decide(state, &staff_of(state, user), &command, now).is_ok())
}

/// Comes in as a monitor: sees and hears everything, does nothing, and is shown to staff alone (to everybody where the workspace
/// wants that). Agents and supervisors only; the log and the audit log tell of it. The command `step_in` makes a participant of a
/// monitor.
#[utoipa::path(post, path = "/conversations/{id}/watch", tag = "conversations", params(("id" = Uuid, Path)), responses((status = 200, body = Joined), (status = 403, body = Problem)))]
async fn watch(
    State(app): State<App>,
    _: SameOrigin,
    user: User,
    Path(id): Path<Uuid>,
) -> Answer<Joined> {
    let conversation_id = ConversationId(id);
    app.access(&Caller::User(user.clone()), conversation_id)
        .await?;
    let watcher = user.clone();
    let asked = app.rooms.ask(conversation_id, move |state| {
        (staff_of(state, &watcher), command(state, &watcher))
    });
    let (actor, command) = asked.await?;
    let command = command.ok_or_else(|| Refusal::from(KnockRefusal::WrongDoor))?;
    // Written down first: a watching that cannot be written down does not take place.
    audit(&app, &user, conversation_id, "conversation_watched").await?;
    let done = app.rooms.command(conversation_id, actor, command).await?;
    Ok(Json(Joined::of(done)))
}
