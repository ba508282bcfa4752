//! The first run: a workspace and its admin.

use super::session::{Me, signed_in};
use super::{Answer, Body};
use crate::app::App;
use crate::problem::Problem;
use crate::sign_in::{ClientAddress, SameOrigin};
use axum::Json;
use axum::extract::State;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use trialogue_conversation::ids::{UserId, WorkspaceId};
use trialogue_storage::{NewUser, SetupError, UserRole, Workspace};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(get_setup, set_up))
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Setup {
    /// Nobody has an account yet.
    needed: bool,
}

#[utoipa::path(get, path = "/setup", tag = "sign-in", responses((status = 200, body = Setup)))]
async fn get_setup(State(app): State<App>) -> Answer<Setup> {
    Ok(Json(Setup {
        needed: !app.store.has_users().await?,
    }))
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub struct FirstAdmin {
    workspace_name: String,
    name: String,
    email: String,
    password: String,
}

#[utoipa::path(post, path = "/setup", tag = "sign-in", request_body = FirstAdmin, responses((status = 200, body = Me), (status = 409, body = Problem)))]
async fn set_up(
    State(app): State<App>,
    _: SameOrigin,
    ClientAddress(address): ClientAddress,
    Body(admin): Body<FirstAdmin>,
) -> Result<Response, Problem> {
    app.rate_limits.sign_in(address)?;
    let user_id = create_first_admin(
        &app,
        &admin.workspace_name,
        &admin.name,
        &admin.email,
        admin.password,
    )
    .await?;
    signed_in(&app, user_id).await
}

/// Creates the deployment's first workspace with its admin, who owns personas too.
pub async fn create_first_admin(
    app: &App,
    workspace: &str,
    name: &str,
    email: &str,
    password: String,
) -> Result<UserId, Problem> {
    let workspace_name = super::people::checked_name("workspace_name", workspace)?;
    let admin = super::people::new_user_parts(app, name, email, password).await?;
    let now = app.now();
    let workspace_id = WorkspaceId(Uuid::now_v7());
    let user_id = UserId(Uuid::now_v7());
    let user = NewUser {
        user_id,
        workspace_id,
        email: admin.email,
        name: admin.name,
        roles: vec![UserRole::Admin, UserRole::Owner],
        password_hash: admin.password_hash,
        created_at: now,
    };
    let workspace = Workspace {
        workspace_id,
        name: workspace_name,
        settings: "{}".into(),
        created_at: now,
    };
    match app.store.set_up(workspace, user).await {
        Ok(()) => Ok(user_id),
        Err(SetupError::AlreadyDone) => Err(Problem::conflict(
            "already_set_up",
            "This server is set up already. Please sign in.",
        )),
        Err(SetupError::Storage(error)) => Err(error.into()),
    }
}
