//! The workspace's users and how they are invited.

use super::session::{Me, signed_in};
use super::{Answer, Body, Path};
use crate::app::App;
use crate::dashboard_changes::ChangedList;
use crate::mails::{link, queue_mail, unix_millis};
use crate::problem::Problem;
use crate::sign_in::passwords::check_new_password;
use crate::sign_in::tokens::{hash_token, new_token};
use crate::sign_in::{Admin, ClientAddress, SameOrigin, User};
use axum::Json;
use axum::extract::State;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use trialogue_conversation::ids::UserId;
use trialogue_conversation::limits::{self, MAX_NAME_CHARS};
use trialogue_notify::{EmailAddress, Mail, WorkspaceInvitation};
use trialogue_storage::{
    CreateUserError, NewToken, NewUser, SpendToken, Token, TokenKind, UpdateUserError, UserChange,
    UserRole, Write,
};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

/// How long a workspace invitation is good.
const INVITATION_MS: i64 = 7 * 24 * 60 * 60 * 1_000;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_users))
        .routes(routes!(change_user))
        .routes(routes!(invite_user))
        .routes(routes!(redeem_workspace_invitation))
        .routes(routes!(peek_workspace_invitation))
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ListedUser {
    #[schema(value_type = Uuid)]
    id: UserId,
    name: String,
    email: String,
    #[schema(value_type = Vec<String>)]
    roles: Vec<UserRole>,
    disabled: bool,
}

