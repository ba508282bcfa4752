//! Everything that handlers, sockets and workers share, built once.

use crate::clock::Clock;
use crate::config::Config;
use crate::dashboard_changes::{ChangedList, DashboardChanges};
use crate::knowledge::Knowledge;
use crate::media::Media;
use crate::problem::Problem;
use crate::rate_limit::RateLimits;
use crate::rooms::Rooms;
use crate::sign_in::passwords::Passwords;
use crate::sign_in::{Caller, EndedSessions, User};
use std::ops::Deref;
use std::sync::Arc;
use tokio::sync::Notify;
use trialogue_conversation::command::Command;
use trialogue_conversation::ids::{
    ConversationId, JoinRequestId, ParticipantId, Timestamp, WorkspaceId,
};
use trialogue_conversation::participant::Identity;
use trialogue_notify::Mailer;
use trialogue_storage::{Store, TokenHash, TokenKind};

#[derive(Clone)]
pub struct App(Arc<Parts>);

pub struct Parts {
    pub config: Config,
    pub store: Arc<dyn Store>,
    pub rooms: Rooms,
    pub clock: Arc<dyn Clock>,
    pub rate_limits: RateLimits,
    pub dashboard_changes: DashboardChanges,
    /// Wakes the effects worker.
    pub effects_due: Arc<Notify>,
    /// Ends what is open for a session together with it.
    pub ended_sessions: EndedSessions,
    pub passwords: Passwords,
    pub knowledge: Knowledge,
    pub media: Media,
    /// None: mails are only kept in the mailbox.
    pub mailer: Option<Arc<dyn Mailer>>,
}

impl Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

/// What one who asks is to a conversation.
#[derive(Clone, Debug)]
pub struct Access {
    pub identity: Identity,
    pub participant_id: Option<ParticipantId>,
    /// Their knocks, the newest last.
    pub knocks: Vec<JoinRequestId>,
}

impl App {
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }

    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// A link on this server; `path` begins with a slash.
    pub fn link(&self, path: &str) -> String {
        format!("{}{path}", self.config.public_url)
    }

    pub async fn user_of_session(&self, token_hash: &TokenHash) -> Result<Option<User>, Problem> {
        let session = self.store.session(token_hash, self.now()).await?;
        Ok(session.map(|session| User {
            session: *token_hash,
            user_id: session.user.user_id,
            workspace_id: session.user.workspace_id,
            workspace_name: session.workspace_name,
            name: session.user.name,
            email: session.user.email,
            roles: session.user.roles,
        }))
    }

    /// Whether a session still stands: it ends by signing out, by a new password, when its user is disabled, and with time.
    /// While that cannot be found out, it does.
    pub async fn is_signed_in(&self, session: &TokenHash) -> bool {
        self.store
            .session(session, self.now())
            .await
            .map_or(true, |session| session.is_some())
    }

    /// The visitor or guest who holds this token.
    pub async fn caller_of_token(&self, token_hash: &TokenHash) -> Result<Option<Caller>, Problem> {
        if let Some(visitor) = self.store.visitor_by_token(token_hash).await? {
            return Ok(Some(Caller::Visitor {
                workspace_id: visitor.workspace_id,
                visitor_id: visitor.visitor_id,
                name: visitor.name,
            }));
        }
        let Some(token) = self.store.token(token_hash).await? else {
            return Ok(None);
        };
        if token.kind != TokenKind::Guest || !token.is_good(self.now()) {
            return Ok(None);
        }
        let subject: GuestSubject =
            serde_json::from_str(&token.subject).map_err(Problem::internal)?;
        Ok(Some(Caller::Guest {
            workspace_id: token.workspace_id,
            conversation_id: subject.conversation_id,
            identity: Identity::Guest {
                invitation_id: subject.invitation_id,
                email: subject.email,
            },
        }))
    }

    /// Finds out what the caller is to a conversation. A conversation of another workspace does not exist for them, nor
    /// does another than their own for a guest.
    pub async fn access(
        &self,
        caller: &Caller,
        conversation_id: ConversationId,
    ) -> Result<Access, Problem> {
        let hidden = match caller {
            Caller::Guest {
                conversation_id: own,
                ..
            } => *own != conversation_id,
            Caller::Visitor { .. } | Caller::User(_) => false,
        };
        if hidden || self.store.workspace_of(conversation_id).await? != Some(caller.workspace_id())
        {
            return Err(Problem::not_found("conversation"));
        }
        let identity = caller.identity();
        let access = self.rooms.ask(conversation_id, move |state| Access {
            participant_id: state
                .participant_of(&identity)
                .map(|participant| participant.id),
            knocks: state
                .requests_of(&identity)
                .map(|request| request.id)
                .collect(),
            identity,
        });
        Ok(access.await?)
    }

    /// After a mail was written: workers and mailbox pages look again.
    pub fn mail_written(&self, workspace_id: WorkspaceId) {
        self.effects_due.notify_waiters();
        self.dashboard_changes
            .tell(workspace_id, ChangedList::Mails);
    }

    /// Limits what one participant may send.
    pub fn check_rate(
        &self,
        conversation_id: ConversationId,
        participant_id: Option<ParticipantId>,
        command: &Command,
    ) -> Result<(), Problem> {
        let Some(participant_id) = participant_id else {
            return Ok(());
        };
        match command {
            Command::InviteGuest { .. } => {
                self.rate_limits.invitation(conversation_id, participant_id)
            }
            // Each is an event for everybody, as a message is.
            _ => self.rate_limits.message(conversation_id, participant_id),
        }
    }
}

/// What a guest's tokens are about.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct GuestSubject {
    pub conversation_id: ConversationId,
    pub invitation_id: trialogue_conversation::ids::InvitationId,
    pub email: String,
}
