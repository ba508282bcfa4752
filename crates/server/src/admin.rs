//! Accounts from the command line.

use crate::api::{create_first_admin, create_user};
use crate::config::{Config, ConfigFlags};
use crate::sign_in::passwords::{MIN_PASSWORD_CHARS, check_new_password};
use anyhow::Context;
use clap::Subcommand;
use std::io::{BufRead, Write};
use std::path::Path;
use trialogue_conversation::ids::UserId;
use trialogue_storage::{NewUser, UserRole};
use uuid::Uuid;

#[derive(Debug, Subcommand)]
pub enum AdminCommand {
    /// Create an admin: the first one with a workspace, or a further one. The password is read from standard input.
    Create {
        #[arg(long)]
        email: String,
        #[arg(long)]
        name: String,
        /// Name of the workspace, when this is the first account.
        #[arg(long, default_value = "My workspace")]
        workspace: String,
        #[command(flatten)]
        config: ConfigFlags,
    },
}

pub async fn run(command: AdminCommand, file: Option<&Path>) -> anyhow::Result<()> {
    let AdminCommand::Create {
        email,
        name,
        workspace,
        config,
    } = command;
    trialogue_notify::EmailAddress::parse(&email)
        .with_context(|| format!("{email:?} is not an e-mail address"))?;
    anyhow::ensure!(!name.trim().is_empty(), "an admin needs a name");
    let app = crate::serve::build(Config::load(file, &config)?).await?;
    print!("Password (at least {MIN_PASSWORD_CHARS} characters): ");
    std::io::stdout().flush()?;
    let mut password = String::new();
    std::io::stdin().lock().read_line(&mut password)?;
    let password = password.trim_end_matches(['\r', '\n']).to_owned();
    check_new_password(&password)?;
    let first = !app.store.has_users().await?;
    let outcome = if first {
        create_first_admin(&app, &workspace, &name, &email, password)
            .await
            .map(|_| ())
    } else {
        let workspaces = app.store.workspaces().await?;
        let home = workspaces.first().context("there is no workspace")?;
        let user = NewUser {
            user_id: UserId(Uuid::now_v7()),
            workspace_id: home.workspace_id,
            email: email.clone(),
            name,
            roles: vec![UserRole::Admin, UserRole::Owner],
            password_hash: app.passwords.hash(password).await?,
            created_at: app.now(),
        };
        create_user(&app, user, None).await
    };
    outcome.map_err(|problem| anyhow::anyhow!(problem.detail))?;
    println!("\n{email} may sign in at {} now.", app.link("/sign-in"));
    Ok(())
}
