//! The table itself.

use super::Action;
use super::Action::{
    AddGuestByEmail, AnswerFollowUp, AskToTurnOn, CancelHandoff, ChooseMode, CopyConversationUrl,
    DecideKnock, EndConversation, Export, GiveFollowUpEmail, KeepAsKnowledge, Leave, LowerHands,
    MuteOthers, PostMessage, PublishMedia, RaiseHand, RemoveParticipant, RenameSelf,
    ResolveHandoff, RetractOwnMessage, RevokeInvitation, SeeFloorReasons, SeeHandoffBrief,
    SeeMonitors, SeeWhispers, ShareHistory, ShareScreen, StepIn, StopPersona, TakeHandoff,
    UseDraft, WatchMedia, Whisper,
};
use crate::participant::{PresenceMode, Role};
use std::fmt::Write;

const VISITOR: &[Action] = &[
    PostMessage,
    CopyConversationUrl,
    AddGuestByEmail,
    RevokeInvitation,
    DecideKnock,
    ShareHistory,
    RemoveParticipant,
    RetractOwnMessage,
    StopPersona,
    WatchMedia,
    PublishMedia,
    ShareScreen,
    MuteOthers,
    AskToTurnOn,
    RaiseHand,
    LowerHands,
    ChooseMode,
    CancelHandoff,
    GiveFollowUpEmail,
    EndConversation,
    Leave,
    RenameSelf,
    Export,
];
const GUEST: &[Action] = &[
    PostMessage,
    RetractOwnMessage,
    StopPersona,
    WatchMedia,
    PublishMedia,
    ShareScreen,
    RaiseHand,
    Leave,
    RenameSelf,
];
const OWNER: &[Action] = &[
    PostMessage,
    Whisper,
    SeeWhispers,
    SeeFloorReasons,
    SeeMonitors,
    SeeHandoffBrief,
    CopyConversationUrl,
    AddGuestByEmail,
    RevokeInvitation,
    DecideKnock,
    ShareHistory,
    RemoveParticipant,
    RetractOwnMessage,
    StopPersona,
    WatchMedia,
    PublishMedia,
    ShareScreen,
    MuteOthers,
    AskToTurnOn,
    RaiseHand,
    LowerHands,
    ChooseMode,
    UseDraft,
    TakeHandoff,
    ResolveHandoff,
    AnswerFollowUp,
    KeepAsKnowledge,
    EndConversation,
    Leave,
    Export,
];
/// Stands in for the owner, but the persona's knowledge and drafts stay the owner's.
const AGENT: &[Action] = &[
    PostMessage,
    Whisper,
    SeeWhispers,
    SeeFloorReasons,
    SeeMonitors,
    SeeHandoffBrief,
    CopyConversationUrl,
    AddGuestByEmail,
    RevokeInvitation,
    DecideKnock,
    ShareHistory,
    RemoveParticipant,
    RetractOwnMessage,
    StopPersona,
    WatchMedia,
    PublishMedia,
    ShareScreen,
    MuteOthers,
    AskToTurnOn,
    RaiseHand,
    LowerHands,
    ChooseMode,
    TakeHandoff,
    ResolveHandoff,
    AnswerFollowUp,
    EndConversation,
    Leave,
    Export,
];
const COLLEAGUE: &[Action] = &[
    PostMessage,
    Whisper,
    SeeWhispers,
    SeeFloorReasons,
    SeeMonitors,
    SeeHandoffBrief,
    CopyConversationUrl,
    AddGuestByEmail,
    RevokeInvitation,
    RetractOwnMessage,
    StopPersona,
    WatchMedia,
    PublishMedia,
    ShareScreen,
    RaiseHand,
    Leave,
    Export,
];
const SUPERVISOR: &[Action] = &[
    PostMessage,
    Whisper,
    SeeWhispers,
    SeeFloorReasons,
    SeeMonitors,
    SeeHandoffBrief,
    CopyConversationUrl,
    RemoveParticipant,
    RetractOwnMessage,
    StopPersona,
    WatchMedia,
    PublishMedia,
    ShareScreen,
    MuteOthers,
    AskToTurnOn,
    RaiseHand,
    LowerHands,
    Leave,
    Export,
];
/// A monitor of the workspace watches, also the video, and does nothing until they step in.
const STAFF_MONITOR: &[Action] = &[
    SeeWhispers,
    SeeFloorReasons,
    SeeMonitors,
    SeeHandoffBrief,
    WatchMedia,
    StepIn,
    Leave,
    Export,
];

const ROLES: [Role; 7] = [
    Role::Visitor,
    Role::Guest,
    Role::Owner,
    Role::Agent,
    Role::Colleague,
    Role::Supervisor,
    Role::Persona,
];

