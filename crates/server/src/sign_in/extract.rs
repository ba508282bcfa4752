//! What handlers ask for in their arguments.

use super::tokens::hash_token;
use crate::app::App;
use crate::problem::Problem;
use axum::extract::{ConnectInfo, FromRef, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, header};
use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::{Cookie, SameSite};
use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use trialogue_conversation::ids::{UserId, WorkspaceId};
use trialogue_storage::{TokenHash, UserRole};

pub const SESSION_COOKIE: &str = "trialogue_session";

/// The session's cookie: not readable by scripts, not sent along from other sites, and over TLS only where there is TLS.
pub fn session_cookie(app: &App, token: String) -> Cookie<'static> {
    Cookie::build((SESSION_COOKIE, token))
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(app.config.is_secure())
        .build()
}

/// A signed-in user.
#[derive(Clone, Debug)]
pub struct User {
    /// What is kept of the session's token.
    pub session: TokenHash,
    pub user_id: UserId,
    pub workspace_id: WorkspaceId,
    pub workspace_name: String,
    pub name: String,
    pub email: String,
    pub roles: Vec<UserRole>,
}

impl User {
    pub fn is_admin(&self) -> bool {
        self.roles.contains(&UserRole::Admin)
    }
}

/// A signed-in user, if there is one.
#[derive(Clone, Debug)]
pub struct MaybeUser(pub Option<User>);

/// A signed-in admin.
#[derive(Clone, Debug)]
pub struct Admin(pub User);

impl<S: Send + Sync> FromRequestParts<S> for MaybeUser
where
    App: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let app = App::from_ref(state);
        check_origin(&app, &parts.method, &parts.headers)?;
        let Some(token) = CookieJar::from_headers(&parts.headers)
            .get(SESSION_COOKIE)
            .map(|cookie| cookie.value().to_owned())
        else {
            return Ok(Self(None));
        };
        Ok(Self(app.user_of_session(&hash_token(&token)).await?))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for User
where
    App: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let MaybeUser(user) =
            <MaybeUser as FromRequestParts<S>>::from_request_parts(parts, state).await?;
        user.ok_or_else(Problem::signed_out)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Admin
where
    App: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let user = <User as FromRequestParts<S>>::from_request_parts(parts, state).await?;
        if user.is_admin() {
            Ok(Self(user))
        } else {
            Err(Problem::forbidden(
                "Only an admin of this workspace may do that.",
            ))
        }
    }
}

/// The request comes from one of our own pages, or from no browser at all.
pub struct SameOrigin;

impl<S: Send + Sync> FromRequestParts<S> for SameOrigin
where
    App: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        // A WebSocket upgrade is a GET, yet acts: its origin is always checked.
        check_origin(&App::from_ref(state), &Method::POST, &parts.headers)?;
        Ok(Self)
    }
}

/// A browser names the page that asks in `Origin`. With a session cookie only our own pages may act, whatever the
/// cookie's SameSite says (older browsers do not know it).
fn check_origin(app: &App, method: &Method, headers: &HeaderMap) -> Result<(), Problem> {
    if method.is_safe() {
        return Ok(());
    }
    let Some(origin) = headers.get(header::ORIGIN) else {
        return Ok(());
    };
    let own = origin
        .to_str()
        .is_ok_and(|origin| origin == app.config.public_url || same_host(origin, headers));
    if own {
        Ok(())
    } else {
        Err(Problem::forbidden("This request came from another site."))
    }
}

/// The page was loaded from the host that this request went to.
fn same_host(origin: &str, headers: &HeaderMap) -> bool {
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    let origin_host = origin.split_once("://").map(|(_, host)| host);
    host.is_some() && host == origin_host
}

/// The address that limits count by.
#[derive(Clone, Copy, Debug)]
pub struct ClientAddress(pub IpAddr);

impl<S: Send + Sync> FromRequestParts<S> for ClientAddress
where
    App: FromRef<S>,
{
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        let app = App::from_ref(state);
        let forwarded = app
            .config
            .limits
            .trust_forwarded_for
            .then(|| forwarded_for(&parts.headers))
            .flatten();
        let peer = parts
            .extensions
            .get::<ConnectInfo<SocketAddr>>()
            .map(|ConnectInfo(peer)| peer.ip());
        Ok(Self(
            forwarded
                .or(peer)
                .unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED)),
        ))
    }
}

/// The last hop's word: what the trusted proxy itself saw. What clients wrote before it is not to be trusted.
fn forwarded_for(headers: &HeaderMap) -> Option<IpAddr> {
    headers
        .get("x-forwarded-for")?
        .to_str()
        .ok()?
        .rsplit(',')
        .next()?
        .trim()
        .parse()
        .ok()
}
