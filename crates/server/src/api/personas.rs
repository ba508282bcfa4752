//! Personas in the dashboard.

use super::{Answer, Body, NOTHING, Nothing, Path};
use crate::app::App;
use crate::dashboard_changes::ChangedList;
use crate::effects::Work;
use crate::persona_profile::{Profile, UserNames, picture_url, public_persona};
use crate::problem::Problem;
use crate::sign_in::{SameOrigin, User};
use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use trialogue_conversation::event::UserRef;
use trialogue_conversation::ids::{PersonaId, UserId, WorkspaceId};
use trialogue_conversation::media::video_refusal;
use trialogue_conversation::settings::Settings;
use trialogue_storage::{
    NewPersona, Persona, PersonaUpdate, Picture, UpdatePersonaError, UserRole, Write,
};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

/// Largest picture, in bytes.
const MAX_PICTURE: usize = 1_000_000;
/// Formats that browsers show and that cannot carry scripts.
const PICTURE_TYPES: [&str; 4] = ["image/png", "image/jpeg", "image/webp", "image/gif"];
const MAX_CALL_NAMES: usize = 10;
const MAX_TOPICS: usize = 30;
const MAX_BACKUPS: usize = 10;
const MAX_GREETING_CHARS: usize = 1_000;
const MAX_INSTRUCTIONS_CHARS: usize = 8_000;
/// The direct way usually tells open conversations at once; the effect makes sure of it after this long.
const SPREAD_AGAIN_MS: i64 = 2_000;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_personas, create_persona))
        .routes(routes!(get_persona, change_persona, delete_persona))
        .routes(routes!(get_picture, set_picture))
        .routes(routes!(try_persona))
        .routes(routes!(get_public_persona))
        .routes(routes!(get_demo))
        .layer(axum::extract::DefaultBodyLimit::max(MAX_PICTURE + 1_024))
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ListedPersona {
    #[schema(value_type = Uuid)]
    id: PersonaId,
    name: String,
    picture: Option<String>,
    #[schema(value_type = Object)]
    owner: UserRef,
    open_conversations: u64,
    sources_ready: u64,
    sources_total: u64,
    #[schema(value_type = Object)]
    settings: Settings,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Personas {
    personas: Vec<ListedPersona>,
}

#[utoipa::path(get, path = "/personas", tag = "personas", responses((status = 200, body = Personas)))]
async fn list_personas(State(app): State<App>, user: User) -> Answer<Personas> {
    let names = UserNames::of(&app, user.workspace_id).await?;
    let mut personas = Vec::new();
    for card in app.store.personas(user.workspace_id).await? {
        personas.push(ListedPersona {
            id: card.persona.persona_id,
            name: card.persona.name.clone(),
            picture: picture_url(&card.persona),
            owner: names.named(card.persona.owner_id),
            open_conversations: card.open_conversations,
            sources_ready: card.sources_ready,
            sources_total: card.sources_total,
            settings: Profile::read(&card.persona)?.settings(&app),
        });
    }
    Ok(Json(Personas { personas }))
}

/// A persona with everything its owner may edit.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct PersonaDetails {
    #[schema(value_type = Uuid)]
    id: PersonaId,
    name: String,
    call_names: Vec<String>,
    greeting: String,
    instructions: String,
    #[schema(value_type = Object)]
    owner: UserRef,
    #[schema(value_type = Vec<Object>)]
    backups: Vec<UserRef>,
    handoff_topics: Vec<String>,
    in_call_users: bool,
    disable_video: bool,
    many_screens: bool,
    confidence_threshold: u8,
    picture: Option<String>,
    version: u64,
    /// `hybrid`; `keyword_only` where the embedding model is missing; `indexing` until it has read sources older than it.
    retrieval: &'static str,
}

