//! Why something may not be done now: a small enum for each kind of operation, in one outward envelope with a stable code,
//! a sentence for a person, and a class from which an edge picks its status.

use crate::ids::{AskId, HandoffId, InvitationId, JoinRequestId, MessageId, ParticipantId, TurnId};
use crate::permissions::Action;

/// What kind of refusal it is, as HTTP and the live socket need to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    NotFound,
    Forbidden,
    /// Something else happened first; the page's view is out of date.
    Conflict,
    Invalid,
    /// Over for good: ended, expired, revoked.
    Gone,
    /// Allowed again after this many milliseconds.
    TooMany {
        retry_after_ms: i64,
    },
}

/// A refused command. Nothing happened.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error(transparent)]
    Access(#[from] AccessRefusal),
    #[error(transparent)]
    Input(#[from] InputRefusal),
    #[error(transparent)]
    Knock(#[from] KnockRefusal),
    #[error(transparent)]
    Invite(#[from] InviteRefusal),
    #[error(transparent)]
    Participant(#[from] ParticipantRefusal),
    #[error(transparent)]
    Media(#[from] MediaRefusal),
    #[error(transparent)]
    Message(#[from] MessageRefusal),
    #[error(transparent)]
    Turn(#[from] TurnRefusal),
    #[error(transparent)]
    Handoff(#[from] HandoffRefusal),
}

impl Refusal {
    /// Stable and in snake case; documented as part of the API.
    pub fn code(&self) -> &'static str {
        self.parts().0
    }

    pub fn class(&self) -> Class {
        self.parts().1
    }

    /// For a person to read.
    pub fn sentence(&self) -> String {
        self.to_string()
    }

    fn parts(&self) -> (&'static str, Class) {
        match self {
            Self::Access(refusal) => refusal.parts(),
            Self::Input(refusal) => (refusal.code(), Class::Invalid),
            Self::Knock(refusal) => refusal.parts(),
            Self::Invite(refusal) => refusal.parts(),
            Self::Participant(refusal) => refusal.parts(),
            Self::Media(refusal) => refusal.parts(),
            Self::Message(refusal) => refusal.parts(),
            Self::Turn(refusal) => refusal.parts(),
            Self::Handoff(refusal) => refusal.parts(),
        }
    }
}

/// The door is shut whatever is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AccessRefusal {
    #[error("This conversation does not exist.")]
    NotStarted,
    #[error("This conversation has been started already.")]
    AlreadyStarted,
    #[error("This conversation has ended.")]
    Ended,
    #[error("You are not in this conversation.")]
    NotInside,
    #[error("You may not {} here now.", .0.words())]
    NotAllowed(Action),
    #[error("This is not yours to do.")]
    WrongActor,
}

impl AccessRefusal {
    fn parts(&self) -> (&'static str, Class) {
        match self {
            Self::NotStarted => ("conversation_not_found", Class::NotFound),
            Self::AlreadyStarted => ("conversation_already_started", Class::Conflict),
            Self::Ended => ("conversation_ended", Class::Gone),
            Self::NotInside => ("not_inside", Class::Forbidden),
            Self::NotAllowed(_) => ("not_allowed", Class::Forbidden),
            Self::WrongActor => ("wrong_actor", Class::Forbidden),
        }
    }
}

/// What was typed does not fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InputRefusal {
    #[error("A name is needed.")]
    NameMissing,
    #[error("A name can have 80 characters at most.")]
    NameTooLong,
    #[error("This text can have 500 characters at most.")]
    NoteTooLong,
    #[error("This does not look like an e-mail address.")]
    BadEmail,
    #[error("There is nothing to send.")]
    TextMissing,
    #[error("A message can have 8,000 characters at most.")]
    TextTooLong,
    #[error("The client's id for a message has 1 to 64 bytes.")]
    BadClientId,
    #[error("These are too many names.")]
    TooManyNames,
    #[error("A confidence threshold is between 0 and 100 percent.")]
    BadThreshold,
}

impl InputRefusal {
    fn code(self) -> &'static str {
        match self {
            Self::NameMissing => "name_missing",
            Self::NameTooLong => "name_too_long",
            Self::NoteTooLong => "note_too_long",
            Self::BadEmail => "bad_email",
            Self::TextMissing => "text_missing",
            Self::TextTooLong => "text_too_long",
            Self::BadClientId => "bad_client_id",
            Self::TooManyNames => "too_many_names",
            Self::BadThreshold => "bad_threshold",
        }
    }
}

/// Knocking, deciding a knock, joining.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KnockRefusal {
    #[error(
        "This door is not open to you. Sign in to the workspace, or use the link you were sent."
    )]
    WrongDoor,
    #[error("Other people cannot join this conversation: its owner switched that off.")]
    InCallUsersOff,
    #[error("You were removed from this conversation.")]
    Removed,
    #[error("Your request was declined. You can ask again in a moment.")]
    CoolingDown { retry_after_ms: i64 },
    #[error("You asked three times within an hour. You can ask again later.")]
    TooOften { retry_after_ms: i64 },
    #[error("Too many people want to join this conversation just now. Try again later.")]
    Flooded { retry_after_ms: i64 },
    #[error("This conversation is full.")]
    Full,
    #[error("There is no such request to join.")]
    Unknown(JoinRequestId),
    #[error("{} decided this request already.", .by.as_deref().unwrap_or("Somebody"))]
    AlreadyDecided {
        request_id: JoinRequestId,
        by: Option<String>,
    },
    #[error("This request to join is over.")]
    Over(JoinRequestId),
    #[error("You have not been let in.")]
    NotAdmitted(JoinRequestId),
    #[error("Only an invited guest's request can be declined for good.")]
    NoInvitationToEnd,
}

impl KnockRefusal {
    fn parts(&self) -> (&'static str, Class) {
        match self {
            Self::WrongDoor => ("wrong_door", Class::Forbidden),
            Self::InCallUsersOff => ("in_call_users_off", Class::Forbidden),
            Self::Removed => ("removed", Class::Forbidden),
            Self::CoolingDown { retry_after_ms } => (
                "cooling_down",
                Class::TooMany {
                    retry_after_ms: *retry_after_ms,
                },
            ),
            Self::TooOften { retry_after_ms } => (
                "too_many_knocks",
                Class::TooMany {
                    retry_after_ms: *retry_after_ms,
                },
            ),
            Self::Flooded { retry_after_ms } => (
                "knocks_flooded",
                Class::TooMany {
                    retry_after_ms: *retry_after_ms,
                },
            ),
            Self::Full => ("conversation_full", Class::Conflict),
            Self::Unknown(_) => ("unknown_join_request", Class::NotFound),
            Self::AlreadyDecided { .. } => ("already_decided", Class::Conflict),
            Self::Over(_) => ("join_request_over", Class::Gone),
            Self::NotAdmitted(_) => ("not_admitted", Class::Forbidden),
            Self::NoInvitationToEnd => ("no_invitation_to_end", Class::Invalid),
        }
    }
}

/// Inviting by e-mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InviteRefusal {
    #[error("There is no such invitation.")]
    Unknown(InvitationId),
    #[error("This invitation was revoked.")]
    Revoked(InvitationId),
    #[error("This invitation has expired.")]
    Expired(InvitationId),
    #[error("This invitation was turned down.")]
    Rejected(InvitationId),
    #[error("This guest is in the conversation already.")]
    AlreadyInside,
    #[error("This person was removed from the conversation.")]
    Removed,
    #[error("Too many invitations are open. Revoke one first.")]
    TooManyOpen,
    #[error("Too many invitations were sent within an hour.")]
    TooOften { retry_after_ms: i64 },
    #[error("This guest joined already.")]
    AlreadyAccepted(InvitationId),
}

