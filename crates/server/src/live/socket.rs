//! One viewer's socket: says hello, sends commands, is sent what is durable.

use super::frames::{ByeCode, ClientFrame, Hello, MAX_FRAME_BYTES, ServerFrame, check_client_id};
use super::{SILENT_AT_MOST, sent};
use crate::app::App;
use crate::media::end_call_unless_here;
use crate::problem::Problem;
use crate::rooms::{Outgoing, Subscription, Watcher, frame};
use crate::sign_in::{Caller, MaybeUser, SameOrigin, SessionWatch};
use axum::extract::State;
use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket, WebSocketUpgrade};
use axum::response::Response;
use futures_util::SinkExt;
use std::time::Duration;
use tokio::time::{Instant, timeout};
use trialogue_conversation::command::{Actor, Command};
use trialogue_conversation::ids::{ConversationId, ParticipantId};
use trialogue_conversation::joining::InvitationState;
use trialogue_conversation::participant::Identity;
use trialogue_conversation::refusal::InviteRefusal;
use trialogue_conversation::{Refusal, Signal};

/// A socket must say hello within this time.
const HELLO_WITHIN: Duration = Duration::from_secs(10);
/// How often the server pings a silent client, and looks whether its user is still signed in.
const PING_EVERY: Duration = Duration::from_secs(20);
/// Typing that follows sooner is not passed on.
const TYPING_APART: Duration = Duration::from_millis(100);
/// Buffers of an idle socket; tungstenite's default of 128 KiB would be most of what a connection costs.
const SOCKET_BUFFER: usize = 4 * 1024;

/// Bytes of frames that are handed to the system together.
const WRITE_TOGETHER: usize = 16 * 1024;

/// `GET /api/v1/live`
pub async fn connect(
    State(app): State<App>,
    _: SameOrigin,
    user: MaybeUser,
    upgrade: WebSocketUpgrade,
) -> Response {
    upgrade
        .max_message_size(MAX_FRAME_BYTES)
        .max_frame_size(MAX_FRAME_BYTES)
        .read_buffer_size(SOCKET_BUFFER)
        .write_buffer_size(WRITE_TOGETHER)
        .max_write_buffer_size(8 * 1024 * 1024)
        .on_upgrade(move |socket| async move { serve(app, user, socket).await })
}

async fn serve(app: App, user: MaybeUser, mut socket: WebSocket) {
    let Ok(Some(hello)) = timeout(HELLO_WITHIN, read_hello(&mut socket)).await else {
        close(&mut socket, "no hello").await;
        return;
    };
    let opened = match hello {
        Ok(hello) => Session::open(app, user, hello).await,
        Err(problem) => Err(problem),
    };
    let session = match opened {
        Ok(session) => session,
        Err(problem) => {
            let _ = socket
                .send(Message::Text(frame(&ServerFrame::Refused {
                    id: None,
                    problem,
                })))
                .await;
            close(&mut socket, "refused").await;
            return;
        }
    };
    session.run(socket).await;
}

/// The first frame, or what is wrong with it. None when nothing readable came.
async fn read_hello(socket: &mut WebSocket) -> Option<Result<Hello, Problem>> {
    while let Some(Ok(message)) = socket.recv().await {
        match message {
            Message::Text(text) => {
                return Some(match serde_json::from_str(&text) {
                    Ok(ClientFrame::Hello(hello)) => Ok(hello),
                    Ok(_) => Err(Problem::invalid("no_hello", "A socket says hello first.")),
                    Err(error) => Err(unreadable(&error)),
                });
            }
            Message::Ping(_) | Message::Pong(_) => {}
            Message::Binary(_) | Message::Close(_) => return None,
        }
    }
    None
}

async fn close(socket: &mut WebSocket, reason: &'static str) {
    // 1000: a normal end (RFC 6455 §7.4.1); the frames before say why.
    let _ = socket
        .send(Message::Close(Some(CloseFrame {
            code: 1000,
            reason: reason.into(),
        })))
        .await;
}

/// What a socket is once it has said hello.
struct Session {
    app: App,
    conversation_id: ConversationId,
    identity: Identity,
    /// Of a user: the session that they came with.
    session: Option<SessionWatch>,
    participant_id: Option<ParticipantId>,
    subscription: Subscription,
    typing_told: Option<Instant>,
}

