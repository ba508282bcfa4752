//! The mailbox: every mail that was written, sent or not.

use super::{Answer, Path};
use crate::app::App;
use crate::problem::Problem;
use crate::sign_in::User;
use axum::Json;
use axum::extract::State;
use serde::Serialize;
use trialogue_conversation::ids::Timestamp;
use trialogue_storage::{MailId, MailListing, MailState};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

/// The newest mails shown.
const SHOWN: usize = 200;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_mails))
        .routes(routes!(get_mail))
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ListedMail {
    #[schema(value_type = Uuid)]
    id: MailId,
    to: String,
    subject: String,
    #[schema(value_type = String)]
    state: MailState,
    #[schema(value_type = i64)]
    at: Timestamp,
    error: Option<String>,
}

impl From<MailListing> for ListedMail {
    fn from(mail: MailListing) -> Self {
        Self {
            id: mail.mail_id,
            to: mail.to,
            subject: mail.subject,
            state: mail.state,
            at: mail.created_at,
            error: mail.error,
        }
    }
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Mails {
    mails: Vec<ListedMail>,
    smtp_configured: bool,
}

/// Links in mails let their readers in: admins see every mail, other users what was written to themselves.
fn sees(user: &User, to: &str) -> bool {
    user.is_admin() || to.eq_ignore_ascii_case(&user.email)
}

#[utoipa::path(get, path = "/mails", tag = "mails", responses((status = 200, body = Mails)))]
async fn list_mails(State(app): State<App>, user: User) -> Answer<Mails> {
    let mails = app.store.mails(user.workspace_id, None, SHOWN).await?;
    let mails = mails
        .into_iter()
        .filter(|mail| sees(&user, &mail.to))
        .map(ListedMail::from)
        .collect();
    Ok(Json(Mails {
        mails,
        smtp_configured: app.mailer.is_some(),
    }))
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct WholeMail {
    #[serde(flatten)]
    listed: ListedMail,
    html: String,
    text: String,
}

#[utoipa::path(get, path = "/mails/{id}", tag = "mails", params(("id" = Uuid, Path)), responses((status = 200, body = WholeMail)))]
async fn get_mail(State(app): State<App>, user: User, Path(id): Path<Uuid>) -> Answer<WholeMail> {
    let mail = app
        .store
        .mail(user.workspace_id, MailId(id))
        .await?
        .filter(|mail| sees(&user, &mail.listing.to));
    let mail = mail.ok_or_else(|| Problem::not_found("mail"))?;
    Ok(Json(WholeMail {
        listed: mail.listing.into(),
        html: mail.html,
        text: mail.text,
    }))
}
