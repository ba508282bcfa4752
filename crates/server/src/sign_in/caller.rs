//! Anybody who may reach a conversation, with the proof that they gave.

use super::tokens::hash_token;
use super::{MaybeUser, User};
use crate::app::App;
use crate::problem::Problem;
use axum::extract::{FromRef, FromRequestParts};
use axum::http::header;
use axum::http::request::Parts;
use trialogue_conversation::ids::{ConversationId, VisitorId, WorkspaceId};
use trialogue_conversation::participant::Identity;

/// One who asks, and how that was verified.
#[derive(Clone, Debug)]
pub enum Caller {
    Visitor {
        workspace_id: WorkspaceId,
        visitor_id: VisitorId,
        name: Option<String>,
    },
    /// Invited by e-mail into one conversation.
    Guest {
        workspace_id: WorkspaceId,
        conversation_id: ConversationId,
        identity: Identity,
    },
    User(User),
}

impl Caller {
    pub fn workspace_id(&self) -> WorkspaceId {
        match self {
            Self::Visitor { workspace_id, .. } | Self::Guest { workspace_id, .. } => *workspace_id,
            Self::User(user) => user.workspace_id,
        }
    }

    pub fn identity(&self) -> Identity {
        match self {
            Self::Visitor { visitor_id, .. } => Identity::Visitor {
                visitor_id: *visitor_id,
            },
            Self::Guest { identity, .. } => identity.clone(),
            Self::User(user) => Identity::User {
                user_id: user.user_id,
            },
        }
    }

    /// A token, if one was given, stands above the cookie: the page knows as whom it asks.
    pub async fn of(
        app: &App,
        MaybeUser(user): MaybeUser,
        token: Option<&str>,
    ) -> Result<Self, Problem> {
        match (token, user) {
            (Some(token), _) => app
                .caller_of_token(&hash_token(token))
                .await?
                .ok_or_else(Problem::signed_out),
            (None, Some(user)) => Ok(Self::User(user)),
            (None, None) => Err(Problem::signed_out()),
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Caller
where
    App: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let app = App::from_ref(state);
        let user = <MaybeUser as FromRequestParts<S>>::from_request_parts(parts, state).await?;
        let bearer = parts
            .headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.strip_prefix("Bearer "))
            .map(str::to_owned);
        Self::of(&app, user, bearer.as_deref()).await
    }
}
