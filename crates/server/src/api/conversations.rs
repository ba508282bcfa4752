//! Conversations: lists, reading, and acting without a socket.

use super::monitors::may_watch;
use super::{Answer, Body, Caused, Path};
use crate::app::App;
use crate::live::frames::{ClientCommand, check_client_id};
use crate::persona_profile::picture_url;
use crate::problem::Problem;
use crate::rooms::seen_by;
use crate::sign_in::{Caller, SameOrigin, User};
use axum::Json;
use axum::extract::{Query, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use trialogue_conversation::command::{Actor, Command, PostMessage};
use trialogue_conversation::event::{Event, Recorded};
use trialogue_conversation::ids::{
    ConversationId, ParticipantId, PersonaId, Seq, Timestamp, WorkspaceId,
};
use trialogue_conversation::participant::{Identity, Role};
use trialogue_conversation::permissions::{Action, in_table};
use trialogue_conversation::refusal::AccessRefusal;
use trialogue_conversation::view::View;
use trialogue_conversation::{Refusal, Summary, SummaryPersona, Viewer};
use trialogue_storage::{
    AuditEntry, ConversationCursor, ConversationFilter, StoredEvent, UserRole, Write,
};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

/// Rows of one page at most.
const MAX_PAGE: usize = 200;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_conversations))
        .routes(routes!(get_conversation))
        .routes(routes!(list_events))
        .routes(routes!(post_message))
        .routes(routes!(give_command))
        .routes(routes!(export_conversation))
        .routes(routes!(get_passage))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
pub struct ListQuery {
    /// `open` or `ended`; both if not given.
    state: Option<String>,
    persona_id: Option<Uuid>,
    /// Where the last page ended.
    before: Option<String>,
    limit: Option<usize>,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Conversations {
    #[schema(value_type = Vec<Object>)]
    conversations: Vec<Summary>,
    /// Where the next page begins, when there is one.
    next: Option<String>,
}

/// Names and pictures of a workspace's personas, for rows.
pub struct PersonaCards(HashMap<PersonaId, SummaryPersona>);

impl PersonaCards {
    pub async fn of(app: &App, workspace_id: WorkspaceId) -> Result<Self, Problem> {
        let personas = app.store.personas(workspace_id).await?;
        Ok(Self(
            personas
                .into_iter()
                .map(|card| {
                    let id = card.persona.persona_id;
                    (
                        id,
                        SummaryPersona {
                            id,
                            picture: picture_url(&card.persona),
                            name: card.persona.name,
                        },
                    )
                })
                .collect(),
        ))
    }

