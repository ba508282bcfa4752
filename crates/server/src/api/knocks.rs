//! Knocking, waiting and coming in.

use super::{Answer, Body, NOTHING, Nothing, Path};
use crate::app::{App, GuestSubject};
use crate::problem::Problem;
use crate::rooms::Done;
use crate::sign_in::tokens::hash_token;
use crate::sign_in::{Caller, ClientAddress, SameOrigin, User};
use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use trialogue_conversation::command::{Actor, Command};
use trialogue_conversation::ids::{
    ConversationId, HandoffId, JoinRequestId, ParticipantId, UserId,
};
use trialogue_conversation::joining::{Door, HistoryGrant};
use trialogue_conversation::participant::{Identity, Role};
use trialogue_conversation::view::WaitingView;
use trialogue_conversation::waiting_view;
use trialogue_storage::TokenKind;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(get_door))
        .routes(routes!(knock))
        .routes(routes!(get_knock))
        .routes(routes!(join))
        .routes(routes!(withdraw_knock))
}

/// What an owner's link is about.
#[derive(Debug, Serialize, Deserialize)]
pub struct OwnerLinkSubject {
    pub conversation_id: ConversationId,
    pub handoff_id: HandoffId,
    pub user_id: UserId,
}

#[derive(Debug, Serialize)]
pub struct DoorPersona {
    name: String,
    picture: Option<String>,
}

/// What somebody sees before the door: the persona, and whether knocking makes sense.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct DoorView {
    #[schema(value_type = Object)]
    persona: DoorPersona,
    /// Already a participant: no need to knock.
    inside: bool,
    /// Was removed: knocking would be refused.
    removed: bool,
    open: bool,
    in_call_users: bool,
    #[schema(value_type = String)]
    role: Role,
    /// The newest knock of this user, if it is still of interest.
    #[schema(value_type = Option<u64>)]
    request_id: Option<JoinRequestId>,
    /// The open handoff that this user was told of. The page reports that they looked: a GET never acts.
    #[schema(value_type = Option<u64>)]
    asked: Option<HandoffId>,
}

/// A user's role in a conversation that they come to by themselves.
fn role_of(state: &trialogue_conversation::State, user_id: UserId) -> Role {
    match state.about() {
        Some(about) if about.persona.owner.user_id == user_id => Role::Owner,
        _ => Role::Colleague,
    }
}

/// The open handoff that this user was told of and that nobody else was asked instead.
fn asked(state: &trialogue_conversation::State, user_id: UserId) -> Option<HandoffId> {
    let handoff = state.open_handoff()?;
    let told = handoff
        .chain
        .iter()
        .any(|one| one.user_id == user_id && one.told_at.is_some() && !one.withdrawn);
    told.then_some(handoff.id)
}

#[utoipa::path(get, path = "/conversations/{id}/door", tag = "knocks", params(("id" = Uuid, Path)), responses((status = 200, body = DoorView)))]
async fn get_door(State(app): State<App>, user: User, Path(id): Path<Uuid>) -> Answer<DoorView> {
    let conversation_id = ConversationId(id);
    let user_id = user.user_id;
    let access = app.access(&Caller::User(user), conversation_id).await?;
    let door = app.rooms.ask(conversation_id, move |state| {
        let about = state.about()?;
        Some(DoorView {
            persona: DoorPersona {
                name: about.persona.name.clone(),
                picture: about.persona.picture.clone(),
            },
            inside: access.participant_id.is_some(),
            removed: state.was_removed(&access.identity),
            open: state.is_open(),
            in_call_users: about.settings.in_call_users,
            role: role_of(state, user_id),
            request_id: access.knocks.last().copied(),
            asked: asked(state, user_id),
        })
    });
    Ok(Json(
        door.await?
            .ok_or_else(|| Problem::not_found("conversation"))?,
    ))
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub struct KnockBody {
    #[serde(default)]
    purpose: String,
    /// How much of what was said before: `all` or `from_join`.
    #[schema(value_type = Option<String>)]
    asks_history: Option<HistoryGrant>,
    /// The token of an owner's link.
    handoff: Option<String>,
}

/// Either inside already, or waiting.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Knocked {
    #[schema(value_type = Option<u64>)]
    participant_id: Option<ParticipantId>,
    #[schema(value_type = Option<u64>)]
    request_id: Option<JoinRequestId>,
    #[schema(value_type = Option<Object>)]
    waiting: Option<WaitingView>,
}

#[utoipa::path(post, path = "/conversations/{id}/knocks", tag = "knocks", params(("id" = Uuid, Path)), request_body = KnockBody, responses((status = 200, body = Knocked), (status = 429, body = Problem)))]
async fn knock(
    State(app): State<App>,
    _: SameOrigin,
    user: User,
    ClientAddress(address): ClientAddress,
    Path(id): Path<Uuid>,
    Body(body): Body<KnockBody>,
) -> Answer<Knocked> {
    app.rate_limits.knock(address)?;
    let conversation_id = ConversationId(id);
    let name = user.name.clone();
    let door = match &body.handoff {
        Some(token) => owner_link_door(&app, &user, conversation_id, token).await?,
        None => Door::ConversationUrl,
    };
    let access = app.access(&Caller::User(user), conversation_id).await?;
    let asks_history = body.asks_history.unwrap_or(HistoryGrant::All);
    let command = Command::Knock {
        name,
        // Granted to whoever stands in for the owner. The owner is the owner, and everybody else a colleague.
        role: Role::Agent,
        door,
        purpose: body.purpose,
        asks_history,
    };
    let done = app
        .rooms
        .command(
            conversation_id,
            Actor::Outsider(access.identity.clone()),
            command,
        )
        .await?;
    Ok(Json(
        knocked(&app, conversation_id, done, access.identity).await?,
    ))
}