impl From<trialogue_storage::User> for ListedUser {
    fn from(user: trialogue_storage::User) -> Self {
        Self {
            id: user.user_id,
            name: user.name,
            email: user.email,
            roles: user.roles,
            disabled: user.disabled,
        }
    }
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Users {
    users: Vec<ListedUser>,
}

#[utoipa::path(get, path = "/users", tag = "people", responses((status = 200, body = Users)))]
async fn list_users(State(app): State<App>, user: User) -> Answer<Users> {
    let users = app.store.users(user.workspace_id).await?;
    Ok(Json(Users {
        users: users.into_iter().map(ListedUser::from).collect(),
    }))
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub struct ChangeUser {
    #[schema(value_type = Option<Vec<String>>)]
    roles: Option<Vec<UserRole>>,
    disabled: Option<bool>,
}

#[utoipa::path(patch, path = "/users/{id}", tag = "people", params(("id" = Uuid, Path)), request_body = ChangeUser, responses((status = 200, body = ListedUser)))]
async fn change_user(
    State(app): State<App>,
    Admin(admin): Admin,
    Path(id): Path<Uuid>,
    Body(change): Body<ChangeUser>,
) -> Answer<ListedUser> {
    let user_id = UserId(id);
    let disables = change.disabled == Some(true);
    let change = UserChange {
        name: None,
        roles: change.roles,
        disabled: change.disabled,
    };
    match app
        .store
        .update_user(admin.workspace_id, user_id, change)
        .await
    {
        Ok(()) => {}
        Err(UpdateUserError::NotFound) => return Err(Problem::not_found("user")),
        Err(UpdateUserError::LastAdmin) => {
            return Err(Problem::conflict(
                "last_admin",
                "This is the last admin. Make somebody else an admin first.",
            ));
        }
        Err(UpdateUserError::Storage(error)) => return Err(error.into()),
    }
    if disables {
        app.ended_sessions.tell_all_of(user_id);
    }
    app.dashboard_changes
        .tell(admin.workspace_id, ChangedList::Users);
    let user = app
        .store
        .user(admin.workspace_id, user_id)
        .await?
        .ok_or_else(|| Problem::not_found("user"))?;
    Ok(Json(user.into()))
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub struct InviteUser {
    email: String,
    #[schema(value_type = Vec<String>)]
    roles: Vec<UserRole>,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct InvitedUser {
    /// Where no mail server is configured, somebody has to carry the link over.
    link: Option<String>,
}

/// What a workspace invitation's token is about.
#[derive(Debug, Serialize, Deserialize)]
struct InvitationSubject {
    email: String,
    roles: Vec<UserRole>,
}

#[utoipa::path(post, path = "/workspace-invitations", tag = "people", request_body = InviteUser, responses((status = 200, body = InvitedUser)))]
async fn invite_user(
    State(app): State<App>,
    Admin(admin): Admin,
    Body(invite): Body<InviteUser>,
) -> Answer<InvitedUser> {
    let email = checked_email(&invite.email)?;
    if invite.roles.is_empty() {
        return Err(Problem::field(
            "roles",
            "no_role",
            "Choose at least one role.",
        ));
    }
    if app.store.user_by_email(&email).await?.is_some() {
        return Err(Problem::field(
            "email",
            "email_taken",
            "There is an account with this e-mail address already.",
        ));
    }
    let token = new_token().map_err(Problem::internal)?;
    let url = app.link(&format!("/invite#{token}"));
    let roles = invite
        .roles
        .iter()
        .map(|role| role.as_str().to_owned())
        .collect();
    let now = app.now();
    let subject = serde_json::to_string(&InvitationSubject {
        email: email.clone(),
        roles: invite.roles,
    })
    .map_err(Problem::internal)?;
    let invitation = NewToken {
        token_hash: hash_token(&token),
        kind: TokenKind::WorkspaceInvitation,
        about: email.clone(),
        subject,
        created_at: now,
        expires_at: Some(now.plus_ms(INVITATION_MS)),
    };
    let mail = Mail::WorkspaceInvitation(WorkspaceInvitation {
        invited_by: admin.name,
        workspace: admin.workspace_name,
        roles,
        link: link(&url)?,
        expires_at: unix_millis(now.plus_ms(INVITATION_MS)),
    });
    let writes = vec![
        Write::RevokeTokens {
            kind: TokenKind::WorkspaceInvitation,
            about: email.clone(),
            now,
        },
        Write::Token(invitation),
    ];
    queue_mail(
        &app,
        admin.workspace_id,
        &format!("workspace_invitation/{email}/{}", now.0),
        &email,
        &mail,
        writes,
    )
    .await?;
    Ok(Json(InvitedUser {
        link: app.mailer.is_none().then_some(url),
    }))
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct PeekedInvitation {
    workspace_name: String,
    email: String,
}

async fn good_invitation(app: &App, token: &str) -> Result<(Token, InvitationSubject), Problem> {
    let gone = || {
        Problem::invalid(
            "link_gone",
            "This invitation has been used or is too old. Ask for a new one.",
        )
    };
    let token = app
        .store
        .token(&hash_token(token))
        .await?
        .ok_or_else(gone)?;
    if token.kind != TokenKind::WorkspaceInvitation || !token.is_good(app.now()) {
        return Err(gone());
    }
    let subject = serde_json::from_str(&token.subject).map_err(Problem::internal)?;
    Ok((token, subject))
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub struct PeekInvitation {
    token: String,
}

/// Looking at an invitation changes nothing: mail scanners open links. A POST all the same, so that no proxy logs the token.
#[utoipa::path(post, path = "/workspace-invitations/peek", tag = "people", request_body = PeekInvitation, responses((status = 200, body = PeekedInvitation)))]
async fn peek_workspace_invitation(
    State(app): State<App>,
    _: SameOrigin,
    ClientAddress(address): ClientAddress,
    Body(peek): Body<PeekInvitation>,
) -> Answer<PeekedInvitation> {
    app.rate_limits.sign_in(address)?;
    let (token, subject) = good_invitation(&app, &peek.token).await?;
    let workspace = app
        .store
        .workspace(token.workspace_id)
        .await?
        .ok_or_else(|| Problem::not_found("workspace"))?;
    Ok(Json(PeekedInvitation {
        workspace_name: workspace.name,
        email: subject.email,
    }))
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub struct RedeemInvitation {
    token: String,
    name: String,
    password: String,
}

#[utoipa::path(post, path = "/workspace-invitations/redeem", tag = "people", request_body = RedeemInvitation, responses((status = 200, body = Me)))]
async fn redeem_workspace_invitation(
    State(app): State<App>,
    _: SameOrigin,
    ClientAddress(address): ClientAddress,
    Body(redeem): Body<RedeemInvitation>,
) -> Result<Response, Problem> {
    app.rate_limits.sign_in(address)?;
    let (token, subject) = good_invitation(&app, &redeem.token).await?;
    let parts = new_user_parts(&app, &redeem.name, &subject.email, redeem.password).await?;
    let now = app.now();
    let user_id = UserId(Uuid::now_v7());
    let user = NewUser {
        user_id,
        workspace_id: token.workspace_id,
        email: parts.email,
        name: parts.name,
        roles: subject.roles,
        password_hash: parts.password_hash,
        created_at: now,
    };
    let spends = SpendToken {
        token_hash: hash_token(&redeem.token),
        kind: TokenKind::WorkspaceInvitation,
        now,
    };
    create_user(&app, user, Some(spends)).await?;
    signed_in(&app, user_id).await
}

pub async fn create_user(
    app: &App,
    user: NewUser,
    spends: Option<SpendToken>,
) -> Result<(), Problem> {
    let workspace_id = user.workspace_id;
    match app.store.create_user(user, spends).await {
        Ok(()) => {
            app.dashboard_changes.tell(workspace_id, ChangedList::Users);
            Ok(())
        }
        Err(CreateUserError::EmailTaken) => Err(Problem::field(
            "email",
            "email_taken",
            "There is an account with this e-mail address already.",
        )),
        Err(CreateUserError::TokenSpent) => Err(Problem::invalid(
            "link_gone",
            "This invitation has been used or is too old. Ask for a new one.",
        )),
        Err(CreateUserError::Storage(error)) => Err(error.into()),
    }
}

/// What a new user brings, checked.
pub struct NewUserParts {
    pub name: String,
    pub email: String,
    pub password_hash: String,
}

pub async fn new_user_parts(
    app: &App,
    name: &str,
    email: &str,
    password: String,
) -> Result<NewUserParts, Problem> {
    let name = checked_name("name", name)?;
    let email = checked_email(email)?;
    check_password(&password)?;
    let password_hash = app.passwords.hash(password).await?;
    Ok(NewUserParts {
        name,
        email,
        password_hash,
    })
}

pub fn check_password(password: &str) -> Result<(), Problem> {
    check_new_password(password)
        .map_err(|refusal| Problem::field("password", "bad_password", refusal.to_string()))
}

/// The name as it is stored. The same everywhere: a user's name stands in conversations beside a guest's.
pub fn checked_name(field: &str, name: &str) -> Result<String, Problem> {
    limits::name(name).map_err(|_| {
        Problem::field(
            field,
            "bad_name",
            format!("A name has 1 to {MAX_NAME_CHARS} characters."),
        )
    })
}

pub fn checked_email(email: &str) -> Result<String, Problem> {
    let email = email.trim().to_lowercase();
    EmailAddress::parse(&email)
        .map_err(|_| Problem::field("email", "bad_email", "This is not an e-mail address."))?;
    Ok(email)
}