    pub fn card(&self, id: PersonaId) -> SummaryPersona {
        self.0.get(&id).cloned().unwrap_or_else(|| SummaryPersona {
            id,
            name: "Deleted persona".into(),
            picture: None,
        })
    }
}

/// Whom a list is limited to: admins and supervisors see the whole workspace.
pub fn reader_filter(user: &User) -> Option<trialogue_conversation::ids::UserId> {
    let sees_all = user.is_admin() || user.roles.contains(&UserRole::Supervisor);
    (!sees_all).then_some(user.user_id)
}

#[utoipa::path(get, path = "/conversations", tag = "conversations", params(ListQuery), responses((status = 200, body = Conversations)))]
async fn list_conversations(
    State(app): State<App>,
    user: User,
    Query(query): Query<ListQuery>,
) -> Answer<Conversations> {
    let open = match query.state.as_deref() {
        None => None,
        Some("open") => Some(true),
        Some("ended") => Some(false),
        Some(_) => {
            return Err(Problem::field(
                "state",
                "bad_state",
                "The state is open or ended.",
            ));
        }
    };
    let filter = ConversationFilter {
        open,
        persona_id: query.persona_id.map(PersonaId),
        reader: reader_filter(&user),
        ..ConversationFilter::default()
    };
    let before = query.before.as_deref().map(read_cursor).transpose()?;
    let limit = query.limit.unwrap_or(50).clamp(1, MAX_PAGE);
    let rows = app
        .store
        .conversations(user.workspace_id, &filter, before, limit)
        .await?;
    let next = (rows.len() == limit)
        .then(|| rows.last().map(|row| write_cursor(row.cursor())))
        .flatten();
    let personas = PersonaCards::of(&app, user.workspace_id).await?;
    let mut conversations = Vec::with_capacity(rows.len());
    for row in rows {
        let mut summary: Summary = serde_json::from_str(&row.summary).map_err(Problem::internal)?;
        // As the persona is called today.
        summary.persona = personas.card(row.persona_id);
        conversations.push(summary);
    }
    Ok(Json(Conversations {
        conversations,
        next,
    }))
}

fn write_cursor(cursor: ConversationCursor) -> String {
    format!("{}_{}", cursor.last_at.0, cursor.conversation_id)
}

fn read_cursor(text: &str) -> Result<ConversationCursor, Problem> {
    let bad = || Problem::field("before", "bad_cursor", "This page does not exist.");
    let (last_at, id) = text.split_once('_').ok_or_else(bad)?;
    Ok(ConversationCursor {
        last_at: Timestamp(last_at.parse().map_err(|_| bad())?),
        conversation_id: ConversationId(id.parse().map_err(|_| bad())?),
    })
}

/// As whom a caller reads: as a participant, or as staff who did not take part, which is audited.
async fn viewer_for(
    app: &App,
    caller: &Caller,
    conversation_id: ConversationId,
) -> Result<Viewer, Problem> {
    let access = app.access(caller, conversation_id).await?;
    if let Some(participant_id) = access.participant_id {
        let viewer = app
            .rooms
            .ask(conversation_id, move |state| {
                Viewer::participant(state, participant_id)
            })
            .await?;
        return viewer.ok_or_else(|| Problem::not_found("conversation"));
    }
    match caller {
        Caller::User(user) => {
            let viewer = reader_for(app, user, conversation_id).await?;
            audit(app, user, conversation_id, "conversation_read").await?;
            Ok(viewer)
        }
        // A visitor who left may read their own conversation; a guest who left may not.
        Caller::Visitor { visitor_id, .. } => {
            let identity = Identity::Visitor {
                visitor_id: *visitor_id,
            };
            let viewer = app.rooms.ask(conversation_id, move |state| {
                state
                    .visitor()
                    .filter(|visitor| visitor.identity == identity)
                    .and_then(|visitor| Viewer::participant(state, visitor.id))
            });
            viewer
                .await?
                .ok_or_else(|| Problem::not_found("conversation"))
        }
        Caller::Guest { .. } => Err(Problem::not_found("conversation")),
    }
}

/// Staff who are not inside. Owner, supervisors and admins read everything. A colleague reads while they take part: who left
/// or was removed comes in again by knocking. Whoever only watched reads on.
async fn reader_for(
    app: &App,
    user: &User,
    conversation_id: ConversationId,
) -> Result<Viewer, Problem> {
    let user_id = user.user_id;
    let asked = app.rooms.ask(conversation_id, move |state| {
        let owns = state
            .about()
            .is_some_and(|about| about.persona.owner.user_id == user_id);
        let took_part = state
            .participants()
            .any(|one| one.user_id() == Some(user_id) && one.acts());
        (owns, took_part)
    });
    let (owns, took_part) = asked.await?;
    if owns {
        return Ok(Viewer::reader(Role::Owner));
    }
    let reader = Viewer::reader(Role::Supervisor);
    if reader_filter(user).is_none() {
        return Ok(reader);
    }
    let may_read = app
        .store
        .is_reader(user.workspace_id, conversation_id, user_id)
        .await?;
    if may_read && !took_part {
        return Ok(reader);
    }
    Err(Problem::not_found("conversation"))
}

/// Writes down what staff saw without taking part.
pub async fn audit(
    app: &App,
    user: &User,
    conversation_id: ConversationId,
    action: &str,
) -> Result<(), Problem> {
    let entry = AuditEntry {
        at: app.now(),
        user_id: Some(user.user_id),
        conversation_id: Some(conversation_id),
        action: action.into(),
        detail: String::new(),
    };
    Ok(app
        .store
        .write(user.workspace_id, vec![Write::Audit(entry)])
        .await?)
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ReadConversation {
    #[schema(value_type = Object)]
    view: Box<View>,
    /// May watch from inside, unseen: see `watch`.
    may_watch: bool,
}

#[utoipa::path(get, path = "/conversations/{id}", tag = "conversations", params(("id" = Uuid, Path)), responses((status = 200, body = ReadConversation)))]
async fn get_conversation(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> Answer<ReadConversation> {
    let conversation_id = ConversationId(id);
    let viewer = viewer_for(&app, &caller, conversation_id).await?;
    let now = app.now();
    let (view, may_watch) = app
        .rooms
        .ask(conversation_id, move |state| {
            let may_watch = match &caller {
                Caller::User(user) => may_watch(state, user, now),
                Caller::Visitor { .. } | Caller::Guest { .. } => false,
            };
            (trialogue_conversation::view(state, &viewer, now), may_watch)
        })
        .await?;
    Ok(Json(ReadConversation {
        view: Box::new(view.ok_or_else(|| Problem::not_found("conversation"))?),
        may_watch,
    }))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
pub struct EventsQuery {
    /// The events after this seq …
    after: Option<u64>,
    /// … or the newest before this one; the newest of all if neither is given.
    before: Option<u64>,
    limit: Option<usize>,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Events {
    #[schema(value_type = Vec<Object>)]
    events: Vec<Recorded>,
    /// There are more in the direction that was asked for.
    more: bool,
}

#[utoipa::path(get, path = "/conversations/{id}/events", tag = "conversations", params(("id" = Uuid, Path), EventsQuery), responses((status = 200, body = Events)))]
async fn list_events(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<Uuid>,
    Query(query): Query<EventsQuery>,
) -> Answer<Events> {
    let conversation_id = ConversationId(id);
    let viewer = viewer_for(&app, &caller, conversation_id).await?;
    let limit = query.limit.unwrap_or(100).clamp(1, MAX_PAGE);
    let stored = match (query.after, query.before) {
        (Some(after), _) => app.store.events(conversation_id, Seq(after), limit).await?,
        (None, before) => {
            app.store
                .events_before(conversation_id, Seq(before.unwrap_or(u64::MAX)), limit)
                .await?
        }
    };
    let more = stored.len() == limit;
    Ok(Json(Events {
        events: visible(&stored, &viewer)?,
        more,
    }))
}

fn visible(stored: &[StoredEvent], viewer: &Viewer) -> Result<Vec<Recorded>, Problem> {
    let mut events = Vec::with_capacity(stored.len());
    for event in stored {
        events.extend(seen_by(
            &crate::rooms::read_event(event).map_err(Problem::internal)?,
            viewer,
        ));
    }
    Ok(events)
}

/// Whom a caller acts as: a participant, a user in the dashboard, or somebody at the door.
async fn actor_for(
    app: &App,
    caller: &Caller,
    conversation_id: ConversationId,
    command: &Command,
) -> Result<Actor, Problem> {
    let access = app.access(caller, conversation_id).await?;
    Ok(match (access.participant_id, caller) {
        (Some(participant_id), _) => Actor::Participant(participant_id),
        (None, Caller::User(user)) if !is_at_the_door(command) => {
            staff(app, user, conversation_id).await?
        }
        (None, _) => Actor::Outsider(access.identity),
    })
}

/// About an own knock.
fn is_at_the_door(command: &Command) -> bool {
    matches!(
        command,
        Command::Join { .. } | Command::WithdrawKnock { .. }
    )
}

/// A user who is not inside. What they may do there the core decides.
async fn staff(app: &App, user: &User, conversation_id: ConversationId) -> Result<Actor, Problem> {
    let user = user.clone();
    let actor = app
        .rooms
        .ask(conversation_id, move |state| staff_of(state, &user));
    Ok(actor.await?)
}

/// What the directory says of a user, for one conversation.
pub fn staff_of(state: &trialogue_conversation::State, user: &User) -> Actor {
    let user_id = user.user_id;
    Actor::Staff {
        user_id,
        is_owner: state
            .about()
            .is_some_and(|about| about.persona.owner.user_id == user_id),
        is_admin: user.is_admin(),
        is_supervisor: user.roles.contains(&UserRole::Supervisor),
    }
}

/// Gives a command on behalf of a caller, who may be inside or not.
pub async fn act(
    app: &App,
    caller: &Caller,
    conversation_id: ConversationId,
    command: Command,
) -> Answer<Caused> {
    let actor = actor_for(app, caller, conversation_id, &command).await?;
    if let Actor::Participant(participant_id) = actor {
        app.check_rate(conversation_id, Some(participant_id), &command)?;
    }
    let done = app.rooms.command(conversation_id, actor, command).await?;
    Ok(Json(Caused { seq: done.seq }))
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub struct PostBody {
    /// The client's own id; the same id again is answered with the first outcome.
    id: String,
    #[serde(flatten)]
    #[schema(value_type = Object)]
    message: PostMessage,
}

#[utoipa::path(post, path = "/conversations/{id}/messages", tag = "conversations", params(("id" = Uuid, Path)), request_body = PostBody, responses((status = 200, body = Caused)))]
async fn post_message(
    State(app): State<App>,
    _: SameOrigin,
    caller: Caller,
    Path(id): Path<Uuid>,
    Body(PostBody {
        id: client_id,
        mut message,
    }): Body<PostBody>,
) -> Answer<Caused> {
    check_client_id(&client_id)?;
    message.client_id = Some(client_id);
    act(
        &app,
        &caller,
        ConversationId(id),
        Command::PostMessage(message),
    )
    .await
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub struct CommandBody {
    command: ClientCommand,
}

/// The commands of the live socket, for clients without one.
#[utoipa::path(post, path = "/conversations/{id}/commands", tag = "conversations", params(("id" = Uuid, Path)), request_body = CommandBody, responses((status = 200, body = Caused)))]
async fn give_command(
    State(app): State<App>,
    _: SameOrigin,
    caller: Caller,
    Path(id): Path<Uuid>,
    Body(body): Body<CommandBody>,
) -> Answer<Caused> {
    act(&app, &caller, ConversationId(id), body.command.into()).await
}

/// Everything the caller may see, as a file: `json` holds the log, `txt` reads like a transcript.
#[utoipa::path(get, path = "/conversations/{id}/export.{format}", tag = "conversations", params(("id" = Uuid, Path), ("format" = String, Path)), responses((status = 200)))]
async fn export_conversation(
    State(app): State<App>,
    caller: Caller,
    Path((id, format)): Path<(Uuid, String)>,
) -> Result<Response, Problem> {
    /// Events read at a time.
    const PAGE: usize = 1_000;
    let conversation_id = ConversationId(id);
    let viewer = viewer_for(&app, &caller, conversation_id).await?;
    if !in_table(viewer.role, viewer.presence_mode, Action::Export) {
        return Err(Refusal::from(AccessRefusal::NotAllowed(Action::Export)).into());
    }
    let mut events = Vec::new();
    let mut after = Seq(0);
    loop {
        let stored = app.store.events(conversation_id, after, PAGE).await?;
        events.extend(visible(&stored, &viewer)?);
        match stored.last() {
            Some(last) if stored.len() == PAGE => after = last.seq,
            _ => break,
        }
    }
    let (kind, body) = match format.as_str() {
        "json" => (
            "application/json",
            serde_json::to_string_pretty(&events).map_err(Problem::internal)?,
        ),
        "txt" => (
            "text/plain; charset=utf-8",
            crate::transcript::transcript(&events, names_of(&app, conversation_id, viewer).await?),
        ),
        _ => return Err(Problem::not_found("format")),
    };
    let disposition = format!("attachment; filename=\"conversation-{id}.{format}\"");
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (
            header::CONTENT_DISPOSITION,
            HeaderValue::from_str(&disposition).map_err(Problem::internal)?,
        ),
    ];
    Ok((headers, body).into_response())
}

/// Everybody whom this viewer is shown, by name.
async fn names_of(
    app: &App,
    conversation_id: ConversationId,
    viewer: Viewer,
) -> Result<Vec<(ParticipantId, String)>, Problem> {
    let now = app.now();
    let view = app.rooms.ask(conversation_id, move |state| {
        trialogue_conversation::view(state, &viewer, now)
    });
    let participants = view.await?.map(|view| view.participants);
    Ok(participants
        .into_iter()
        .flatten()
        .map(|one| (one.participant.id, one.participant.name))
        .collect())
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
pub struct PassageQuery {
    conversation_id: Uuid,
    /// The message that cites.
    seq: u64,
    /// Which of its citations, from 0.
    index: usize,
}

/// The passage around a citation. Only who sees the message sees what it cites.
#[utoipa::path(get, path = "/passages", tag = "conversations", params(PassageQuery), responses((status = 200, body = Object)))]
async fn get_passage(
    State(app): State<App>,
    caller: Caller,
    Query(query): Query<PassageQuery>,
) -> Answer<crate::knowledge::Passage> {
    let conversation_id = ConversationId(query.conversation_id);
    let viewer = viewer_for(&app, &caller, conversation_id).await?;
    let after = Seq(query.seq.saturating_sub(1));
    let stored = app.store.events(conversation_id, after, 1).await?;
    let citation =
        visible(&stored, &viewer)?
            .into_iter()
            .find_map(|recorded| match recorded.event {
                Event::MessagePosted { citations, .. } if recorded.seq.0 == query.seq => {
                    citations.into_iter().nth(query.index)
                }
                _ => None,
            });
    let citation = citation.ok_or_else(|| Problem::not_found("citation"))?;
    Ok(Json(
        app.knowledge
            .passage(&app, caller.workspace_id(), &citation)
            .await?,
    ))
}