async fn details(app: &App, persona: &Persona) -> Result<PersonaDetails, Problem> {
    let names = UserNames::of(app, persona.workspace_id).await?;
    let profile = Profile::read(persona)?;
    Ok(PersonaDetails {
        id: persona.persona_id,
        name: persona.name.clone(),
        owner: names.named(persona.owner_id),
        backups: profile
            .backups
            .iter()
            .map(|backup| names.named(*backup))
            .collect(),
        call_names: profile.call_names,
        greeting: profile.greeting,
        instructions: profile.instructions,
        handoff_topics: profile.handoff_topics,
        in_call_users: profile.in_call_users,
        disable_video: profile.disable_video,
        many_screens: profile.many_screens,
        confidence_threshold: profile.confidence_threshold,
        picture: picture_url(persona),
        version: persona.version,
        retrieval: app.knowledge.retrieval_of(app, persona).await?,
    })
}

/// A persona of the user's own workspace.
pub async fn persona_of(app: &App, user: &User, id: Uuid) -> Result<Persona, Problem> {
    app.store
        .persona(user.workspace_id, PersonaId(id))
        .await?
        .ok_or_else(|| Problem::not_found("persona"))
}

/// The same, if the user may change it: its owner or an admin.
pub async fn own_persona(app: &App, user: &User, id: Uuid) -> Result<Persona, Problem> {
    let persona = persona_of(app, user, id).await?;
    if persona.owner_id == user.user_id || user.is_admin() {
        Ok(persona)
    } else {
        Err(Problem::forbidden(
            "Only the persona's owner or an admin may change it.",
        ))
    }
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub struct CreatePersona {
    name: String,
}

#[utoipa::path(post, path = "/personas", tag = "personas", request_body = CreatePersona, responses((status = 200, body = PersonaDetails)))]
async fn create_persona(
    State(app): State<App>,
    user: User,
    Body(create): Body<CreatePersona>,
) -> Answer<PersonaDetails> {
    if !user.is_admin() && !user.roles.contains(&UserRole::Owner) {
        return Err(Problem::forbidden(
            "Only owners and admins may create personas.",
        ));
    }
    let name = super::people::checked_name("name", &create.name)?;
    let profile = Profile {
        greeting: format!("Hello, I am {name}. What would you like to know?"),
        call_names: vec![format!("{name} AI")],
        ..Profile::default()
    };
    let persona_id = add_persona(&app, user.workspace_id, user.user_id, &name, &profile).await?;
    let persona = app
        .store
        .persona(user.workspace_id, persona_id)
        .await?
        .ok_or_else(|| Problem::not_found("persona"))?;
    Ok(Json(details(&app, &persona).await?))
}

pub async fn add_persona(
    app: &App,
    workspace_id: trialogue_conversation::ids::WorkspaceId,
    owner_id: UserId,
    name: &str,
    profile: &Profile,
) -> Result<PersonaId, Problem> {
    let persona_id = PersonaId(Uuid::now_v7());
    let persona = NewPersona {
        persona_id,
        workspace_id,
        owner_id,
        name: name.to_owned(),
        profile: profile.to_json()?,
        created_at: app.now(),
    };
    app.store.add_persona(persona).await?;
    app.dashboard_changes
        .tell(workspace_id, ChangedList::Personas);
    Ok(persona_id)
}

#[utoipa::path(get, path = "/personas/{id}", tag = "personas", params(("id" = Uuid, Path)), responses((status = 200, body = PersonaDetails)))]
async fn get_persona(
    State(app): State<App>,
    user: User,
    Path(id): Path<Uuid>,
) -> Answer<PersonaDetails> {
    let persona = persona_of(&app, &user, id).await?;
    Ok(Json(details(&app, &persona).await?))
}

/// What is not given stays as it is.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangePersona {
    name: Option<String>,
    call_names: Option<Vec<String>>,
    greeting: Option<String>,
    instructions: Option<String>,
    owner: Option<Uuid>,
    backups: Option<Vec<Uuid>>,
    handoff_topics: Option<Vec<String>>,
    in_call_users: Option<bool>,
    disable_video: Option<bool>,
    /// Several may share their screens at once.
    many_screens: Option<bool>,
    confidence_threshold: Option<u8>,
    /// The version that was edited; the change is refused if somebody else changed the persona since.
    version: Option<u64>,
}

