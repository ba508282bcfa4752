//! Nothing crosses workspaces: everything one workspace holds, asked for and meddled with from another.

use crate::support::*;
use trialogue_conversation::ids::{HandoffId, Seq};
use trialogue_storage::*;
use uuid::Uuid;

struct Everything {
    home: Home,
    conversation_id: trialogue_conversation::ids::ConversationId,
    source_id: SourceId,
    question: Question,
    mail_id: MailId,
}

/// Fills a workspace with one of each.
async fn everything(store: &dyn Store) -> Everything {
    let home = home(store, "acme").await;
    let conversation_id = conversation_id();
    let mut start = append(home, conversation_id, 0, &["secret"]);
    start.summary.needs_attention = true;
    start.readers.push(home.owner);
    start.handoffs.push(HandoffRow {
        handoff_id: HandoffId(1),
        persona_id: home.persona_id,
        assignee: Some(home.owner),
        open: true,
        raised_at: NOON,
        json: "{}".to_owned(),
    });
    store.append(start).await.unwrap();
    let source = NewSource {
        source_id: SourceId(Uuid::new_v4()),
        persona_id: home.persona_id,
        title: "Manual".to_owned(),
        kind: "html".to_owned(),
        content: b"secret".to_vec(),
        created_at: NOON,
    };
    let source_id = source.source_id;
    store
        .add_source(home.workspace_id, source, vec![])
        .await
        .unwrap();
    store
        .set_source_index(home.workspace_id, source_id, b"index".to_vec())
        .await
        .unwrap();
    let question = Question {
        question_id: QuestionId(Uuid::new_v4()),
        persona_id: home.persona_id,
        question: "When?".to_owned(),
        phrasings: vec![],
        answer: "At noon.".to_owned(),
        updated_at: NOON,
    };
    let mail = NewMail {
        mail_id: MailId(Uuid::new_v4()),
        key: "mail".to_owned(),
        to: "owner@acme.example".to_owned(),
        subject: "secret".to_owned(),
        text: String::new(),
        html: String::new(),
        state: MailState::Stored,
        created_at: NOON,
    };
    let mail_id = mail.mail_id;
    let ready = SourceProgress {
        source_id,
        state: SourceState::Ready,
        progress: 100,
        passages: Some(1),
        error: None,
        now: NOON,
    };
    let audit = AuditEntry {
        at: NOON,
        user_id: None,
        conversation_id: None,
        action: "conversation_read".to_owned(),
        detail: "secret".to_owned(),
    };
    let writes = vec![
        Write::Question(question.clone()),
        Write::Mail(mail),
        Write::SourceProgress(ready),
        Write::Audit(audit),
        Write::Token(token(TokenKind::GuestInvitation, "guest")),
    ];
    store.write(home.workspace_id, writes).await.unwrap();
    Everything {
        home,
        conversation_id,
        source_id,
        question,
        mail_id,
    }
}

#[tokio::test]
async fn another_workspace_sees_nothing() {
    let store = fresh();
    let Everything {
        home,
        conversation_id,
        source_id,
        question,
        mail_id,
    } = everything(&*store).await;
    let workspace = crate::support::home(&*store, "other").await.workspace_id;

    let filters = [
        ConversationFilter::default(),
        ConversationFilter {
            needs_attention: Some(true),
            ..ConversationFilter::default()
        },
        ConversationFilter {
            persona_id: Some(home.persona_id),
            ..ConversationFilter::default()
        },
        ConversationFilter {
            visitor_id: Some(home.visitor_id),
            ..ConversationFilter::default()
        },
        ConversationFilter {
            reader: Some(home.owner),
            ..ConversationFilter::default()
        },
    ];
    for filter in filters {
        assert_eq!(
            store
                .conversations(home.workspace_id, &filter, None, 9)
                .await
                .unwrap()
                .len(),
            1,
            "{filter:?}"
        );
        assert_eq!(
            store
                .conversations(workspace, &filter, None, 9)
                .await
                .unwrap(),
            [],
            "{filter:?}"
        );
    }
    assert_eq!(
        store
            .conversation(workspace, conversation_id)
            .await
            .unwrap(),
        None
    );
    assert!(
        !store
            .is_reader(workspace, conversation_id, home.owner)
            .await
            .unwrap()
    );
    assert_eq!(
        store
            .open_conversations_of(workspace, home.persona_id)
            .await
            .unwrap(),
        []
    );
    for concerns in [None, Some(home.owner)] {
        let filter = HandoffFilter {
            open: None,
            concerns,
        };
        assert_eq!(
            store
                .handoffs(home.workspace_id, filter, None, 9)
                .await
                .unwrap()
                .len(),
            1
        );
        assert_eq!(
            store.handoffs(workspace, filter, None, 9).await.unwrap(),
            []
        );
    }
    assert_eq!(
        store
            .handoff(workspace, conversation_id, HandoffId(1))
            .await
            .unwrap(),
        None
    );
    assert_eq!(store.user(workspace, home.owner).await.unwrap(), None);
    assert!(
        store
            .users(workspace)
            .await
            .unwrap()
            .iter()
            .all(|user| user.user_id != home.owner)
    );
    assert_eq!(
        store.visitor(workspace, home.visitor_id).await.unwrap(),
        None
    );
    assert_eq!(
        store.persona(workspace, home.persona_id).await.unwrap(),
        None
    );
    assert!(
        store
            .personas(workspace)
            .await
            .unwrap()
            .iter()
            .all(|card| card.persona.persona_id != home.persona_id)
    );
    assert_eq!(store.sources(workspace, home.persona_id).await.unwrap(), []);
    assert_eq!(store.source(workspace, source_id).await.unwrap(), None);
    assert_eq!(
        store.source_content(workspace, source_id).await.unwrap(),
        None
    );
    assert_eq!(
        store
            .source_indexes(home.workspace_id, home.persona_id)
            .await
            .unwrap()
            .len(),
        1
    );
    assert_eq!(
        store
            .source_indexes(workspace, home.persona_id)
            .await
            .unwrap(),
        []
    );
    assert_eq!(
        store.questions(workspace, home.persona_id).await.unwrap(),
        []
    );
    assert_eq!(
        store
            .question(workspace, question.question_id)
            .await
            .unwrap(),
        None
    );
    assert_eq!(
        store.mails(home.workspace_id, None, 9).await.unwrap().len(),
        1
    );
    assert_eq!(store.mails(workspace, None, 9).await.unwrap(), []);
    assert_eq!(store.mail(workspace, mail_id).await.unwrap(), None);
    assert_eq!(store.mail_by_key(workspace, "mail").await.unwrap(), None);
    assert_eq!(
        store
            .audit_log(home.workspace_id, None, 9)
            .await
            .unwrap()
            .len(),
        1
    );
    assert_eq!(store.audit_log(workspace, None, 9).await.unwrap(), []);
}

