//! From a reason to write to somebody, to a mail in the mailbox and an effect that sends it.

use crate::app::App;
use crate::dashboard_changes::ChangedList;
use crate::effects::Work;
use crate::problem::Problem;
use trialogue_conversation::ids::{ConversationId, HandoffId, Timestamp, UserId, WorkspaceId};
use trialogue_notify::{EmailAddress, Link, Mail, Site, UnixMillis};
use trialogue_storage::{MailId, MailState, NewMail, Write};
use uuid::Uuid;

/// Whom a handoff's mail tells, so that the visitor can be shown when it went out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Tells {
    pub conversation_id: ConversationId,
    pub handoff_id: HandoffId,
    pub user_id: UserId,
}

/// The writes that put a mail into the mailbox and, where there is a mail server, have it sent. One key, one mail.
pub async fn mail_writes(
    app: &App,
    workspace_id: WorkspaceId,
    key: &str,
    to: &str,
    mail: &Mail,
    tells: Option<Tells>,
) -> Result<Vec<Write>, Problem> {
    let workspace = app
        .store
        .workspace(workspace_id)
        .await?
        .ok_or_else(|| Problem::not_found("workspace"))?;
    let site = Site {
        workspace: workspace.name,
        home: link(&app.link("/"))?,
    };
    let to = EmailAddress::parse(to).map_err(Problem::internal)?;
    let rendered = mail.render(&to, &site);
    let now = app.now();
    let mail_id = MailId(Uuid::now_v7());
    let state = if app.mailer.is_some() {
        MailState::Queued
    } else {
        MailState::Stored
    };
    let mut writes = vec![Write::Mail(NewMail {
        mail_id,
        key: key.to_owned(),
        to: rendered.to,
        subject: rendered.subject,
        text: rendered.text,
        html: rendered.html,
        state,
        created_at: now,
    })];
    if app.mailer.is_some() {
        let send = Work::SendMail {
            key: key.to_owned(),
            tells,
        };
        writes.push(Write::Effect(send.effect(format!("send_mail/{key}"), now)?));
    }
    Ok(writes)
}

/// Writes a mail together with `also`, which it goes with.
pub async fn queue_mail(
    app: &App,
    workspace_id: WorkspaceId,
    key: &str,
    to: &str,
    mail: &Mail,
    also: Vec<Write>,
) -> Result<(), Problem> {
    let mut writes = mail_writes(app, workspace_id, key, to, mail, None).await?;
    writes.extend(also);
    app.store.write(workspace_id, writes).await?;
    app.effects_due.notify_waiters();
    app.dashboard_changes.tell(workspace_id, ChangedList::Mails);
    Ok(())
}

/// One of our own links, as mails take them.
pub fn link(url: &str) -> Result<Link, Problem> {
    Link::parse(url).map_err(Problem::internal)
}

pub fn unix_millis(at: Timestamp) -> UnixMillis {
    UnixMillis(at.0)
}