#[utoipa::path(patch, path = "/personas/{id}", tag = "personas", params(("id" = Uuid, Path)), request_body = ChangePersona, responses((status = 200, body = PersonaDetails), (status = 409, body = Problem)))]
async fn change_persona(
    State(app): State<App>,
    user: User,
    Path(id): Path<Uuid>,
    Body(change): Body<ChangePersona>,
) -> Answer<PersonaDetails> {
    let names = UserNames::of(&app, user.workspace_id).await?;
    let mut tries = 0;
    let persona_id = loop {
        tries += 1;
        match change_once(&app, &user, id, &change, &names).await? {
            Ok(persona_id) => break persona_id,
            // Somebody changed other fields in this very moment: what is not given stays as they made it.
            Err(Stale) if change.version.is_none() && tries < CHANGES_TRIED => {}
            Err(Stale) => {
                return Err(Problem::conflict(
                    "changed_meanwhile",
                    "Somebody else changed this persona meanwhile. Load it again, then make your change.",
                ));
            }
        }
    };
    spread_now(&app, user.workspace_id, persona_id).await;
    app.dashboard_changes
        .tell(user.workspace_id, ChangedList::Personas);
    let persona = persona_of(&app, &user, id).await?;
    Ok(Json(details(&app, &persona).await?))
}

/// How often a change is made again that crossed another one.
const CHANGES_TRIED: usize = 4;

/// The persona has another version by now.
struct Stale;

async fn change_once(
    app: &App,
    user: &User,
    id: Uuid,
    change: &ChangePersona,
    names: &UserNames,
) -> Result<Result<PersonaId, Stale>, Problem> {
    let persona = own_persona(app, user, id).await?;
    let mut profile = Profile::read(&persona)?;
    let name = change
        .name
        .as_deref()
        .map_or(Ok(persona.name.clone()), |name| {
            super::people::checked_name("name", name)
        })?;
    let owner_id = known_user(names, "owner", change.owner)?.unwrap_or(persona.owner_id);
    change.clone().apply_to(&mut profile, names)?;
    let now = app.now();
    spread_again_later(app, &persona).await?;
    let update = PersonaUpdate {
        persona_id: persona.persona_id,
        from_version: Some(change.version.unwrap_or(persona.version)),
        owner_id,
        name,
        profile: profile.to_json()?,
        now,
    };
    match app.store.update_persona(user.workspace_id, update).await {
        Ok(_) => Ok(Ok(persona.persona_id)),
        Err(UpdatePersonaError::Stale { .. }) => Ok(Err(Stale)),
        Err(UpdatePersonaError::NotFound) => Err(Problem::not_found("persona")),
        Err(UpdatePersonaError::Storage(error)) => Err(error.into()),
    }
}

/// Written before a change: should we stop between it and telling the conversations, a worker tells them.
async fn spread_again_later(app: &App, persona: &Persona) -> Result<(), Problem> {
    let spread = Work::SpreadPersona {
        persona_id: persona.persona_id,
    };
    let effect = spread.effect(
        format!("spread_persona/{}/{}", persona.persona_id, Uuid::now_v7()),
        app.now().plus_ms(SPREAD_AGAIN_MS),
    )?;
    app.store
        .write(persona.workspace_id, vec![Write::Effect(effect)])
        .await?;
    Ok(())
}

/// Tells open conversations of a change that is stored. Whom this does not reach a worker tells.
async fn spread_now(app: &App, workspace_id: WorkspaceId, persona_id: PersonaId) {
    let told = crate::effects::spread_persona(app, workspace_id, persona_id).await;
    if let Err(problem) = told {
        tracing::warn!(persona = %persona_id, detail = %problem.detail, "not every conversation knows yet how its persona is set");
    }
}

fn known_user(names: &UserNames, field: &str, id: Option<Uuid>) -> Result<Option<UserId>, Problem> {
    match id.map(UserId) {
        Some(user_id) if !names.knows(user_id) => Err(Problem::field(
            field,
            "unknown_user",
            "There is no such user in this workspace.",
        )),
        other => Ok(other),
    }
}