/// What became of frames on their way out.
enum Passed {
    All,
    /// Everything before the farewell, which is the caller's to say.
    UntilBye(ByeCode),
    /// The connection is gone or did not take them in time: the client resumes by seq.
    Nothing,
}

impl Session {
    async fn open(app: App, user: MaybeUser, hello: Hello) -> Result<Self, Problem> {
        let caller = Caller::of(&app, user, hello.token.as_deref()).await?;
        let access = app.access(&caller, hello.conversation_id).await?;
        let session = match &caller {
            Caller::User(user) => {
                let session = app.ended_sessions.watch(user);
                // Since the upgrade, up to the time for a hello has passed.
                if !session.stands(&app).await {
                    return Err(Problem::signed_out());
                }
                Some(session)
            }
            Caller::Visitor { .. } | Caller::Guest { .. } => None,
        };
        let (watcher, participant_id) = match (access.participant_id, hello.request_id) {
            (Some(participant_id), _) => {
                (Watcher::Participant(participant_id), Some(participant_id))
            }
            (None, Some(request_id)) if access.knocks.contains(&request_id) => {
                (Watcher::Knock(request_id), None)
            }
            (None, _) => {
                let identity = access.identity;
                return Err(shut_out(&app, hello.conversation_id, identity).await?);
            }
        };
        let subscription = app
            .rooms
            .subscribe(hello.conversation_id, watcher, hello.after)
            .await?;
        Ok(Self {
            app,
            conversation_id: hello.conversation_id,
            identity: access.identity,
            session,
            participant_id,
            subscription,
            typing_told: None,
        })
    }

    async fn run(mut self, mut socket: WebSocket) {
        let mut heard = Instant::now();
        let mut ping = tokio::time::interval_at(heard + PING_EVERY, PING_EVERY);
        let mut signed_out = false;
        loop {
            tokio::select! {
                outgoing = self.subscription.outgoing.next() => match self.pass_on(&mut socket, outgoing).await {
                    Passed::All => {}
                    Passed::Nothing => break,
                    Passed::UntilBye(code) => {
                        let detail = bye_sentence(code).to_owned();
                        let bye = frame(&ServerFrame::Bye { code, detail });
                        let _ = timeout(PING_EVERY, async {
                            let _ = socket.send(Message::Text(bye)).await;
                            close(&mut socket, "bye").await;
                        }).await;
                        break;
                    }
                },
                message = socket.recv() => {
                    heard = Instant::now();
                    match message {
                        Some(Ok(Message::Text(text))) => {
                            if let Some(answer) = self.answer(&text).await
                                && !sent(&mut socket, Message::Text(answer)).await
                            {
                                break;
                            }
                        }
                        Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                        Some(Ok(Message::Binary(_) | Message::Close(_)) | Err(_)) | None => break,
                    }
                }
                () = ended(&mut self.session, &self.app) => {
                    signed_out = true;
                    break;
                }
                _ = ping.tick() => {
                    signed_out = !self.is_signed_in().await;
                    if signed_out
                        || heard.elapsed() > SILENT_AT_MOST
                        || !sent(&mut socket, Message::Ping(Default::default())).await
                    {
                        break;
                    }
                }
            }
        }
        self.app
            .rooms
            .unsubscribe(self.conversation_id, self.subscription.id)
            .await;
        if let Some(participant_id) = self.participant_id.filter(|_| signed_out) {
            self.end_call(participant_id).await;
        }
    }

    /// A place is held for somebody whose connection dropped, and with it their call; not for somebody who signed out or was disabled.
    async fn end_call(&self, participant_id: ParticipantId) {
        let ended = end_call_unless_here(&self.app, self.conversation_id, participant_id).await;
        if let Err(error) = ended {
            // It ends with their place, in a minute.
            tracing::warn!(conversation = %self.conversation_id, %error, "the call of somebody who signed out goes on");
        }
    }

    /// Sends a frame and all that wait behind it, with one flush.
    async fn pass_on(&mut self, socket: &mut WebSocket, first: Outgoing) -> Passed {
        let mut next = Some(first);
        let passed = timeout(SILENT_AT_MOST, async {
            loop {
                match next.take() {
                    Some(Outgoing::Frame(text)) => socket.feed(Message::Text(text)).await?,
                    Some(Outgoing::Bye(code)) => return Ok(Passed::UntilBye(code)),
                    None => break,
                }
                next = self.subscription.outgoing.waiting();
            }
            socket.flush().await?;
            Ok::<_, axum::Error>(Passed::All)
        });
        match passed.await {
            Ok(Ok(passed)) => passed,
            Ok(Err(_)) | Err(_) => Passed::Nothing,
        }
    }