fn row(role: Role, presence_mode: PresenceMode) -> &'static [Action] {
    match (presence_mode, role) {
        (PresenceMode::Participant, Role::Visitor) => VISITOR,
        (PresenceMode::Participant, Role::Guest) => GUEST,
        (PresenceMode::Participant, Role::Owner) => OWNER,
        (PresenceMode::Participant, Role::Agent) => AGENT,
        (PresenceMode::Participant, Role::Colleague) => COLLEAGUE,
        (PresenceMode::Participant, Role::Supervisor) => SUPERVISOR,
        (PresenceMode::Monitor, Role::Owner | Role::Agent | Role::Colleague | Role::Supervisor) => {
            STAFF_MONITOR
        }
        // The persona speaks through its turns alone; nobody from outside only watches.
        (_, Role::Persona) | (PresenceMode::Monitor, Role::Visitor | Role::Guest) => &[],
    }
}

/// Whether the table grants this, conditions aside.
pub fn in_table(role: Role, presence_mode: PresenceMode, action: Action) -> bool {
    row(role, presence_mode).contains(&action)
}

/// The table as docs/permissions.md shows it.
pub fn markdown() -> String {
    let mut page = String::from(PREFACE);
    let columns: Vec<(Role, PresenceMode)> = ROLES
        .into_iter()
        .map(|role| (role, PresenceMode::Participant))
        .chain([(Role::Supervisor, PresenceMode::Monitor)])
        .collect();
    page.push_str("| action | code |");
    for (role, mode) in &columns {
        let _ = write!(page, " {} |", heading(*role, *mode));
    }
    page.push_str("\n|---|---|");
    page.push_str(&"---|".repeat(columns.len()));
    page.push('\n');
    for action in Action::ALL {
        let _ = write!(page, "| {} | `{}` |", action.words(), action.code());
        for (role, mode) in &columns {
            page.push_str(if in_table(*role, *mode, action) {
                " ✓ |"
            } else {
                " |"
            });
        }
        page.push('\n');
    }
    page.push_str(CONDITIONS);
    page
}

fn heading(role: Role, mode: PresenceMode) -> &'static str {
    match (mode, role) {
        (PresenceMode::Monitor, _) => "monitor (staff)",
        (_, Role::Visitor) => "visitor",
        (_, Role::Guest) => "guest",
        (_, Role::Owner) => "owner",
        (_, Role::Agent) => "agent",
        (_, Role::Colleague) => "colleague",
        (_, Role::Supervisor) => "supervisor",
        (_, Role::Persona) => "persona",
    }
}

const PREFACE: &str = "# Who may do what

Generated from the table in `crates/conversation/src/permissions/table.rs`; a test fails when this page is stale
(`UPDATE_DOCS=1 cargo test -p trialogue-conversation permissions` writes it). The page offers what the live socket lists in
`view.you.allowed`, and the server asks the same table again when it is done.

";

const CONDITIONS: &str = "
A ✓ applies while its condition holds:

| code | only |
|---|---|
| all but `see_*`, `export`, and what concerns a handoff | while the conversation is open |
| `copy_conversation_url`, `add_guest_by_email`, `decide_knock` | while in-call users are on |
| `revoke_invitation` | while there is an invitation to revoke; who is not a host revokes only their own |
| `share_history` | while a guest is inside who does not see all of it |
| `remove_participant` | while somebody is inside who can be removed: neither the visitor, the persona, nor oneself |
| `stop_persona` | while the persona has a turn |
| `watch_media`, `publish_media` | while the owner has not disabled video, this one is connected, and a guest's invitation is not revoked |
| `share_screen` | the same, and while nobody else shares a screen, or the owner allows several |
| `mute_others` | while somebody else has something switched on |
| `ask_to_turn_on` | while somebody else could switch something on |
| `raise_hand` | while another person is here; lowering the own hand is always allowed |
| `lower_hands` | while another's hand is raised |
| `choose_mode` | while the owner has not disabled video |
| `use_draft` | while a draft is kept for this participant |
| `take_handoff` | while the conversation is open, and a handoff that nobody else has taken |
| `resolve_handoff`, `answer_follow_up`, `cancel_handoff` | while a handoff is open |
| `give_follow_up_email` | while an answer is owed |
| `step_in` | while in-call users are on; the persona's owner comes in by their own door instead |

Outside of a conversation, from the dashboard, the persona's owner, admins and those who are asked in a handoff may open, take,
settle and answer it (take it while the conversation is open); the owner and admins may also end the conversation and keep
knowledge. The settings are the persona's: a change of them reaches its open conversations.
";
