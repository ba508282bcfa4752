//! Signing in and out, and passwords that were forgotten.

use super::{Answer, Body, NOTHING, Nothing, accepted};
use crate::app::App;
use crate::mails::{link, queue_mail, unix_millis};
use crate::problem::Problem;
use crate::sign_in::tokens::{hash_token, new_token};
use crate::sign_in::{ClientAddress, SESSION_COOKIE, SameOrigin, User, session_cookie};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::Cookie;
use serde::{Deserialize, Serialize};
use trialogue_conversation::ids::UserId;
use trialogue_notify::{Mail, PasswordReset};
use trialogue_storage::{
    NewSession, NewToken, PasswordError, SpendToken, TokenKind, UserRole, Write,
};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// How long a session lasts.
const SESSION_MS: i64 = 30 * 24 * 60 * 60 * 1_000;
/// How long a link for a new password is good.
const RESET_MS: i64 = 60 * 60 * 1_000;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(get_session, sign_in, sign_out))
        .routes(routes!(ask_password_reset))
        .routes(routes!(redeem_password_reset))
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Me {
    user: MeUser,
    workspace: MeWorkspace,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct MeUser {
    #[schema(value_type = uuid::Uuid)]
    id: UserId,
    name: String,
    email: String,
    #[schema(value_type = Vec<String>)]
    roles: Vec<UserRole>,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct MeWorkspace {
    #[schema(value_type = uuid::Uuid)]
    id: trialogue_conversation::ids::WorkspaceId,
    name: String,
}

impl From<User> for Me {
    fn from(user: User) -> Self {
        Self {
            user: MeUser {
                id: user.user_id,
                name: user.name,
                email: user.email,
                roles: user.roles,
            },
            workspace: MeWorkspace {
                id: user.workspace_id,
                name: user.workspace_name,
            },
        }
    }
}

#[utoipa::path(get, path = "/session", tag = "sign-in", responses((status = 200, body = Me), (status = 401, body = Problem)))]
async fn get_session(user: User) -> Answer<Me> {
    Ok(Json(user.into()))
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub struct Credentials {
    email: String,
    password: String,
}

#[utoipa::path(post, path = "/session", tag = "sign-in", request_body = Credentials, responses((status = 200, body = Me), (status = 401, body = Problem)))]
async fn sign_in(
    State(app): State<App>,
    _: SameOrigin,
    ClientAddress(address): ClientAddress,
    Body(credentials): Body<Credentials>,
) -> Result<Response, Problem> {
    app.rate_limits.sign_in(address)?;
    let user = app
        .store
        .user_by_email(credentials.email.trim())
        .await?
        .filter(|user| !user.disabled);
    let stored = user.as_ref().map(|user| user.password_hash.clone());
    if !app.passwords.verify(credentials.password, stored).await? {
        return Err(Problem::new(
            StatusCode::UNAUTHORIZED,
            "wrong_credentials",
            "This e-mail address and password do not belong together.",
        ));
    }
    match user {
        Some(user) => signed_in(&app, user.user_id).await,
        None => Err(Problem::signed_out()),
    }
}

/// Opens a session and says who is signed in.
pub async fn signed_in(app: &App, user_id: UserId) -> Result<Response, Problem> {
    let token = new_token().map_err(Problem::internal)?;
    let token_hash = hash_token(&token);
    let now = app.now();
    app.store
        .add_session(NewSession {
            token_hash,
            user_id,
            created_at: now,
            expires_at: now.plus_ms(SESSION_MS),
        })
        .await?;
    let user = app
        .user_of_session(&token_hash)
        .await?
        .ok_or_else(Problem::signed_out)?;
    let mut cookie = session_cookie(app, token);
    cookie.make_permanent();
    Ok((CookieJar::new().add(cookie), Json(Me::from(user))).into_response())
}

#[utoipa::path(delete, path = "/session", tag = "sign-in", responses((status = 204)))]
async fn sign_out(
    State(app): State<App>,
    _: SameOrigin,
    cookies: CookieJar,
) -> Result<Response, Problem> {
    if let Some(cookie) = cookies.get(SESSION_COOKIE) {
        let session = hash_token(cookie.value());
        if app.store.end_session(&session).await? {
            app.ended_sessions.tell(session);
        }
    }
    let gone = Cookie::build((SESSION_COOKIE, "")).path("/");
    Ok((cookies.remove(gone), NOTHING).into_response())
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub struct AskReset {
    email: String,
}

/// The answer is the same whether or not there is such an account.
#[utoipa::path(post, path = "/password-resets", tag = "sign-in", request_body = AskReset, responses((status = 202)))]
async fn ask_password_reset(
    State(app): State<App>,
    _: SameOrigin,
    ClientAddress(address): ClientAddress,
    Body(asked): Body<AskReset>,
) -> Result<Response, Problem> {
    app.rate_limits.sign_in(address)?;
    if let Some(user) = app
        .store
        .user_by_email(asked.email.trim())
        .await?
        .filter(|user| !user.disabled)
    {
        let token = new_token().map_err(Problem::internal)?;
        let now = app.now();
        let about = user.user_id.to_string();
        let reset = NewToken {
            token_hash: hash_token(&token),
            kind: TokenKind::PasswordReset,
            about: about.clone(),
            subject: about.clone(),
            created_at: now,
            expires_at: Some(now.plus_ms(RESET_MS)),
        };
        let mail = Mail::PasswordReset(PasswordReset {
            name: user.name,
            link: link(&app.link(&format!("/reset#{token}")))?,
            expires_at: unix_millis(now.plus_ms(RESET_MS)),
        });
        let writes = vec![
            Write::RevokeTokens {
                kind: TokenKind::PasswordReset,
                about,
                now,
            },
            Write::Token(reset),
        ];
        queue_mail(
            &app,
            user.workspace_id,
            &format!("password_reset/{}/{}", user.user_id, now.0),
            &user.email,
            &mail,
            writes,
        )
        .await?;
    }
    Ok(accepted())
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub struct RedeemReset {
    token: String,
    password: String,
}

#[utoipa::path(post, path = "/password-resets/redeem", tag = "sign-in", request_body = RedeemReset, responses((status = 204), (status = 422, body = Problem)))]
async fn redeem_password_reset(
    State(app): State<App>,
    _: SameOrigin,
    ClientAddress(address): ClientAddress,
    Body(redeem): Body<RedeemReset>,
) -> Nothing {
    app.rate_limits.sign_in(address)?;
    super::people::check_password(&redeem.password)?;
    let token_hash = hash_token(&redeem.token);
    let now = app.now();
    let link_gone = || {
        Problem::invalid(
            "link_gone",
            "This link has been used or is too old. Ask for a new one.",
        )
    };
    let token = app
        .store
        .token(&token_hash)
        .await?
        .filter(|token| token.kind == TokenKind::PasswordReset)
        .ok_or_else(link_gone)?;
    let user_id = UserId(token.subject.parse().map_err(Problem::internal)?);
    let password_hash = app.passwords.hash(redeem.password).await?;
    let spends = Some(SpendToken {
        token_hash,
        kind: TokenKind::PasswordReset,
        now,
    });
    match app
        .store
        .set_password(token.workspace_id, user_id, password_hash, spends)
        .await
    {
        Ok(()) => {
            app.ended_sessions.tell_all_of(user_id);
            Ok(NOTHING)
        }
        Err(PasswordError::TokenSpent | PasswordError::NotFound) => Err(link_gone()),
        Err(PasswordError::Storage(error)) => Err(error.into()),
    }
}