impl ChangePersona {
    fn apply_to(self, profile: &mut Profile, names: &UserNames) -> Result<(), Problem> {
        if let Some(call_names) = self.call_names {
            profile.call_names = checked_words("call_names", call_names, MAX_CALL_NAMES)?;
        }
        if let Some(topics) = self.handoff_topics {
            profile.handoff_topics = checked_words("handoff_topics", topics, MAX_TOPICS)?;
        }
        if let Some(greeting) = self.greeting {
            profile.greeting = checked_text("greeting", greeting, MAX_GREETING_CHARS)?;
        }
        if let Some(instructions) = self.instructions {
            profile.instructions =
                checked_text("instructions", instructions, MAX_INSTRUCTIONS_CHARS)?;
        }
        if let Some(backups) = self.backups {
            if backups.len() > MAX_BACKUPS {
                return Err(Problem::field(
                    "backups",
                    "too_many",
                    format!("At most {MAX_BACKUPS} backups."),
                ));
            }
            profile.backups = backups
                .into_iter()
                .filter_map(|id| known_user(names, "backups", Some(id)).transpose())
                .collect::<Result<_, _>>()?;
        }
        if let Some(threshold) = self.confidence_threshold {
            if threshold > 100 {
                return Err(Problem::field(
                    "confidence_threshold",
                    "bad_threshold",
                    "The threshold is a percentage, 0 to 100.",
                ));
            }
            profile.confidence_threshold = threshold;
        }
        profile.in_call_users = self.in_call_users.unwrap_or(profile.in_call_users);
        profile.disable_video = self.disable_video.unwrap_or(profile.disable_video);
        profile.many_screens = self.many_screens.unwrap_or(profile.many_screens);
        Ok(())
    }
}

fn checked_text(field: &str, text: String, max_chars: usize) -> Result<String, Problem> {
    if text.chars().count() > max_chars {
        return Err(Problem::field(
            field,
            "too_long",
            format!("At most {max_chars} characters."),
        ));
    }
    Ok(text)
}

/// Names and topics: trimmed, without blanks and repeats.
fn checked_words(field: &str, words: Vec<String>, max: usize) -> Result<Vec<String>, Problem> {
    let mut checked: Vec<String> = Vec::new();
    for word in words {
        let word = word.trim();
        if word.is_empty() || checked.iter().any(|known| known.eq_ignore_ascii_case(word)) {
            continue;
        }
        checked.push(super::people::checked_name(field, word)?);
    }
    if checked.len() > max {
        return Err(Problem::field(field, "too_many", format!("At most {max}.")));
    }
    Ok(checked)
}

#[utoipa::path(delete, path = "/personas/{id}", tag = "personas", params(("id" = Uuid, Path)), responses((status = 204)))]
async fn delete_persona(State(app): State<App>, user: User, Path(id): Path<Uuid>) -> Nothing {
    let persona = own_persona(&app, &user, id).await?;
    app.store
        .delete_persona(user.workspace_id, persona.persona_id)
        .await?;
    app.knowledge.forget(persona.persona_id);
    app.dashboard_changes
        .tell(user.workspace_id, ChangedList::Personas);
    Ok(NOTHING)
}

/// Public, like the page that shows it.
#[utoipa::path(get, path = "/personas/{id}/picture", tag = "personas", params(("id" = Uuid, Path)), responses((status = 200, content_type = "image/*")))]
async fn get_picture(State(app): State<App>, Path(id): Path<Uuid>) -> Result<Response, Problem> {
    let picture = app
        .store
        .picture(PersonaId(id))
        .await?
        .ok_or_else(|| Problem::not_found("picture"))?;
    let kind = HeaderValue::from_str(&picture.content_type).map_err(Problem::internal)?;
    let headers = [
        (header::CONTENT_TYPE, kind),
        (
            header::CACHE_CONTROL,
            HeaderValue::from_static("public, max-age=86400"),
        ),
        (
            header::X_CONTENT_TYPE_OPTIONS,
            HeaderValue::from_static("nosniff"),
        ),
    ];
    Ok((headers, picture.bytes).into_response())
}