    /// A user who is not any more is told so by the next hello.
    async fn is_signed_in(&self) -> bool {
        match &self.session {
            Some(session) => session.stands(&self.app).await,
            None => true,
        }
    }

    /// Signals go to everybody, so one socket may not send them without pause.
    fn may_tell_typing(&mut self) -> bool {
        let now = Instant::now();
        let may = self
            .typing_told
            .is_none_or(|told| now - told >= TYPING_APART);
        if may {
            self.typing_told = Some(now);
        }
        may
    }

    /// Passes a client's frame on. What the room makes of it comes back through the subscription; what can be answered
    /// at once is returned.
    async fn answer(&mut self, text: &str) -> Option<Utf8Bytes> {
        let (id, command) = match serde_json::from_str::<ClientFrame>(text) {
            Ok(ClientFrame::Ping) => return Some(frame(&ServerFrame::Pong)),
            Ok(ClientFrame::Typing { on }) => {
                if let Some(participant_id) = self.participant_id
                    && self.may_tell_typing()
                {
                    self.app
                        .rooms
                        .signal(self.conversation_id, Signal::Typing { participant_id, on })
                        .await;
                }
                return None;
            }
            Ok(ClientFrame::Post { id, mut message }) => {
                message.client_id = Some(id.clone());
                (id, Command::PostMessage(message))
            }
            Ok(ClientFrame::Command { id, command }) => (id, command.into()),
            Ok(ClientFrame::Hello(_)) => {
                return Some(refused(
                    None,
                    Problem::invalid("hello_again", "This socket has said hello already."),
                ));
            }
            Err(error) => return Some(refused(None, unreadable(&error))),
        };
        let checked = check_client_id(&id).and_then(|()| {
            self.app
                .check_rate(self.conversation_id, self.participant_id, &command)
        });
        if let Err(problem) = checked {
            return Some(refused(Some(id), problem));
        }
        let actor = match self.participant_id {
            Some(participant_id) => Actor::Participant(participant_id),
            None => Actor::Outsider(self.identity.clone()),
        };
        let sent = self
            .app
            .rooms
            .command_from(
                self.conversation_id,
                actor,
                command,
                self.subscription.id,
                id.clone(),
            )
            .await;
        sent.err().map(|problem| refused(Some(id), problem))
    }
}

/// What somebody reads who has no place here: a guest whose invitation was revoked, that it was.
async fn shut_out(
    app: &App,
    conversation_id: ConversationId,
    identity: Identity,
) -> Result<Problem, Problem> {
    let revoked = app.rooms.ask(conversation_id, move |state| match identity {
        Identity::Guest { invitation_id, .. } => state
            .invitation(invitation_id)
            .filter(|invitation| invitation.state == InvitationState::Revoked)
            .map(|invitation| InviteRefusal::Revoked(invitation.id)),
        _ => None,
    });
    Ok(match revoked.await? {
        Some(revoked) => Refusal::from(revoked).into(),
        None => Problem::not_found("conversation"),
    })
}

/// The end of the session that a socket came with; never, where it needs none.
async fn ended(session: &mut Option<SessionWatch>, app: &App) {
    match session {
        Some(session) => session.ended(app).await,
        None => std::future::pending().await,
    }
}

fn unreadable(error: &serde_json::Error) -> Problem {
    Problem::invalid(
        "bad_frame",
        format!("This frame could not be read: {error}."),
    )
}

fn refused(id: Option<String>, problem: Problem) -> Utf8Bytes {
    frame(&ServerFrame::Refused { id, problem })
}

fn bye_sentence(code: ByeCode) -> &'static str {
    match code {
        ByeCode::Removed => "You were removed from this conversation.",
        ByeCode::Left => "You left this conversation.",
        ByeCode::TooSlow => "The connection could not keep up. It resumes by itself.",
        ByeCode::GoingDown => "The server is restarting. The page reconnects by itself.",
    }
}
