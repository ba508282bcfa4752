//! Personas and what they know, mails, the audit log.

use crate::support::*;
use trialogue_conversation::ids::PersonaId;
use trialogue_storage::*;
use uuid::Uuid;

fn update(home: Home, from_version: Option<u64>, name: &str) -> PersonaUpdate {
    PersonaUpdate {
        persona_id: home.persona_id,
        from_version,
        owner_id: home.owner,
        name: name.to_owned(),
        profile: "{}".to_owned(),
        now: NOON.plus_ms(1),
    }
}

fn source(home: Home, content: &[u8]) -> NewSource {
    NewSource {
        source_id: SourceId(Uuid::new_v4()),
        persona_id: home.persona_id,
        title: "Manual".to_owned(),
        kind: "html".to_owned(),
        content: content.to_vec(),
        created_at: NOON,
    }
}

fn progress(source_id: SourceId, state: SourceState, percent: u8) -> Write {
    Write::SourceProgress(SourceProgress {
        source_id,
        state,
        progress: percent,
        passages: Some(12),
        error: None,
        now: NOON,
    })
}

#[tokio::test]
async fn of_two_who_edit_a_persona_the_second_learns_of_the_first() {
    let store = fresh();
    let home = home(&*store, "acme").await;
    assert_eq!(
        store
            .update_persona(home.workspace_id, update(home, Some(1), "Mike"))
            .await,
        Ok(2)
    );
    let stale = store
        .update_persona(home.workspace_id, update(home, Some(1), "Mick"))
        .await;
    assert_eq!(stale, Err(UpdatePersonaError::Stale { version: 2 }));
    assert_eq!(
        store
            .update_persona(home.workspace_id, update(home, None, "Mick"))
            .await,
        Ok(3)
    );
    let persona = store
        .persona(home.workspace_id, home.persona_id)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (persona.name.as_str(), persona.version, persona.updated_at),
        ("Mick", 3, NOON.plus_ms(1))
    );
    let nobody = PersonaUpdate {
        persona_id: PersonaId(Uuid::new_v4()),
        ..update(home, None, "X")
    };
    assert_eq!(
        store.update_persona(home.workspace_id, nobody).await,
        Err(UpdatePersonaError::NotFound)
    );
}

#[tokio::test]
async fn a_picture_can_be_set_replaced_and_taken_away() {
    let store = fresh();
    let home = home(&*store, "acme").await;
    let picture = |bytes: &[u8], at| Picture {
        content_type: "image/png".to_owned(),
        bytes: bytes.to_vec(),
        updated_at: at,
    };
    for picture in [picture(b"one", NOON), picture(b"two", NOON.plus_ms(1))] {
        assert!(
            store
                .set_picture(home.workspace_id, home.persona_id, Some(picture.clone()))
                .await
                .unwrap()
        );
        assert_eq!(store.picture(home.persona_id).await.unwrap(), Some(picture));
    }
    let persona = store.find_persona(home.persona_id).await.unwrap().unwrap();
    assert_eq!(persona.picture_at, Some(NOON.plus_ms(1)));
    assert!(
        store
            .set_picture(home.workspace_id, home.persona_id, None)
            .await
            .unwrap()
    );
    assert_eq!(store.picture(home.persona_id).await.unwrap(), None);
}

