//! Sessions that end while something is open for them: its socket ends with them, at once.

use super::User;
use crate::app::App;
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;
use trialogue_conversation::ids::UserId;
use trialogue_storage::TokenHash;

/// Ends that wait for one socket. One that is busy for longer asks the store instead.
const QUEUE: usize = 64;

/// Tells of sessions that ended on this node. What is open on another finds out when it next looks.
#[derive(Debug)]
pub struct EndedSessions(broadcast::Sender<Ended>);

#[derive(Clone, Copy, Debug)]
enum Ended {
    One(TokenHash),
    AllOf(UserId),
}

impl EndedSessions {
    pub fn new() -> Self {
        Self(broadcast::channel(QUEUE).0)
    }

    pub fn tell(&self, session: TokenHash) {
        // Fails when nobody is connected; nobody needs to know then.
        let _ = self.0.send(Ended::One(session));
    }

    pub fn tell_all_of(&self, user_id: UserId) {
        let _ = self.0.send(Ended::AllOf(user_id));
    }

    /// From now on no end of this user's session is missed, whatever the watcher is busy with in between. It may have
    /// ended before: whoever begins to watch looks once.
    pub fn watch(&self, user: &User) -> SessionWatch {
        SessionWatch {
            session: user.session,
            user_id: user.user_id,
            ended: self.0.subscribe(),
        }
    }
}

impl Default for EndedSessions {
    fn default() -> Self {
        Self::new()
    }
}

/// One session that something is open for.
#[derive(Debug)]
pub struct SessionWatch {
    session: TokenHash,
    user_id: UserId,
    ended: broadcast::Receiver<Ended>,
}

impl SessionWatch {
    /// Resolves when this very session has ended.
    pub async fn ended(&mut self, app: &App) {
        while !self.next_concerns().await {
            if !self.stands(app).await {
                return;
            }
        }
    }

    /// Whether the session still stands, as the store has it: sessions also end with time, and on other nodes.
    pub async fn stands(&self, app: &App) -> bool {
        app.is_signed_in(&self.session).await
    }

    /// True when this session has ended; false when so many ended that this may have been among them.
    async fn next_concerns(&mut self) -> bool {
        loop {
            match self.ended.recv().await {
                Ok(Ended::One(session)) if session == self.session => return true,
                Ok(Ended::AllOf(user_id)) if user_id == self.user_id => return true,
                Ok(_) => {}
                Err(RecvError::Lagged(_)) => return false,
                // The server itself goes down; what is open ends with it.
                Err(RecvError::Closed) => std::future::pending().await,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt;
    use trialogue_conversation::ids::WorkspaceId;
    use uuid::Uuid;

    fn user(number: u8) -> User {
        User {
            session: [number; 32],
            user_id: UserId(Uuid::from_u128(number.into())),
            workspace_id: WorkspaceId(Uuid::nil()),
            workspace_name: "Northlight".into(),
            name: "Dana".into(),
            email: "dana@northlight.example".into(),
            roles: Vec::new(),
        }
    }

    #[test]
    fn an_end_is_heard_of_even_by_one_who_was_busy_when_it_was_told() {
        let sessions = EndedSessions::new();
        let mut watch = sessions.watch(&user(1));
        sessions.tell([1; 32]);
        assert_eq!(watch.next_concerns().now_or_never(), Some(true));
    }

    #[test]
    fn the_end_of_another_session_disturbs_nobody() {
        let sessions = EndedSessions::new();
        let mut watch = sessions.watch(&user(1));
        sessions.tell([2; 32]);
        sessions.tell_all_of(UserId(Uuid::from_u128(2)));
        assert_eq!(watch.next_concerns().now_or_never(), None);
        sessions.tell_all_of(UserId(Uuid::from_u128(1)));
        assert_eq!(watch.next_concerns().now_or_never(), Some(true));
    }

    #[test]
    fn one_who_missed_too_many_looks_for_itself() {
        let sessions = EndedSessions::new();
        let mut watch = sessions.watch(&user(1));
        for _ in 0..=QUEUE {
            sessions.tell([2; 32]);
        }
        assert_eq!(watch.next_concerns().now_or_never(), Some(false));
    }
}
