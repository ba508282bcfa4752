//! Workspaces, users, sessions, tokens, visitors.

use crate::support::*;
use trialogue_conversation::ids::{UserId, VisitorId, WorkspaceId};
use trialogue_storage::*;
use uuid::Uuid;

fn spend(kind: TokenKind) -> SpendToken {
    SpendToken {
        token_hash: TOKEN,
        kind,
        now: NOON,
    }
}

fn session_of(user_id: UserId) -> NewSession {
    NewSession {
        token_hash: TOKEN,
        user_id,
        created_at: NOON,
        expires_at: NOON.plus_ms(100),
    }
}

#[tokio::test]
async fn only_the_first_setup_succeeds() {
    let store = fresh();
    assert!(!store.has_users().await.unwrap());
    let place = Home {
        workspace_id: WorkspaceId(Uuid::new_v4()),
        owner: UserId(Uuid::new_v4()),
        persona_id: trialogue_conversation::ids::PersonaId(Uuid::nil()),
        visitor_id: VisitorId(Uuid::nil()),
    };
    let other = WorkspaceId(Uuid::new_v4());
    let (first, second) = tokio::join!(
        store.set_up(
            workspace(place.workspace_id, "acme"),
            user(place, place.owner, "a@acme.example")
        ),
        store.set_up(
            workspace(other, "evil"),
            NewUser {
                workspace_id: other,
                ..user(place, UserId(Uuid::new_v4()), "e@evil.example")
            }
        )
    );
    assert_eq!((first, second), (Ok(()), Err(SetupError::AlreadyDone)));
    assert_eq!(
        store.workspaces().await.unwrap(),
        [workspace(place.workspace_id, "acme")]
    );
    assert!(store.has_users().await.unwrap());

    assert!(
        store
            .update_workspace(place.workspace_id, "Acme".to_owned(), "{}".to_owned())
            .await
            .unwrap()
    );
    assert_eq!(
        store
            .workspace(place.workspace_id)
            .await
            .unwrap()
            .unwrap()
            .name,
        "Acme"
    );
    assert!(
        !store
            .update_workspace(other, "x".to_owned(), "{}".to_owned())
            .await
            .unwrap()
    );
}

#[tokio::test]
async fn an_email_address_belongs_to_one_user_of_the_deployment_whatever_its_case() {
    let store = fresh();
    let home = home(&*store, "acme").await;
    let elsewhere = crate::support::home(&*store, "other").await;
    let twin = user(elsewhere, UserId(Uuid::new_v4()), " Owner@ACME.example ");
    assert_eq!(
        store.create_user(twin, None).await,
        Err(CreateUserError::EmailTaken)
    );
    let found = store
        .user_by_email("OWNER@acme.example")
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (found.user_id, found.email.as_str()),
        (home.owner, "owner@acme.example")
    );
    assert_eq!(found.roles, [UserRole::Admin, UserRole::Owner]);
}

#[tokio::test]
async fn a_session_opens_until_it_expires_or_ends() {
    let store = fresh();
    let home = home(&*store, "acme").await;
    store.add_session(session_of(home.owner)).await.unwrap();
    let session = store
        .session(&TOKEN, NOON.plus_ms(99))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (session.user.user_id, session.workspace_name.as_str()),
        (home.owner, "acme")
    );
    assert_eq!(
        store.session(&TOKEN, NOON.plus_ms(100)).await.unwrap(),
        None
    );
    assert_eq!(store.session(&[9; 32], NOON).await.unwrap(), None);

    assert!(store.end_session(&TOKEN).await.unwrap());
    assert!(
        !store.end_session(&TOKEN).await.unwrap(),
        "it has ended already"
    );
    assert_eq!(store.session(&TOKEN, NOON).await.unwrap(), None);

    store.add_session(session_of(home.owner)).await.unwrap();
    assert_eq!(store.forget_expired(NOON.plus_ms(100)).await.unwrap(), 0);
    assert_eq!(store.forget_expired(NOON.plus_ms(101)).await.unwrap(), 1);
}