#[tokio::test]
async fn a_source_is_kept_byte_for_byte_and_its_index_counts_once_it_is_ready() {
    let store = fresh();
    let home = home(&*store, "acme").await;
    let new = source(home, b"<p>\0\xff");
    let id = new.source_id;
    let read_it = vec![Write::Effect(effect("read", NOON))];
    assert!(
        store
            .add_source(home.workspace_id, new, read_it)
            .await
            .unwrap()
    );
    assert_eq!(
        keys(&store.lease_effects(lease_at(NOON)).await.unwrap()),
        ["read"]
    );
    assert_eq!(
        store
            .source_content(home.workspace_id, id)
            .await
            .unwrap()
            .as_deref(),
        Some(&b"<p>\0\xff"[..])
    );
    assert_eq!(
        store
            .source(home.workspace_id, id)
            .await
            .unwrap()
            .unwrap()
            .state,
        SourceState::Queued
    );

    assert!(
        store
            .set_source_index(home.workspace_id, id, b"old".to_vec())
            .await
            .unwrap()
    );
    assert!(
        store
            .set_source_index(home.workspace_id, id, b"index".to_vec())
            .await
            .unwrap()
    );
    assert_eq!(
        store
            .source_indexes(home.workspace_id, home.persona_id)
            .await
            .unwrap(),
        []
    );
    store
        .write(
            home.workspace_id,
            vec![progress(id, SourceState::Ready, 100)],
        )
        .await
        .unwrap();
    let indexes = store
        .source_indexes(home.workspace_id, home.persona_id)
        .await
        .unwrap();
    assert_eq!(indexes, [(id, b"index".to_vec())]);

    let listed = &store
        .sources(home.workspace_id, home.persona_id)
        .await
        .unwrap()[0];
    assert_eq!(
        (
            listed.state,
            listed.progress,
            listed.passages,
            listed.content_bytes
        ),
        (SourceState::Ready, 100, 12, 5)
    );
    let card = &store.personas(home.workspace_id).await.unwrap()[0];
    assert_eq!((card.sources_ready, card.sources_total), (1, 1));

    assert!(store.delete_source(home.workspace_id, id).await.unwrap());
    assert!(!store.delete_source(home.workspace_id, id).await.unwrap());
    assert_eq!(
        store.source_content(home.workspace_id, id).await.unwrap(),
        None
    );
    assert_eq!(
        store
            .source_indexes(home.workspace_id, home.persona_id)
            .await
            .unwrap(),
        []
    );
    assert!(
        !store
            .set_source_index(home.workspace_id, id, b"late".to_vec())
            .await
            .unwrap()
    );
    store
        .write(
            home.workspace_id,
            vec![progress(id, SourceState::Ready, 100)],
        )
        .await
        .unwrap();
    assert_eq!(store.source(home.workspace_id, id).await.unwrap(), None);
}

#[tokio::test]
async fn a_failed_source_says_why_and_an_impossible_progress_is_refused() {
    let store = fresh();
    let home = home(&*store, "acme").await;
    let new = source(home, b"%PDF");
    let id = new.source_id;
    store
        .add_source(home.workspace_id, new, vec![])
        .await
        .unwrap();
    let failed = SourceProgress {
        source_id: id,
        state: SourceState::Failed,
        progress: 40,
        passages: None,
        error: Some("The file is encrypted.".to_owned()),
        now: NOON,
    };
    store
        .write(home.workspace_id, vec![Write::SourceProgress(failed)])
        .await
        .unwrap();
    let source = store.source(home.workspace_id, id).await.unwrap().unwrap();
    assert_eq!(
        (source.state, source.error.as_deref()),
        (SourceState::Failed, Some("The file is encrypted."))
    );
    let impossible = store
        .write(
            home.workspace_id,
            vec![progress(id, SourceState::Ready, 101)],
        )
        .await;
    assert!(matches!(impossible, Err(Error::Call(_))));
}

#[tokio::test]
async fn questions_are_added_replaced_and_deleted() {
    let store = fresh();
    let home = home(&*store, "acme").await;
    let question = Question {
        question_id: QuestionId(Uuid::new_v4()),
        persona_id: home.persona_id,
        question: "When?".to_owned(),
        phrasings: vec!["At what time?".to_owned(), "\"So\", when?".to_owned()],
        answer: "At noon.".to_owned(),
        updated_at: NOON,
    };
    let changed = Question {
        answer: "At one.".to_owned(),
        updated_at: NOON.plus_ms(1),
        ..question.clone()
    };
    for version in [question, changed.clone()] {
        store
            .write(home.workspace_id, vec![Write::Question(version.clone())])
            .await
            .unwrap();
        assert_eq!(
            store
                .questions(home.workspace_id, home.persona_id)
                .await
                .unwrap(),
            [version]
        );
    }
    assert!(
        store
            .delete_question(home.workspace_id, changed.question_id)
            .await
            .unwrap()
    );
    assert_eq!(
        store
            .question(home.workspace_id, changed.question_id)
            .await
            .unwrap(),
        None
    );
}