#[utoipa::path(put, path = "/personas/{id}/picture", tag = "personas", params(("id" = Uuid, Path)), request_body(content = Vec<u8>, content_type = "image/*"), responses((status = 204)))]
async fn set_picture(
    State(app): State<App>,
    user: User,
    Path(id): Path<Uuid>,
    headers: HeaderMap,
    bytes: Bytes,
) -> Nothing {
    let persona = own_persona(&app, &user, id).await?;
    let content_type = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    if !PICTURE_TYPES.contains(&content_type) {
        return Err(Problem::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "bad_picture",
            "A picture is a PNG, JPEG, WebP or GIF.",
        ));
    }
    if bytes.is_empty() || bytes.len() > MAX_PICTURE {
        return Err(Problem::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "too_large",
            "A picture has at most 1 MB.",
        ));
    }
    let picture = Picture {
        content_type: content_type.to_owned(),
        bytes: bytes.to_vec(),
        updated_at: app.now(),
    };
    spread_again_later(&app, &persona).await?;
    app.store
        .set_picture(user.workspace_id, persona.persona_id, Some(picture))
        .await?;
    spread_now(&app, user.workspace_id, persona.persona_id).await;
    app.dashboard_changes
        .tell(user.workspace_id, ChangedList::Personas);
    Ok(NOTHING)
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub struct TryPersona {
    /// What the visitor said so far, oldest first.
    turns: Vec<String>,
}

/// Asks the persona without a conversation.
#[utoipa::path(post, path = "/personas/{id}/try", tag = "personas", params(("id" = Uuid, Path)), request_body = TryPersona, responses((status = 200, body = Object)))]
async fn try_persona(
    State(app): State<App>,
    _: SameOrigin,
    user: User,
    Path(id): Path<Uuid>,
    Body(asked): Body<TryPersona>,
) -> Answer<crate::knowledge::Trial> {
    let persona = persona_of(&app, &user, id).await?;
    if asked.turns.is_empty()
        || asked
            .turns
            .iter()
            .any(|turn| turn.chars().count() > trialogue_conversation::message::MAX_MESSAGE_CHARS)
    {
        return Err(Problem::field("turns", "bad_turns", "Ask something first."));
    }
    Ok(Json(
        app.knowledge.try_out(&app, &persona, asked.turns).await?,
    ))
}

/// What anybody may know of a persona.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct PublicPersona {
    #[schema(value_type = Uuid)]
    id: PersonaId,
    name: String,
    picture: Option<String>,
    greeting: String,
    /// A conversation with it can be held by video: the owner allows it, and there is a media server that answers.
    video_available: bool,
}

#[utoipa::path(get, path = "/public/personas/{id}", tag = "visitors", params(("id" = Uuid, Path)), responses((status = 200, body = PublicPersona)))]
async fn get_public_persona(
    State(app): State<App>,
    Path(id): Path<Uuid>,
) -> Result<([(HeaderName, HeaderValue); 1], Json<PublicPersona>), Problem> {
    let persona = public_persona(&app, id).await?;
    let profile = Profile::read(&persona)?;
    // The widget's loader asks from the pages of other sites. It sends no cookie, and nothing here is anybody's secret.
    let any_site = [(
        header::ACCESS_CONTROL_ALLOW_ORIGIN,
        HeaderValue::from_static("*"),
    )];
    let shown = PublicPersona {
        id: persona.persona_id,
        picture: picture_url(&persona),
        name: persona.name,
        greeting: profile.greeting,
        video_available: video_refusal(app.media.is_there(), profile.disable_video).is_none(),
    };
    Ok((any_site, Json(shown)))
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct DemoPersona {
    #[schema(value_type = Option<Uuid>)]
    persona_id: Option<PersonaId>,
}

/// The persona that the demo's host page shows; none outside of a demo.
#[utoipa::path(get, path = "/public/demo", tag = "visitors", responses((status = 200, body = DemoPersona)))]
async fn get_demo(State(app): State<App>) -> Answer<DemoPersona> {
    let persona_id = if app.config.demo {
        crate::demo::persona(&app)
            .await?
            .map(|persona| persona.persona_id)
    } else {
        None
    };
    Ok(Json(DemoPersona { persona_id }))
}