impl InviteRefusal {
    fn parts(&self) -> (&'static str, Class) {
        match self {
            Self::Unknown(_) => ("unknown_invitation", Class::NotFound),
            Self::Revoked(_) => ("invitation_revoked", Class::Gone),
            Self::Expired(_) => ("invitation_expired", Class::Gone),
            Self::Rejected(_) => ("invitation_rejected", Class::Gone),
            Self::AlreadyInside => ("guest_already_inside", Class::Conflict),
            Self::Removed => ("guest_removed", Class::Conflict),
            Self::TooManyOpen => ("too_many_invitations", Class::Conflict),
            Self::TooOften { retry_after_ms } => (
                "too_many_invitations_an_hour",
                Class::TooMany {
                    retry_after_ms: *retry_after_ms,
                },
            ),
            Self::AlreadyAccepted(_) => ("invitation_accepted", Class::Conflict),
        }
    }
}

/// What concerns one who is inside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParticipantRefusal {
    #[error("There is no such participant.")]
    Unknown(ParticipantId),
    #[error("This participant cannot be removed.")]
    CannotBeRemoved(ParticipantId),
    #[error("This participant is not inside any more.")]
    Gone(ParticipantId),
}

impl ParticipantRefusal {
    fn parts(&self) -> (&'static str, Class) {
        match self {
            Self::Unknown(_) => ("unknown_participant", Class::NotFound),
            Self::CannotBeRemoved(_) => ("cannot_be_removed", Class::Forbidden),
            Self::Gone(_) => ("participant_gone", Class::Gone),
        }
    }
}

