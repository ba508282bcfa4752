//! The frames of the live socket, as documented in docs/protocol.md.

use crate::problem::Problem;
use serde::{Deserialize, Serialize};
use trialogue_conversation::Signal;
use trialogue_conversation::command::{Command, PostMessage};
use trialogue_conversation::event::Recorded;
use trialogue_conversation::ids::{
    AskId, ConversationId, HandoffId, InvitationId, JoinRequestId, MessageId, ParticipantId, Seq,
};
use trialogue_conversation::joining::HistoryGrant;
use trialogue_conversation::media::{InteractionMode, MediaSource, Sources};
use trialogue_conversation::message::MAX_CLIENT_ID_BYTES;
use trialogue_conversation::view::{View, WaitingView};

/// Largest frame accepted from a client, in bytes.
pub const MAX_FRAME_BYTES: usize = 64 * 1024;

/// From a client.
#[derive(Clone, Debug, Deserialize, ts_rs::TS)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ClientFrame {
    Hello(Hello),
    Post {
        id: String,
        #[serde(flatten)]
        message: PostMessage,
    },
    Command {
        id: String,
        command: ClientCommand,
    },
    Typing {
        on: bool,
    },
    Ping,
}

#[derive(Clone, Debug, Deserialize, ts_rs::TS)]
pub struct Hello {
    pub conversation_id: ConversationId,
    /// The visitor's or guest's token; users are known by their session cookie.
    #[serde(default)]
    #[ts(optional)]
    pub token: Option<String>,
    /// The last seq seen; what came later follows.
    #[serde(default)]
    #[ts(optional)]
    pub after: Option<Seq>,
    /// Waits for this knock instead of taking part.
    #[serde(default)]
    #[ts(optional)]
    pub request_id: Option<JoinRequestId>,
}

/// What a client may ask for, besides posting.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ts_rs::TS, utoipa::ToSchema)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum ClientCommand {
    Admit {
        #[schema(value_type = u64)]
        request_id: JoinRequestId,
        #[schema(value_type = String)]
        history: HistoryGrant,
    },
    Decline {
        #[schema(value_type = u64)]
        request_id: JoinRequestId,
        #[serde(default)]
        for_good: bool,
    },
    Join {
        #[schema(value_type = u64)]
        request_id: JoinRequestId,
    },
    WithdrawKnock {
        #[schema(value_type = u64)]
        request_id: JoinRequestId,
    },
    Remove {
        #[schema(value_type = u64)]
        participant_id: ParticipantId,
    },
    Leave,
    /// Of a monitor: takes part from now on, as a new participant. The socket is said goodbye to (`left`); hello comes next.
    StepIn,
    Rename {
        name: String,
    },
    InviteGuest {
        email: String,
        #[serde(default)]
        note: String,
    },
    RevokeInvitation {
        #[schema(value_type = u64)]
        invitation_id: InvitationId,
    },
    ShareHistory {
        #[schema(value_type = u64)]
        participant_id: ParticipantId,
    },
    RetractMessage {
        #[schema(value_type = u64)]
        message_id: MessageId,
    },
    /// Takes part in the call, whatever is switched on.
    JoinCall,
    /// Goes on without the call; switches everything off.
    LeaveCall,
    SetMedia {
        camera: bool,
        microphone: bool,
        screen: bool,
        /// Says what is still on, and begins no call in a chat.
        #[serde(default)]
        goes_on: bool,
    },
    MuteParticipant {
        #[schema(value_type = u64)]
        participant_id: ParticipantId,
        #[schema(value_type = String)]
        source: MediaSource,
    },
    AskToTurnOn {
        #[schema(value_type = u64)]
        participant_id: ParticipantId,
        #[schema(value_type = String)]
        source: MediaSource,
    },
    AnswerTurnOn {
        #[schema(value_type = u64)]
        asked: AskId,
        accept: bool,
    },
    RaiseHand,
    /// The own hand when nobody is named.
    LowerHand {
        #[serde(default)]
        #[schema(value_type = Option<u64>)]
        participant_id: Option<ParticipantId>,
    },
    ChooseMode {
        #[schema(value_type = String)]
        mode: InteractionMode,
    },
    StopPersona,
    TakeHandoff {
        #[schema(value_type = u64)]
        handoff_id: HandoffId,
    },
    CancelHandoff {
        #[schema(value_type = u64)]
        handoff_id: HandoffId,
    },
    GiveFollowUpEmail {
        #[schema(value_type = u64)]
        handoff_id: HandoffId,
        email: String,
    },
    ResolveHandoff {
        #[schema(value_type = u64)]
        handoff_id: HandoffId,
        #[serde(default)]
        dismiss: Option<String>,
    },
    KeepKnowledge {
        question: String,
        answer: String,
    },
    EndConversation,
}

