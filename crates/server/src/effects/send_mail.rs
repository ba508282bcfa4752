//! Hands a mail from the mailbox to the mail server.

use super::worker::Outcome;
use crate::app::App;
use crate::dashboard_changes::ChangedList;
use crate::mails::Tells;
use crate::problem::Problem;
use crate::sign_in::tokens::hide_tokens;
use trialogue_conversation::command::{Actor, Command};
use trialogue_notify::{IdempotencyKey, RenderedMail, SendError, retry_after};
use trialogue_storage::{LeasedEffect, MailBody, MailState, MailStatus, Write};

pub(super) async fn send(
    app: &App,
    effect: &LeasedEffect,
    key: &str,
    tells: Option<Tells>,
) -> Result<Outcome, Problem> {
    let Some(mail) = app.store.mail_by_key(effect.workspace_id, key).await? else {
        return Ok(Outcome::GiveUp {
            error: "the mail is gone".into(),
        });
    };
    let Some(mailer) = &app.mailer else {
        return Ok(Outcome::Retry {
            after_ms: 60_000,
            error: "no mail server is configured any more".into(),
        });
    };
    let status = |state, error| {
        // Once it is with its reader, its links are theirs alone: the mailbox keeps what was said, not the keys.
        let body = (state == MailState::Sent).then(|| MailBody {
            text: hide_tokens(&mail.text),
            html: hide_tokens(&mail.html),
        });
        Write::MailStatus(MailStatus {
            mail_id: mail.listing.mail_id,
            state,
            error,
            body,
            now: app.now(),
        })
    };
    if mail.listing.state != MailState::Sent {
        let rendered = RenderedMail {
            to: mail.listing.to.clone(),
            subject: mail.listing.subject.clone(),
            html: mail.html.clone(),
            text: mail.text.clone(),
        };
        let sent = mailer.send(&IdempotencyKey::new(key), &rendered).await;
        let (write, failed) = match sent {
            Ok(sent) => {
                tracing::info!(message_id = %sent.message_id, "a mail was handed to the mail server");
                (status(MailState::Sent, None), None)
            }
            Err(SendError::Transient(error)) => match retry_after(effect.lease.attempt) {
                Some(wait) => (
                    status(MailState::Queued, Some(error.clone())),
                    Some((Some(wait), error)),
                ),
                None => (
                    status(MailState::Failed, Some(error.clone())),
                    Some((None, error)),
                ),
            },
            Err(SendError::Permanent(error)) => (
                status(MailState::Failed, Some(error.clone())),
                Some((None, error)),
            ),
        };
        app.store.write(effect.workspace_id, vec![write]).await?;
        app.dashboard_changes
            .tell(effect.workspace_id, ChangedList::Mails);
        match failed {
            None => {}
            Some((Some(wait), error)) => {
                return Ok(Outcome::Retry {
                    after_ms: i64::try_from(wait.as_millis()).unwrap_or(i64::MAX),
                    error,
                });
            }
            Some((None, error)) => return Ok(Outcome::GiveUp { error }),
        }
    }
    match tells {
        None => Ok(Outcome::Done),
        Some(tells) => tell(app, effect, tells).await,
    }
}

/// Records that somebody was told of a handoff, and with it that the effect is done.
pub(super) async fn tell(
    app: &App,
    effect: &LeasedEffect,
    tells: Tells,
) -> Result<Outcome, Problem> {
    let command = Command::MarkHandoffNotified {
        handoff_id: tells.handoff_id,
        user_id: tells.user_id,
    };
    match app
        .rooms
        .command_finishing(
            tells.conversation_id,
            Actor::System,
            command,
            Some(effect.lease),
        )
        .await?
    {
        Ok(_) => Ok(Outcome::Recorded),
        // Somebody was quicker than the mail: there is nobody left to tell.
        Err(crate::rooms::NotDone::Refused(_)) => Ok(Outcome::Done),
        Err(not_done) => Err(not_done.into()),
    }
}