#[tokio::test]
async fn disabling_a_user_and_a_new_password_end_their_sessions() {
    let store = fresh();
    let home = home(&*store, "acme").await;
    let other = UserId(Uuid::new_v4());
    store
        .create_user(user(home, other, "other@acme.example"), None)
        .await
        .unwrap();
    store.add_session(session_of(home.owner)).await.unwrap();
    store
        .set_password(home.workspace_id, home.owner, "new".to_owned(), None)
        .await
        .unwrap();
    assert_eq!(store.session(&TOKEN, NOON).await.unwrap(), None);
    assert_eq!(
        store
            .user(home.workspace_id, home.owner)
            .await
            .unwrap()
            .unwrap()
            .password_hash,
        "new"
    );

    store.add_session(session_of(home.owner)).await.unwrap();
    let disabled = UserChange {
        disabled: Some(true),
        ..UserChange::default()
    };
    store
        .update_user(home.workspace_id, home.owner, disabled)
        .await
        .unwrap();
    assert_eq!(store.session(&TOKEN, NOON).await.unwrap(), None);
    assert_eq!(
        store
            .end_sessions_of(home.workspace_id, home.owner)
            .await
            .unwrap(),
        0
    );
}

#[tokio::test]
async fn the_last_admin_stays_admin() {
    let store = fresh();
    let home = home(&*store, "acme").await;
    let agent = UserChange {
        roles: Some(vec![UserRole::Agent]),
        ..UserChange::default()
    };
    let disabled = UserChange {
        disabled: Some(true),
        ..UserChange::default()
    };
    let renamed = UserChange {
        name: Some("Dana".to_owned()),
        ..UserChange::default()
    };
    let update = async |user_id, change: &UserChange| {
        store
            .update_user(home.workspace_id, user_id, change.clone())
            .await
    };
    assert_eq!(
        update(home.owner, &agent).await,
        Err(UpdateUserError::LastAdmin)
    );
    assert_eq!(
        update(home.owner, &disabled).await,
        Err(UpdateUserError::LastAdmin)
    );
    assert_eq!(update(home.owner, &renamed).await, Ok(()));

    let second = UserId(Uuid::new_v4());
    store
        .create_user(user(home, second, "b@acme.example"), None)
        .await
        .unwrap();
    assert_eq!(update(home.owner, &agent).await, Ok(()));
    assert_eq!(
        update(second, &disabled).await,
        Err(UpdateUserError::LastAdmin)
    );
    assert_eq!(
        update(UserId(Uuid::new_v4()), &renamed).await,
        Err(UpdateUserError::NotFound)
    );
    let names: Vec<_> = store
        .users(home.workspace_id)
        .await
        .unwrap()
        .into_iter()
        .map(|user| user.name)
        .collect();
    assert_eq!(names, ["Dana", "b@acme.example"]);
}

#[tokio::test]
async fn a_token_is_spent_once() {
    let store = fresh();
    let home = home(&*store, "acme").await;
    store
        .write(
            home.workspace_id,
            vec![Write::Token(token(TokenKind::PasswordReset, "owner"))],
        )
        .await
        .unwrap();
    assert!(store.token(&TOKEN).await.unwrap().unwrap().is_good(NOON));
    assert_eq!(
        store
            .spend_token(spend(TokenKind::OwnerLink))
            .await
            .unwrap(),
        None,
        "it is of another kind"
    );
    let (first, second) = tokio::join!(
        store.spend_token(spend(TokenKind::PasswordReset)),
        store.spend_token(spend(TokenKind::PasswordReset))
    );
    assert_eq!(first.unwrap().unwrap().spent_at, Some(NOON));
    assert_eq!(second.unwrap(), None);
    assert!(!store.token(&TOKEN).await.unwrap().unwrap().is_good(NOON));
}