impl From<ClientCommand> for Command {
    fn from(command: ClientCommand) -> Self {
        match command {
            ClientCommand::Admit {
                request_id,
                history,
            } => Self::Admit {
                request_id,
                history,
            },
            ClientCommand::Decline {
                request_id,
                for_good,
            } => Self::Decline {
                request_id,
                for_good,
            },
            ClientCommand::Join { request_id } => Self::Join { request_id },
            ClientCommand::WithdrawKnock { request_id } => Self::WithdrawKnock { request_id },
            ClientCommand::Remove { participant_id } => Self::Remove { participant_id },
            ClientCommand::Leave => Self::Leave,
            ClientCommand::StepIn => Self::StepIn,
            ClientCommand::Rename { name } => Self::Rename { name },
            ClientCommand::InviteGuest { email, note } => Self::InviteGuest { email, note },
            ClientCommand::RevokeInvitation { invitation_id } => {
                Self::RevokeInvitation { invitation_id }
            }
            ClientCommand::ShareHistory { participant_id } => Self::ShareHistory { participant_id },
            ClientCommand::RetractMessage { message_id } => Self::RetractMessage { message_id },
            ClientCommand::JoinCall => Self::JoinCall,
            ClientCommand::LeaveCall => Self::LeaveCall,
            ClientCommand::SetMedia {
                camera,
                microphone,
                screen,
                goes_on,
            } => {
                let sources = Sources {
                    camera,
                    microphone,
                    screen,
                };
                if goes_on {
                    Self::KeepMedia(sources)
                } else {
                    Self::SetMedia(sources)
                }
            }
            ClientCommand::MuteParticipant {
                participant_id,
                source,
            } => Self::MuteParticipant {
                participant_id,
                source,
            },
            ClientCommand::AskToTurnOn {
                participant_id,
                source,
            } => Self::AskToTurnOn {
                participant_id,
                source,
            },
            ClientCommand::AnswerTurnOn { asked, accept } => Self::AnswerTurnOn { asked, accept },
            ClientCommand::RaiseHand => Self::RaiseHand,
            ClientCommand::LowerHand { participant_id } => Self::LowerHand { participant_id },
            ClientCommand::ChooseMode { mode } => Self::ChooseMode { mode },
            ClientCommand::StopPersona => Self::StopPersona,
            ClientCommand::TakeHandoff { handoff_id } => Self::TakeHandoff { handoff_id },
            ClientCommand::CancelHandoff { handoff_id } => Self::CancelHandoff { handoff_id },
            ClientCommand::GiveFollowUpEmail { handoff_id, email } => {
                Self::GiveFollowUpEmail { handoff_id, email }
            }
            ClientCommand::ResolveHandoff {
                handoff_id,
                dismiss,
            } => Self::ResolveHandoff {
                handoff_id,
                dismiss,
            },
            ClientCommand::KeepKnowledge { question, answer } => {
                Self::KeepKnowledge { question, answer }
            }
            ClientCommand::EndConversation => Self::EndConversation,
        }
    }
}

/// To a client. `events` frames are assembled from stored bytes in `rooms::delivery`, in this shape.
#[derive(Clone, Debug, Serialize, ts_rs::TS)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ServerFrame {
    Welcome {
        view: Box<View>,
        events: Vec<Recorded>,
        /// Everything this viewer may see after this seq is in `events`; what is older is fetched by REST.
        complete_from: Seq,
        heartbeat_ms: u32,
    },
    Waiting {
        waiting: WaitingView,
    },
    Events {
        events: Vec<Recorded>,
        #[serde(skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        view: Option<Box<View>>,
    },
    Signal {
        signal: Signal,
    },
    Ack {
        id: String,
        seq: Seq,
    },
    Refused {
        #[serde(skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        id: Option<String>,
        problem: Problem,
    },
    Pong,
    Bye {
        code: ByeCode,
        detail: String,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
pub enum ByeCode {
    Removed,
    Left,
    TooSlow,
    GoingDown,
}

/// Checks a client's own id for a command.
pub fn check_client_id(id: &str) -> Result<(), Problem> {
    if id.is_empty() || id.len() > MAX_CLIENT_ID_BYTES {
        return Err(Problem::invalid(
            "bad_id",
            format!("An id has 1 to {MAX_CLIENT_ID_BYTES} bytes."),
        ));
    }
    Ok(())
}