#[tokio::test]
async fn another_workspace_changes_nothing() {
    let store = fresh();
    let Everything {
        home,
        conversation_id,
        source_id,
        question,
        mail_id,
    } = everything(&*store).await;
    let other = crate::support::home(&*store, "other").await;
    let workspace = other.workspace_id;

    let from_outside = Append {
        workspace_id: workspace,
        ..append(home, conversation_id, 1, &["forged"])
    };
    assert!(matches!(
        store.append(from_outside).await,
        Err(AppendError::Storage(Error::Call(_)))
    ));
    let started_again = Append {
        workspace_id: workspace,
        ..append(home, conversation_id, 0, &["forged"])
    };
    assert!(matches!(
        store.append(started_again).await,
        Err(AppendError::Storage(Error::Call(_)))
    ));

    let change = UserChange {
        name: Some("Forged".to_owned()),
        ..UserChange::default()
    };
    assert_eq!(
        store.update_user(workspace, home.owner, change).await,
        Err(UpdateUserError::NotFound)
    );
    let password = store
        .set_password(workspace, home.owner, "forged".to_owned(), None)
        .await;
    assert_eq!(password, Err(PasswordError::NotFound));
    let session = NewSession {
        token_hash: TOKEN,
        user_id: home.owner,
        created_at: NOON,
        expires_at: NOON.plus_ms(1),
    };
    store.add_session(session).await.unwrap();
    assert_eq!(
        store.end_sessions_of(workspace, home.owner).await.unwrap(),
        0
    );
    assert!(
        !store
            .identify_visitor(workspace, home.visitor_id, Some("Forged".to_owned()), None)
            .await
            .unwrap()
    );
    let update = PersonaUpdate {
        persona_id: home.persona_id,
        from_version: None,
        owner_id: other.owner,
        name: "Forged".to_owned(),
        profile: "{}".to_owned(),
        now: NOON,
    };
    assert_eq!(
        store.update_persona(workspace, update).await,
        Err(UpdatePersonaError::NotFound)
    );
    assert!(
        !store
            .set_picture(workspace, home.persona_id, None)
            .await
            .unwrap()
    );
    assert!(
        !store
            .delete_persona(workspace, home.persona_id)
            .await
            .unwrap()
    );
    assert!(
        !store
            .set_source_index(workspace, source_id, vec![])
            .await
            .unwrap()
    );
    assert!(!store.delete_source(workspace, source_id).await.unwrap());
    assert!(
        !store
            .delete_question(workspace, question.question_id)
            .await
            .unwrap()
    );
    let invitation = SpendToken {
        token_hash: TOKEN,
        kind: TokenKind::GuestInvitation,
        now: NOON,
    };
    let foreign_user = user(
        other,
        trialogue_conversation::ids::UserId(Uuid::new_v4()),
        "x@x.example",
    );
    assert_eq!(
        store.create_user(foreign_user, Some(invitation)).await,
        Err(CreateUserError::TokenSpent)
    );

    let forged = Question {
        answer: "Forged".to_owned(),
        ..question.clone()
    };
    let own_persona = Question {
        persona_id: other.persona_id,
        ..forged.clone()
    };
    let failed = SourceProgress {
        source_id,
        state: SourceState::Failed,
        progress: 0,
        passages: None,
        error: None,
        now: NOON,
    };
    let writes = vec![
        Write::Question(forged),
        Write::Question(own_persona),
        Write::SourceProgress(failed),
        Write::MailStatus(MailStatus {
            mail_id,
            state: MailState::Failed,
            error: None,
            body: None,
            now: NOON,
        }),
        Write::MailOpened { mail_id, now: NOON },
        Write::RevokeTokens {
            kind: TokenKind::GuestInvitation,
            about: "guest".to_owned(),
            now: NOON,
        },
    ];
    store.write(workspace, writes).await.unwrap();

    assert_eq!(store.last_seq(conversation_id).await.unwrap(), Seq(1));
    assert_eq!(
        store
            .question(home.workspace_id, question.question_id)
            .await
            .unwrap(),
        Some(question)
    );
    assert_eq!(
        store
            .source(home.workspace_id, source_id)
            .await
            .unwrap()
            .unwrap()
            .state,
        SourceState::Ready
    );
    let mail = store
        .mail(home.workspace_id, mail_id)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (mail.listing.state, mail.listing.opened_at),
        (MailState::Stored, None)
    );
    assert!(store.token(&TOKEN).await.unwrap().unwrap().is_good(NOON));
    assert!(store.session(&TOKEN, NOON).await.unwrap().is_some());
}