/// Camera, microphone, screen, and how a conversation is held.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MediaRefusal {
    #[error("Video is disabled by the owner.")]
    VideoDisabled,
    #[error("This server has no video.")]
    Unavailable,
    #[error("You are not connected to this conversation. Open it first.")]
    Away,
    #[error("{by} is sharing the screen. Only one screen at a time is shared here.")]
    ScreenTaken { by: String },
    #[error("This is your own: switch it yourself.")]
    OwnMedia,
    #[error("This person cannot switch that on now.")]
    CannotBeAsked(ParticipantId),
    #[error("There is no such request, or it is answered.")]
    UnknownAsk(AskId),
}

impl MediaRefusal {
    fn parts(&self) -> (&'static str, Class) {
        match self {
            Self::VideoDisabled => ("video_disabled", Class::Forbidden),
            Self::Unavailable => ("media_unavailable", Class::Forbidden),
            Self::Away => ("away", Class::Conflict),
            Self::ScreenTaken { .. } => ("screen_taken", Class::Conflict),
            Self::OwnMedia => ("own_media", Class::Invalid),
            Self::CannotBeAsked(_) => ("cannot_be_asked", Class::Conflict),
            Self::UnknownAsk(_) => ("unknown_ask", Class::NotFound),
        }
    }
}

/// Posting and retracting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MessageRefusal {
    #[error("This message is not there, or too old for this.")]
    Unknown(MessageId),
    #[error("Only the one who wrote a message can take it back.")]
    NotYours(MessageId),
    #[error("A message to everybody cannot reply to a whisper.")]
    ReplyToWhisper(MessageId),
    #[error("Too many people are mentioned.")]
    TooManyMentions,
    #[error("There is no such draft.")]
    UnknownDraft(TurnId),
    #[error("A draft is sent to everybody, not whispered.")]
    DraftWhispered,
    #[error("Many questions wait for an answer already. Wait for the next answer.")]
    TooManyWaiting,
}

impl MessageRefusal {
    fn parts(&self) -> (&'static str, Class) {
        match self {
            Self::Unknown(_) => ("unknown_message", Class::NotFound),
            Self::NotYours(_) => ("not_your_message", Class::Forbidden),
            Self::ReplyToWhisper(_) => ("reply_to_whisper", Class::Invalid),
            Self::TooManyMentions => ("too_many_mentions", Class::Invalid),
            Self::UnknownDraft(_) => ("unknown_draft", Class::NotFound),
            Self::DraftWhispered => ("draft_whispered", Class::Invalid),
            Self::TooManyWaiting => (
                "too_many_questions_waiting",
                Class::TooMany {
                    retry_after_ms: 5_000,
                },
            ),
        }
    }
}

/// What a persona's worker asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TurnRefusal {
    #[error("This turn is outdated: nothing of it may be shown.")]
    Outdated(TurnId),
    #[error("No draft is awaited from this turn.")]
    NoDraftDue(TurnId),
    #[error("This turn was not asked for by a whisper.")]
    NotWhispered(TurnId),
}

impl TurnRefusal {
    fn parts(&self) -> (&'static str, Class) {
        match self {
            Self::Outdated(_) => ("turn_outdated", Class::Conflict),
            Self::NoDraftDue(_) => ("no_draft_due", Class::Conflict),
            Self::NotWhispered(_) => ("turn_not_whispered", Class::Invalid),
        }
    }
}

/// Handoffs.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HandoffRefusal {
    #[error("There is no such handoff.")]
    Unknown(HandoffId),
    #[error("This handoff is settled already.")]
    Settled(HandoffId),
    #[error("{by} took this handoff.")]
    TakenBy { handoff_id: HandoffId, by: String },
    #[error("Take the handoff before you settle it.")]
    NotTaken(HandoffId),
    #[error("No answer is owed yet: people are still being asked.")]
    NotOwed(HandoffId),
    #[error("This conversation has ended. Answer the question in writing.")]
    InWriting(HandoffId),
}

impl HandoffRefusal {
    fn parts(&self) -> (&'static str, Class) {
        match self {
            Self::Unknown(_) => ("unknown_handoff", Class::NotFound),
            Self::Settled(_) => ("handoff_settled", Class::Conflict),
            Self::TakenBy { .. } => ("handoff_taken", Class::Conflict),
            Self::NotTaken(_) => ("handoff_not_taken", Class::Conflict),
            Self::NotOwed(_) => ("follow_up_not_owed", Class::Conflict),
            Self::InWriting(_) => ("handoff_in_writing", Class::Conflict),
        }
    }
}