#[tokio::test]
async fn a_deleted_persona_takes_its_knowledge_along_and_leaves_its_conversations() {
    let store = fresh();
    let home = home(&*store, "acme").await;
    let id = conversation_id();
    store.append(append(home, id, 0, &["hello"])).await.unwrap();
    let new = source(home, b"x");
    let source_id = new.source_id;
    store
        .add_source(home.workspace_id, new, vec![])
        .await
        .unwrap();
    assert_eq!(
        store.personas(home.workspace_id).await.unwrap()[0].open_conversations,
        1
    );

    assert!(
        store
            .delete_persona(home.workspace_id, home.persona_id)
            .await
            .unwrap()
    );
    assert!(
        !store
            .delete_persona(home.workspace_id, home.persona_id)
            .await
            .unwrap()
    );
    assert_eq!(
        store.source(home.workspace_id, source_id).await.unwrap(),
        None
    );
    assert!(
        store
            .conversation(home.workspace_id, id)
            .await
            .unwrap()
            .is_some()
    );
    assert!(
        !store
            .add_source(home.workspace_id, source(home, b"y"), vec![])
            .await
            .unwrap()
    );
}

#[tokio::test]
async fn the_mailbox_keeps_one_mail_a_key_and_what_became_of_it() {
    let store = fresh();
    let home = home(&*store, "acme").await;
    let mail = |key: &str, at: i64| NewMail {
        mail_id: MailId(Uuid::new_v4()),
        key: key.to_owned(),
        to: "owner@acme.example".to_owned(),
        subject: format!("About {key}"),
        text: "text".to_owned(),
        html: "<p>html".to_owned(),
        state: MailState::Queued,
        created_at: NOON.plus_ms(at),
    };
    let (first, second) = (mail("a", 0), mail("b", 1));
    let mails = [first.clone(), mail("a", 5), second.clone()];
    store
        .write(
            home.workspace_id,
            mails.into_iter().map(Write::Mail).collect(),
        )
        .await
        .unwrap();

    let newest = store.mails(home.workspace_id, None, 1).await.unwrap();
    assert_eq!(newest[0].mail_id, second.mail_id);
    let older = store
        .mails(home.workspace_id, Some(newest[0].cursor()), 9)
        .await
        .unwrap();
    assert_eq!(
        older.iter().map(|mail| mail.mail_id).collect::<Vec<_>>(),
        [first.mail_id]
    );

    let sent = MailStatus {
        mail_id: first.mail_id,
        state: MailState::Sent,
        error: None,
        body: Some(MailBody {
            text: "text without its link".to_owned(),
            html: "<p>html without its link".to_owned(),
        }),
        now: NOON.plus_ms(9),
    };
    let opened = |ms| Write::MailOpened {
        mail_id: first.mail_id,
        now: NOON.plus_ms(ms),
    };
    store
        .write(
            home.workspace_id,
            vec![Write::MailStatus(sent), opened(10), opened(20)],
        )
        .await
        .unwrap();
    let mail = store
        .mail_by_key(home.workspace_id, "a")
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (mail.listing.mail_id, mail.listing.state),
        (first.mail_id, MailState::Sent)
    );
    assert_eq!(
        (&*mail.text, &*mail.html),
        ("text without its link", "<p>html without its link")
    );
    assert_eq!(
        mail.listing.opened_at,
        Some(NOON.plus_ms(10)),
        "the first opening counts"
    );
    assert_eq!(
        store.mail(home.workspace_id, first.mail_id).await.unwrap(),
        Some(mail)
    );
}

#[tokio::test]
async fn the_audit_log_is_paged_newest_first() {
    let store = fresh();
    let home = home(&*store, "acme").await;
    let entry = |action: &str| AuditEntry {
        at: NOON,
        user_id: Some(home.owner),
        conversation_id: Some(conversation_id()),
        action: action.to_owned(),
        detail: "{}".to_owned(),
    };
    let entries = [entry("one"), entry("two"), entry("three")];
    store
        .write(
            home.workspace_id,
            entries.clone().into_iter().map(Write::Audit).collect(),
        )
        .await
        .unwrap();
    let newest = store.audit_log(home.workspace_id, None, 2).await.unwrap();
    assert_eq!(
        newest
            .iter()
            .map(|audited| &audited.entry)
            .collect::<Vec<_>>(),
        [&entries[2], &entries[1]]
    );
    let older = store
        .audit_log(home.workspace_id, Some(newest[1].position), 9)
        .await
        .unwrap();
    assert_eq!(older[0].entry, entries[0]);
}
