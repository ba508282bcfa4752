//! Guests: the invitation that was mailed to them. Opening its link shows a page; only a POST knocks.

use super::knocks::{Knocked, about_invitation, knocked};
use super::{Answer, Body, NOTHING, Nothing};
use crate::app::{App, GuestSubject};
use crate::problem::Problem;
use crate::sign_in::ClientAddress;
use crate::sign_in::tokens::{hash_token, new_token};
use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use trialogue_conversation::command::{Actor, Command};
use trialogue_conversation::ids::{ConversationId, WorkspaceId};
use trialogue_conversation::joining::{Door, HistoryGrant, InvitationState};
use trialogue_conversation::participant::{Identity, Role};
use trialogue_storage::{NewToken, TokenKind, Write};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(peek_guest_invitation))
        .routes(routes!(knock_as_guest))
        .routes(routes!(reject_guest_invitation))
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub struct InvitationToken {
    token: String,
}

/// What the link's page says before anybody knocks.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct PeekedGuestInvitation {
    #[schema(value_type = Uuid)]
    conversation_id: ConversationId,
    persona: PeekedPersona,
    invited_by: String,
    email: String,
    note: String,
    /// `open`, `rejected`, `revoked`, `removed`, `expired` or `ended`.
    state: &'static str,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct PeekedPersona {
    name: String,
    picture: Option<String>,
}

async fn subject_of(app: &App, token: &str) -> Result<(WorkspaceId, GuestSubject), Problem> {
    let unknown = || Problem::not_found("invitation");
    let token = app
        .store
        .token(&hash_token(token))
        .await?
        .filter(|token| token.kind == TokenKind::GuestInvitation)
        .ok_or_else(unknown)?;
    let subject = serde_json::from_str(&token.subject).map_err(Problem::internal)?;
    Ok((token.workspace_id, subject))
}

#[utoipa::path(post, path = "/guest-invitations/peek", tag = "guests", request_body = InvitationToken, responses((status = 200, body = PeekedGuestInvitation), (status = 404, body = Problem)))]
async fn peek_guest_invitation(
    State(app): State<App>,
    ClientAddress(address): ClientAddress,
    Body(body): Body<InvitationToken>,
) -> Answer<PeekedGuestInvitation> {
    app.rate_limits.knock(address)?;
    let (_, subject) = subject_of(&app, &body.token).await?;
    let now = app.now();
    let conversation_id = subject.conversation_id;
    let peeked = app.rooms.ask(conversation_id, move |state| {
        let about = state.about()?;
        let invitation = state.invitation(subject.invitation_id)?;
        let guest = Identity::Guest {
            invitation_id: invitation.id,
            email: invitation.email.clone(),
        };
        let state_word = match invitation.state {
            _ if !state.is_open() => "ended",
            _ if state.was_removed(&guest) => "removed",
            InvitationState::Rejected => "rejected",
            InvitationState::Revoked => "revoked",
            InvitationState::Expired => "expired",
            InvitationState::Sent | InvitationState::Accepted if invitation.is_good_at(now) => {
                "open"
            }
            InvitationState::Sent | InvitationState::Accepted => "expired",
        };
        Some(PeekedGuestInvitation {
            conversation_id,
            persona: PeekedPersona {
                name: about.persona.name.clone(),
                picture: about.persona.picture.clone(),
            },
            invited_by: state.name_of(invitation.invited_by).to_owned(),
            email: invitation.email.clone(),
            note: invitation.note.clone(),
            state: state_word,
        })
    });
    Ok(Json(
        peeked
            .await?
            .ok_or_else(|| Problem::not_found("invitation"))?,
    ))
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub struct GuestKnock {
    token: String,
    name: String,
    #[serde(default)]
    purpose: String,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct GuestKnocked {
    #[schema(value_type = Uuid)]
    conversation_id: ConversationId,
    /// Kept by the page, for the socket and for coming back.
    guest_token: String,
    #[serde(flatten)]
    knocked: Knocked,
}

#[utoipa::path(post, path = "/guest-invitations/knock", tag = "guests", request_body = GuestKnock, responses((status = 200, body = GuestKnocked), (status = 429, body = Problem)))]
async fn knock_as_guest(
    State(app): State<App>,
    ClientAddress(address): ClientAddress,
    Body(body): Body<GuestKnock>,
) -> Answer<GuestKnocked> {
    app.rate_limits.knock(address)?;
    let name = super::people::checked_name("name", &body.name)?;
    let (workspace_id, subject) = subject_of(&app, &body.token).await?;
    let identity = Identity::Guest {
        invitation_id: subject.invitation_id,
        email: subject.email.clone(),
    };
    let command = Command::Knock {
        name,
        role: Role::Guest,
        door: Door::GuestInvitation {
            invitation_id: subject.invitation_id,
        },
        purpose: body.purpose,
        asks_history: HistoryGrant::FromJoin,
    };
    let done = app
        .rooms
        .command(
            subject.conversation_id,
            Actor::Outsider(identity.clone()),
            command,
        )
        .await?;
    let guest_token = new_token().map_err(Problem::internal)?;
    let token = NewToken {
        token_hash: hash_token(&guest_token),
        kind: TokenKind::Guest,
        about: about_invitation(&subject),
        subject: serde_json::to_string(&subject).map_err(Problem::internal)?,
        created_at: app.now(),
        expires_at: None,
    };
    app.store
        .write(workspace_id, vec![Write::Token(token)])
        .await?;
    let knocked = knocked(&app, subject.conversation_id, done, identity).await?;
    Ok(Json(GuestKnocked {
        conversation_id: subject.conversation_id,
        guest_token,
        knocked,
    }))
}

#[utoipa::path(post, path = "/guest-invitations/reject", tag = "guests", request_body = InvitationToken, responses((status = 204)))]
async fn reject_guest_invitation(
    State(app): State<App>,
    ClientAddress(address): ClientAddress,
    Body(body): Body<InvitationToken>,
) -> Nothing {
    app.rate_limits.knock(address)?;
    let (_, subject) = subject_of(&app, &body.token).await?;
    let identity = Identity::Guest {
        invitation_id: subject.invitation_id,
        email: subject.email,
    };
    let command = Command::RejectInvitation {
        invitation_id: subject.invitation_id,
    };
    app.rooms
        .command(subject.conversation_id, Actor::Outsider(identity), command)
        .await?;
    Ok(NOTHING)
}