/// The link of a handoff's mail is good for the user it was sent to, as long as it has not expired.
async fn owner_link_door(
    app: &App,
    user: &User,
    conversation_id: ConversationId,
    token: &str,
) -> Result<Door, Problem> {
    let gone = || {
        Problem::invalid(
            "link_gone",
            "This link is too old or was meant for somebody else. You can still knock without it.",
        )
    };
    let token = app
        .store
        .token(&hash_token(token))
        .await?
        .ok_or_else(gone)?;
    if token.kind != TokenKind::OwnerLink
        || !token.is_good(app.now())
        || token.workspace_id != user.workspace_id
    {
        return Err(gone());
    }
    let subject: OwnerLinkSubject =
        serde_json::from_str(&token.subject).map_err(Problem::internal)?;
    if subject.conversation_id != conversation_id || subject.user_id != user.user_id {
        return Err(gone());
    }
    Ok(Door::OwnerLink)
}

/// What a knock came to.
pub async fn knocked(
    app: &App,
    conversation_id: ConversationId,
    done: Done,
    identity: Identity,
) -> Result<Knocked, Problem> {
    if done.participant_id.is_some() {
        return Ok(Knocked {
            participant_id: done.participant_id,
            request_id: None,
            waiting: None,
        });
    }
    let now = app.now();
    let knocked = app.rooms.ask(conversation_id, move |state| {
        // The newest: a knock that settles an expired one first begins with that.
        let request_id = state.requests_of(&identity).last().map(|one| one.id);
        Knocked {
            participant_id: state.participant_of(&identity).map(|inside| inside.id),
            request_id,
            waiting: request_id.and_then(|id| waiting_view(state, id, now)),
        }
    });
    Ok(knocked.await?)
}

/// A knock belongs to whoever knocked; for everybody else it does not exist.
async fn own_knock(
    app: &App,
    caller: &Caller,
    conversation_id: ConversationId,
    request_id: JoinRequestId,
) -> Result<Identity, Problem> {
    let access = app.access(caller, conversation_id).await?;
    if access.knocks.contains(&request_id) {
        Ok(access.identity)
    } else {
        Err(Problem::not_found("knock"))
    }
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Waiting {
    #[schema(value_type = Object)]
    waiting: WaitingView,
}

#[utoipa::path(get, path = "/conversations/{id}/knocks/{request_id}", tag = "knocks", params(("id" = Uuid, Path), ("request_id" = u64, Path)), responses((status = 200, body = Waiting)))]
async fn get_knock(
    State(app): State<App>,
    caller: Caller,
    Path((id, request_id)): Path<(Uuid, u64)>,
) -> Answer<Waiting> {
    let (conversation_id, request_id) = (ConversationId(id), JoinRequestId(request_id));
    own_knock(&app, &caller, conversation_id, request_id).await?;
    let now = app.now();
    let waiting = app
        .rooms
        .ask(conversation_id, move |state| {
            waiting_view(state, request_id, now)
        })
        .await?;
    Ok(Json(Waiting {
        waiting: waiting.ok_or_else(|| Problem::not_found("knock"))?,
    }))
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Joined {
    #[schema(value_type = Option<u64>)]
    participant_id: Option<ParticipantId>,
}

impl Joined {
    pub fn of(done: Done) -> Self {
        Self {
            participant_id: done.participant_id,
        }
    }
}

/// From the waiting room into the conversation.
#[utoipa::path(post, path = "/conversations/{id}/knocks/{request_id}/join", tag = "knocks", params(("id" = Uuid, Path), ("request_id" = u64, Path)), responses((status = 200, body = Joined)))]
async fn join(
    State(app): State<App>,
    _: SameOrigin,
    caller: Caller,
    Path((id, request_id)): Path<(Uuid, u64)>,
) -> Answer<Joined> {
    let (conversation_id, request_id) = (ConversationId(id), JoinRequestId(request_id));
    let identity = own_knock(&app, &caller, conversation_id, request_id).await?;
    let done = app
        .rooms
        .command(
            conversation_id,
            Actor::Outsider(identity.clone()),
            Command::Join { request_id },
        )
        .await?;
    let participant_id = match done.participant_id {
        Some(participant_id) => Some(participant_id),
        None => {
            app.rooms
                .ask(conversation_id, move |state| {
                    state.participant_of(&identity).map(|inside| inside.id)
                })
                .await?
        }
    };
    Ok(Json(Joined { participant_id }))
}

#[utoipa::path(post, path = "/conversations/{id}/knocks/{request_id}/withdraw", tag = "knocks", params(("id" = Uuid, Path), ("request_id" = u64, Path)), responses((status = 204)))]
async fn withdraw_knock(
    State(app): State<App>,
    _: SameOrigin,
    caller: Caller,
    Path((id, request_id)): Path<(Uuid, u64)>,
) -> Nothing {
    let (conversation_id, request_id) = (ConversationId(id), JoinRequestId(request_id));
    let identity = own_knock(&app, &caller, conversation_id, request_id).await?;
    app.rooms
        .command(
            conversation_id,
            Actor::Outsider(identity),
            Command::WithdrawKnock { request_id },
        )
        .await?;
    Ok(NOTHING)
}

/// What a token of an invitation is bound to, so that it can be revoked with it.
pub fn about_invitation(subject: &GuestSubject) -> String {
    format!("{}/{}", subject.conversation_id, subject.invitation_id)
}