#[tokio::test]
async fn a_token_that_expired_or_was_revoked_cannot_be_spent() {
    let store = fresh();
    let home = home(&*store, "acme").await;
    store
        .write(
            home.workspace_id,
            vec![Write::Token(token(TokenKind::PasswordReset, "owner"))],
        )
        .await
        .unwrap();
    let late = SpendToken {
        now: NOON.plus_ms(1_000),
        ..spend(TokenKind::PasswordReset)
    };
    assert_eq!(store.spend_token(late).await.unwrap(), None);

    let revoke = |about: &str| Write::RevokeTokens {
        kind: TokenKind::PasswordReset,
        about: about.to_owned(),
        now: NOON,
    };
    store
        .write(home.workspace_id, vec![revoke("somebody else")])
        .await
        .unwrap();
    assert!(store.token(&TOKEN).await.unwrap().unwrap().is_good(NOON));
    store
        .write(home.workspace_id, vec![revoke("owner")])
        .await
        .unwrap();
    assert_eq!(
        store.token(&TOKEN).await.unwrap().unwrap().revoked_at,
        Some(NOON)
    );
    assert_eq!(
        store
            .spend_token(spend(TokenKind::PasswordReset))
            .await
            .unwrap(),
        None
    );
}

#[tokio::test]
async fn an_invitation_makes_one_user_and_a_reset_sets_one_password() {
    let store = fresh();
    let home = home(&*store, "acme").await;
    let invited = |email: &str| user(home, UserId(Uuid::new_v4()), email);
    let spends = Some(spend(TokenKind::WorkspaceInvitation));
    assert_eq!(
        store.create_user(invited("a@x.example"), spends).await,
        Err(CreateUserError::TokenSpent)
    );
    store
        .write(
            home.workspace_id,
            vec![Write::Token(token(TokenKind::WorkspaceInvitation, "a"))],
        )
        .await
        .unwrap();
    assert_eq!(
        store
            .create_user(invited("owner@acme.example"), spends)
            .await,
        Err(CreateUserError::EmailTaken)
    );
    assert_eq!(
        store.create_user(invited("a@x.example"), spends).await,
        Ok(())
    );
    assert_eq!(
        store.create_user(invited("b@x.example"), spends).await,
        Err(CreateUserError::TokenSpent)
    );
    assert_eq!(store.user_by_email("b@x.example").await.unwrap(), None);

    let reset = SpendToken {
        token_hash: [2; 32],
        ..spend(TokenKind::PasswordReset)
    };
    let new_reset = NewToken {
        token_hash: [2; 32],
        ..token(TokenKind::PasswordReset, "owner")
    };
    store
        .write(home.workspace_id, vec![Write::Token(new_reset)])
        .await
        .unwrap();
    let nobody = store
        .set_password(
            home.workspace_id,
            UserId(Uuid::new_v4()),
            "x".to_owned(),
            Some(reset),
        )
        .await;
    assert_eq!(nobody, Err(PasswordError::NotFound));
    assert_eq!(
        store
            .set_password(home.workspace_id, home.owner, "x".to_owned(), Some(reset))
            .await,
        Ok(())
    );
    let again = store
        .set_password(home.workspace_id, home.owner, "y".to_owned(), Some(reset))
        .await;
    assert_eq!(again, Err(PasswordError::TokenSpent));
}

#[tokio::test]
async fn a_visitor_is_known_by_their_token_and_may_say_who_they_are() {
    let store = fresh();
    let home = home(&*store, "acme").await;
    let visitor_id = VisitorId(Uuid::new_v4());
    let new = NewVisitor {
        visitor_id,
        workspace_id: home.workspace_id,
        token_hash: TOKEN,
        created_at: NOON,
    };
    store.add_visitor(new).await.unwrap();
    let identify = async |name: Option<&str>, email: Option<&str>| {
        store
            .identify_visitor(
                home.workspace_id,
                visitor_id,
                name.map(str::to_owned),
                email.map(str::to_owned),
            )
            .await
            .unwrap()
    };
    assert!(identify(Some("Sam"), None).await);
    assert!(identify(None, Some("sam@x.example")).await);
    let visitor = store.visitor_by_token(&TOKEN).await.unwrap().unwrap();
    assert_eq!(
        (visitor.name.as_deref(), visitor.email.as_deref()),
        (Some("Sam"), Some("sam@x.example"))
    );
    assert_eq!(store.visitor_by_token(&[7; 32]).await.unwrap(), None);
}
