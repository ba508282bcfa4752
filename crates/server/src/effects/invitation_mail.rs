//! Mails a guest the link of their invitation. The link's token is made here, and only its hash is kept.

use super::worker::Outcome;
use crate::app::{App, GuestSubject};
use crate::mails::{link, mail_writes, unix_millis};
use crate::problem::Problem;
use crate::sign_in::tokens::{hash_token, new_token};
use trialogue_conversation::Effect;
use trialogue_conversation::ids::{ConversationId, InvitationId};
use trialogue_notify::{GuestInvitation, Mail};
use trialogue_storage::{LeasedEffect, NewToken, TokenKind, Write};

pub(super) async fn mail(
    app: &App,
    effect: &LeasedEffect,
    conversation_id: ConversationId,
    invitation_id: InvitationId,
) -> Result<Outcome, Problem> {
    let asked = app.rooms.ask(conversation_id, move |state| {
        if !(Effect::MailGuestInvitation { invitation_id }).is_wanted(state) {
            return None;
        }
        let invitation = state.invitation(invitation_id)?.clone();
        Some((
            state.name_of(invitation.invited_by).to_owned(),
            state.about()?.persona.name.clone(),
            invitation,
        ))
    });
    let Some((invited_by, persona, invitation)) = asked.await? else {
        return Ok(Outcome::Done);
    };
    let token = new_token().map_err(Problem::internal)?;
    let subject = GuestSubject {
        conversation_id,
        invitation_id,
        email: invitation.email.clone(),
    };
    let new_token = NewToken {
        token_hash: hash_token(&token),
        kind: TokenKind::GuestInvitation,
        about: crate::api::about_invitation(&subject),
        subject: serde_json::to_string(&subject).map_err(Problem::internal)?,
        created_at: app.now(),
        // The core knows whether the invitation is still good; an accepted one outlives its first day.
        expires_at: None,
    };
    let mail = Mail::GuestInvitation(GuestInvitation {
        invited_by,
        persona,
        note: (!invitation.note.is_empty()).then_some(invitation.note),
        // In the fragment, which browsers do not send: the token stays out of every log.
        link: link(&app.link(&format!("/g#{token}")))?,
        expires_at: unix_millis(invitation.expires_at),
    });
    let mut also = mail_writes(
        app,
        effect.workspace_id,
        &effect.key,
        &invitation.email,
        &mail,
        None,
    )
    .await?;
    also.push(Write::Token(new_token));
    app.store
        .complete_effect(effect.lease, app.now(), also)
        .await?;
    app.mail_written(effect.workspace_id);
    Ok(Outcome::Recorded)
}
