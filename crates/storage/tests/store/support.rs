//! A fresh store and the shortest way to what a test needs in it.

use std::ops::Deref;
use std::sync::Arc;
use tempfile::TempDir;
use trialogue_conversation::ids::{
    ConversationId, PersonaId, Seq, Timestamp, UserId, VisitorId, WorkspaceId,
};
use trialogue_storage::*;
use uuid::Uuid;

/// A moment; tests count from it.
pub(crate) const NOON: Timestamp = Timestamp(1_750_000_000_000);

pub(crate) const TOKEN: TokenHash = [1; 32];

/// A store in a folder of its own.
pub(crate) struct Fresh {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) folder: TempDir,
}

impl Deref for Fresh {
    type Target = dyn Store;

    fn deref(&self) -> &Self::Target {
        &*self.store
    }
}

pub(crate) fn fresh() -> Fresh {
    fresh_with(|_| {})
}

pub(crate) fn fresh_with(change: impl FnOnce(&mut SqliteOptions)) -> Fresh {
    let folder = TempDir::new().unwrap();
    let mut options = SqliteOptions::at(folder.path().join("trialogue.db"));
    change(&mut options);
    Fresh {
        store: Arc::new(SqliteStore::open(options).unwrap()),
        folder,
    }
}

/// A workspace with its admin, one persona, one visitor.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Home {
    pub(crate) workspace_id: WorkspaceId,
    pub(crate) owner: UserId,
    pub(crate) persona_id: PersonaId,
    pub(crate) visitor_id: VisitorId,
}

pub(crate) async fn home(store: &dyn Store, name: &str) -> Home {
    let home = Home {
        workspace_id: WorkspaceId(Uuid::new_v4()),
        owner: UserId(Uuid::new_v4()),
        persona_id: PersonaId(Uuid::new_v4()),
        visitor_id: VisitorId(Uuid::new_v4()),
    };
    store
        .add_workspace(workspace(home.workspace_id, name))
        .await
        .unwrap();
    store
        .create_user(
            user(home, home.owner, &format!("owner@{name}.example")),
            None,
        )
        .await
        .unwrap();
    store
        .add_persona(NewPersona {
            persona_id: home.persona_id,
            workspace_id: home.workspace_id,
            owner_id: home.owner,
            name: "Michael".to_owned(),
            profile: r#"{"greeting":"Hello"}"#.to_owned(),
            created_at: NOON,
        })
        .await
        .unwrap();
    store
        .add_visitor(NewVisitor {
            visitor_id: home.visitor_id,
            workspace_id: home.workspace_id,
            token_hash: *Uuid::new_v4().as_bytes().repeat(2).first_chunk().unwrap(),
            created_at: NOON,
        })
        .await
        .unwrap();
    home
}

pub(crate) fn workspace(workspace_id: WorkspaceId, name: &str) -> Workspace {
    Workspace {
        workspace_id,
        name: name.to_owned(),
        settings: "{}".to_owned(),
        created_at: NOON,
    }
}

pub(crate) fn user(home: Home, user_id: UserId, email: &str) -> NewUser {
    NewUser {
        user_id,
        workspace_id: home.workspace_id,
        email: email.to_owned(),
        name: email.to_owned(),
        roles: vec![UserRole::Owner, UserRole::Admin],
        password_hash: "$argon2id$…".to_owned(),
        created_at: NOON,
    }
}

pub(crate) fn token(kind: TokenKind, about: &str) -> NewToken {
    NewToken {
        token_hash: TOKEN,
        kind,
        about: about.to_owned(),
        subject: "{}".to_owned(),
        created_at: NOON,
        expires_at: Some(NOON.plus_ms(1_000)),
    }
}

pub(crate) fn conversation_id() -> ConversationId {
    ConversationId(Uuid::new_v4())
}

pub(crate) fn event(seq: u64, json: &str) -> StoredEvent {
    StoredEvent {
        seq: Seq(seq),
        at: NOON.plus_ms(seq.cast_signed()),
        v: 1,
        json: json.into(),
    }
}

/// An append of these events after `after`; nothing else changes.
pub(crate) fn append(
    home: Home,
    conversation_id: ConversationId,
    after: u64,
    texts: &[&str],
) -> Append {
    let events: Vec<_> = (after + 1..)
        .zip(texts)
        .map(|(seq, text)| event(seq, text))
        .collect();
    let last_at = events.last().map_or(NOON, |event| event.at);
    Append {
        workspace_id: home.workspace_id,
        conversation_id,
        after: Seq(after),
        events,
        summary: Summary {
            persona_id: home.persona_id,
            visitor_id: home.visitor_id,
            open: true,
            needs_attention: false,
            last_at,
            json: r#"{"visitor":"Sam"}"#.into(),
        },
        next_wake: None,
        effects: Vec::new(),
        finishes: None,
        handoffs: Vec::new(),
        readers: Vec::new(),
        no_longer_readers: Vec::new(),
        also: Vec::new(),
    }
}

pub(crate) fn effect(key: &str, due_at: Timestamp) -> NewEffect {
    NewEffect {
        key: key.to_owned(),
        kind: "mail".to_owned(),
        payload: format!("for {key}"),
        due_at,
    }
}

pub(crate) fn lease_at(now: Timestamp) -> LeaseRequest {
    LeaseRequest {
        now,
        worker: "worker".to_owned(),
        lease_ms: 1_000,
        limit: 10,
        kinds: Vec::new(),
    }
}

pub(crate) fn texts(events: &[StoredEvent]) -> Vec<&str> {
    events.iter().map(|event| &*event.json).collect()
}

pub(crate) fn keys(effects: &[LeasedEffect]) -> Vec<&str> {
    effects.iter().map(|effect| effect.key.as_str()).collect()
}
