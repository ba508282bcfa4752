//! Who may do what: one table of roles and modes of presence, and the conditions under which a row applies.

mod conditions;
mod table;

pub use conditions::{allowed, may};
pub(crate) use conditions::{lacks_history, may_be_removed, may_revoke};
pub use table::{in_table, markdown};

use serde::{Deserialize, Serialize};

/// Something a participant may do or see. Served to the page, which offers nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Action {
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
    CancelHandoff,
    GiveFollowUpEmail,
    KeepAsKnowledge,
    EndConversation,
    StepIn,
    Leave,
    RenameSelf,
    Export,
}

impl Action {
    /// Every action, in the order of the table in docs/permissions.md.
    pub const ALL: [Self; 34] = [
        Self::PostMessage,
        Self::Whisper,
        Self::SeeWhispers,
        Self::SeeFloorReasons,
        Self::SeeMonitors,
        Self::SeeHandoffBrief,
        Self::CopyConversationUrl,
        Self::AddGuestByEmail,
        Self::RevokeInvitation,
        Self::DecideKnock,
        Self::ShareHistory,
        Self::RemoveParticipant,
        Self::RetractOwnMessage,
        Self::StopPersona,
        Self::WatchMedia,
        Self::PublishMedia,
        Self::ShareScreen,
        Self::MuteOthers,
        Self::AskToTurnOn,
        Self::RaiseHand,
        Self::LowerHands,
        Self::ChooseMode,
        Self::UseDraft,
        Self::TakeHandoff,
        Self::ResolveHandoff,
        Self::AnswerFollowUp,
        Self::CancelHandoff,
        Self::GiveFollowUpEmail,
        Self::KeepAsKnowledge,
        Self::EndConversation,
        Self::StepIn,
        Self::Leave,
        Self::RenameSelf,
        Self::Export,
    ];

    /// The code, as serialised.
    pub fn code(self) -> &'static str {
        match self {
            Self::PostMessage => "post_message",
            Self::Whisper => "whisper",
            Self::SeeWhispers => "see_whispers",
            Self::SeeFloorReasons => "see_floor_reasons",
            Self::SeeMonitors => "see_monitors",
            Self::SeeHandoffBrief => "see_handoff_brief",
            Self::CopyConversationUrl => "copy_conversation_url",
            Self::AddGuestByEmail => "add_guest_by_email",
            Self::RevokeInvitation => "revoke_invitation",
            Self::DecideKnock => "decide_knock",
            Self::ShareHistory => "share_history",
            Self::RemoveParticipant => "remove_participant",
            Self::RetractOwnMessage => "retract_own_message",
            Self::StopPersona => "stop_persona",
            Self::WatchMedia => "watch_media",
            Self::PublishMedia => "publish_media",
            Self::ShareScreen => "share_screen",
            Self::MuteOthers => "mute_others",
            Self::AskToTurnOn => "ask_to_turn_on",
            Self::RaiseHand => "raise_hand",
            Self::LowerHands => "lower_hands",
            Self::ChooseMode => "choose_mode",
            Self::UseDraft => "use_draft",
            Self::TakeHandoff => "take_handoff",
            Self::ResolveHandoff => "resolve_handoff",
            Self::AnswerFollowUp => "answer_follow_up",
            Self::CancelHandoff => "cancel_handoff",
            Self::GiveFollowUpEmail => "give_follow_up_email",
            Self::KeepAsKnowledge => "keep_as_knowledge",
            Self::EndConversation => "end_conversation",
            Self::StepIn => "step_in",
            Self::Leave => "leave",
            Self::RenameSelf => "rename_self",
            Self::Export => "export",
        }
    }

    /// The action as people read it.
    pub fn words(self) -> &'static str {
        match self {
            Self::PostMessage => "post a message to everybody",
            Self::Whisper => "whisper",
            Self::SeeWhispers => "see whispers",
            Self::SeeFloorReasons => "see why the persona spoke or stayed silent",
            Self::SeeMonitors => "see who only watches",
            Self::SeeHandoffBrief => "see a handoff's brief and confidence",
            Self::CopyConversationUrl => "copy the conversation URL",
            Self::AddGuestByEmail => "add a guest by e-mail",
            Self::RevokeInvitation => "revoke an invitation",
            Self::DecideKnock => "decide a knock",
            Self::ShareHistory => "share the history with a guest",
            Self::RemoveParticipant => "remove a participant",
            Self::RetractOwnMessage => "retract an own message",
            Self::StopPersona => "stop the persona",
            Self::WatchMedia => "see and hear the others",
            Self::PublishMedia => "switch the own camera and microphone on",
            Self::ShareScreen => "share the own screen",
            Self::MuteOthers => "mute others and stop their camera or screen",
            Self::AskToTurnOn => "ask others to switch something on",
            Self::RaiseHand => "raise the own hand",
            Self::LowerHands => "lower another's hand",
            Self::ChooseMode => "choose between chat and video",
            Self::UseDraft => "use a kept draft",
            Self::TakeHandoff => "take a handoff",
            Self::ResolveHandoff => "settle a handoff",
            Self::AnswerFollowUp => "answer a handoff in writing",
            Self::CancelHandoff => "cancel a handoff",
            Self::GiveFollowUpEmail => "leave an address for the answer",
            Self::KeepAsKnowledge => "keep an answer as knowledge",
            Self::EndConversation => "end the conversation",
            Self::StepIn => "take part instead of watching",
            Self::Leave => "leave",
            Self::RenameSelf => "change the own name",
            Self::Export => "export the conversation",
        }
    }
}
