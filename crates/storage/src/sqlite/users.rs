//! Users.

use super::columns::{list, list_text, time, unreadable};
use super::{SqliteStore, sessions, tokens};
use crate::error::{CreateUserError, Error, PasswordError, UpdateUserError};
use crate::tokens::SpendToken;
use crate::users::{NewUser, User, UserChange, UserRole, UserStore};
use async_trait::async_trait;
use rusqlite::{Connection, OptionalExtension, Row, params};
use trialogue_conversation::ids::{UserId, WorkspaceId};

/// Prefixed, since sessions are read together with their user.
pub(super) const COLUMNS: &str = "users.id, users.workspace_id, users.email, users.name, users.roles, users.disabled, \
     users.password_hash, users.created_at";

#[async_trait]
impl UserStore for SqliteStore {
    async fn has_users(&self) -> Result<bool, Error> {
        self.read(any).await
    }

    async fn create_user(
        &self,
        user: NewUser,
        spends: Option<SpendToken>,
    ) -> Result<(), CreateUserError> {
        self.write_job(move |connection| {
            if by_email(connection, &user.email)?.is_some() {
                return Err(CreateUserError::EmailTaken);
            }
            if let Some(spend) = spends
                && tokens::spend(connection, spend)?
                    .is_none_or(|token| token.workspace_id != user.workspace_id)
            {
                return Err(CreateUserError::TokenSpent);
            }
            Ok(add(connection, &user)?)
        })
        .await
    }

    async fn user(
        &self,
        workspace_id: WorkspaceId,
        user_id: UserId,
    ) -> Result<Option<User>, Error> {
        self.read(move |connection| by_id(connection, workspace_id, user_id))
            .await
    }

    async fn user_by_email(&self, email: &str) -> Result<Option<User>, Error> {
        let email = email.to_owned();
        self.read(move |connection| by_email(connection, &email))
            .await
    }

    async fn users(&self, workspace_id: WorkspaceId) -> Result<Vec<User>, Error> {
        self.read(move |connection| {
            let sql =
                format!("SELECT {COLUMNS} FROM users WHERE workspace_id = ?1 ORDER BY name, id");
            let mut select = connection.prepare_cached(&sql)?;
            let rows = select.query_map([workspace_id.0], user)?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
        .await
    }

    async fn update_user(
        &self,
        workspace_id: WorkspaceId,
        user_id: UserId,
        change: UserChange,
    ) -> Result<(), UpdateUserError> {
        self.write_job(move |connection| {
            let before =
                by_id(connection, workspace_id, user_id)?.ok_or(UpdateUserError::NotFound)?;
            let after = User {
                name: change.name.unwrap_or_else(|| before.name.clone()),
                roles: change.roles.unwrap_or_else(|| before.roles.clone()),
                disabled: change.disabled.unwrap_or(before.disabled),
                ..before.clone()
            };
            if administers(&before) && !administers(&after) && is_last_admin(connection, &before)? {
                return Err(UpdateUserError::LastAdmin);
            }
            connection
                .prepare_cached(
                    "UPDATE users SET name = ?2, roles = ?3, disabled = ?4 WHERE id = ?1",
                )?
                .execute(params![
                    user_id.0,
                    after.name,
                    role_text(&after.roles),
                    after.disabled
                ])?;
            if after.disabled {
                sessions::end_all(connection, user_id)?;
            }
            Ok(())
        })
        .await
    }

    async fn set_password(
        &self,
        workspace_id: WorkspaceId,
        user_id: UserId,
        password_hash: String,
        spends: Option<SpendToken>,
    ) -> Result<(), PasswordError> {
        self.write_job(move |connection| {
            if let Some(spend) = spends
                && tokens::spend(connection, spend)?
                    .is_none_or(|token| token.workspace_id != workspace_id)
            {
                return Err(PasswordError::TokenSpent);
            }
            let changed = connection
                .prepare_cached(
                    "UPDATE users SET password_hash = ?3 WHERE id = ?1 AND workspace_id = ?2",
                )?
                .execute(params![user_id.0, workspace_id.0, password_hash])?;
            if changed == 0 {
                return Err(PasswordError::NotFound);
            }
            sessions::end_all(connection, user_id)?;
            Ok(())
        })
        .await
    }
}

pub(super) fn any(connection: &Connection) -> Result<bool, Error> {
    Ok(connection
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM users)")?
        .query_row([], |row| row.get(0))?)
}

pub(super) fn add(connection: &Connection, user: &NewUser) -> Result<(), Error> {
    connection
        .prepare_cached(
            "INSERT INTO users (id, workspace_id, email, name, password_hash, roles, disabled, created_at) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0, ?7)",
        )?
        .execute(params![
            user.user_id.0,
            user.workspace_id.0,
            normal(&user.email),
            user.name,
            user.password_hash,
            role_text(&user.roles),
            user.created_at.0,
        ])?;
    Ok(())
}

pub(super) fn user(row: &Row<'_>) -> rusqlite::Result<User> {
    let roles = list(row, "roles")?.into_iter().map(|word| {
        UserRole::from_word(&word)
            .ok_or_else(|| unreadable(0, format!("unknown role {word:?} of a user")))
    });
    Ok(User {
        user_id: UserId(row.get("id")?),
        workspace_id: WorkspaceId(row.get("workspace_id")?),
        email: row.get("email")?,
        name: row.get("name")?,
        roles: roles.collect::<Result<_, _>>()?,
        disabled: row.get("disabled")?,
        password_hash: row.get("password_hash")?,
        created_at: time(row, "created_at")?,
    })
}

fn by_id(
    connection: &Connection,
    workspace_id: WorkspaceId,
    user_id: UserId,
) -> Result<Option<User>, Error> {
    let sql = format!("SELECT {COLUMNS} FROM users WHERE id = ?1 AND workspace_id = ?2");
    let mut select = connection.prepare_cached(&sql)?;
    Ok(select
        .query_row([user_id.0, workspace_id.0], user)
        .optional()?)
}

fn by_email(connection: &Connection, email: &str) -> Result<Option<User>, Error> {
    let sql = format!("SELECT {COLUMNS} FROM users WHERE email = ?1");
    let mut select = connection.prepare_cached(&sql)?;
    Ok(select.query_row([normal(email)], user).optional()?)
}

fn normal(email: &str) -> String {
    email.trim().to_lowercase()
}

fn role_text(roles: &[UserRole]) -> String {
    let mut words: Vec<_> = roles.iter().map(|role| role.as_str().to_owned()).collect();
    words.sort_unstable();
    words.dedup();
    list_text(&words)
}

fn administers(user: &User) -> bool {
    !user.disabled && user.roles.contains(&UserRole::Admin)
}

fn is_last_admin(connection: &Connection, admin: &User) -> Result<bool, Error> {
    let sql = format!(
        "SELECT {COLUMNS} FROM users WHERE workspace_id = ?1 AND id <> ?2 AND disabled = 0"
    );
    let mut select = connection.prepare_cached(&sql)?;
    let mut others = select.query_map([admin.workspace_id.0, admin.user_id.0], user)?;
    others.try_fold(true, |last, other| Ok(last && !administers(&other?)))
}
