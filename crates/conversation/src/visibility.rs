//! What of an event a viewer may see. There is one place where events become bytes for viewers, and it asks [`visible_to`].

use crate::event::{Event, PersonaProfile, Recorded};
use crate::handoff::{HandoffReason, HandoffResolution};
use crate::ids::{MessageId, ParticipantId, Seq, TurnId};
use crate::message::{MessageAudience, Provenance};
use crate::participant::{Identity, PresenceMode, Role};
use crate::permissions::Action;
use crate::settings::Settings;
use crate::state::State;
use crate::viewer::Viewer;
use serde::{Deserialize, Serialize};

/// How much of an event somebody is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    clippy::large_enum_variant,
    reason = "taken apart at once where it is returned, never stored"
)]
pub enum Visibility {
    Whole,
    /// This instead.
    Redacted(Event),
    Hidden,
}

use Visibility::{Hidden, Redacted, Whole};

fn whole_if(shown: bool) -> Visibility {
    if shown { Whole } else { Hidden }
}

/// What of an entry of the log this viewer may see.
pub fn visible_to(recorded: &Recorded, viewer: &Viewer) -> Visibility {
    if recorded.seq < viewer.sees_from {
        return Hidden;
    }
    let staff = viewer.is_staff();
    let guest = !staff && viewer.role != Role::Visitor;
    match &recorded.event {
        Event::ConversationStarted {
            conversation_id,
            workspace_id,
            persona,
            visitor_id,
            settings,
            continues,
        } => {
            if staff {
                return Whole;
            }
            Redacted(Event::ConversationStarted {
                conversation_id: *conversation_id,
                workspace_id: *workspace_id,
                persona: public_persona(persona),
                visitor_id: *visitor_id,
                settings: public_settings(settings),
                continues: continues.filter(|_| !guest),
            })
        }
        Event::SettingsChanged { settings } if !staff => Redacted(Event::SettingsChanged {
            settings: public_settings(settings),
        }),
        Event::PersonaChanged { persona } if !staff => Redacted(Event::PersonaChanged {
            persona: public_persona(persona),
        }),
        Event::SettingsChanged { .. }
        | Event::PersonaChanged { .. }
        | Event::ConversationEnded { .. } => Whole,

        // A knock shows who wants to come: to those who decide it, and to staff.
        Event::JoinRequested { .. }
        | Event::JoinAdmitted { .. }
        | Event::JoinDeclined { .. }
        | Event::JoinWithdrawn { .. }
        | Event::JoinExpired { .. }
        | Event::JoinRevoked { .. } => whole_if(!guest),

        Event::InvitationSent {
            invited_by,
            note,
            expires_at,
            ..
        } => {
            if staff || viewer.participant_id == Some(*invited_by) {
                return Whole;
            }
            if guest {
                return Hidden;
            }
            let (email, note) = (String::new(), note.clone());
            Redacted(Event::InvitationSent {
                email,
                invited_by: *invited_by,
                note,
                expires_at: *expires_at,
            })
        }
        Event::InvitationAccepted { .. }
        | Event::InvitationRejected { .. }
        | Event::InvitationExpired { .. }
        | Event::InvitationRevoked { .. } => whole_if(!guest),

        Event::ParticipantJoined { presence_mode, .. } if !shows(viewer, *presence_mode) => Hidden,
        Event::ParticipantJoined {
            identity: Identity::Guest { invitation_id, .. },
            name,
            role,
            presence_mode,
            request_id,
            sees_from,
        } if !staff => Redacted(Event::ParticipantJoined {
            identity: Identity::Guest {
                invitation_id: *invitation_id,
                email: String::new(),
            },
            name: name.clone(),
            role: *role,
            presence_mode: *presence_mode,
            request_id: *request_id,
            sees_from: *sees_from,
        }),
        Event::ParticipantJoined { .. } => Whole,
        Event::ParticipantDropped { presence_mode, .. }
        | Event::ParticipantWentAway { presence_mode, .. }
        | Event::ParticipantReturned { presence_mode, .. }
        | Event::ParticipantLeft { presence_mode, .. }
        | Event::ParticipantRemoved { presence_mode, .. } => {
            whole_if(shows(viewer, *presence_mode))
        }
        // Monitors neither rename themselves nor are given history: these are of people who act.
        Event::ParticipantRenamed { .. } | Event::HistoryShared { .. } => Whole,
        // Monitors have nothing to switch on and no hand to raise, nor do they mute: these too are of people who act.
        Event::CallJoined { .. }
        | Event::CallLeft { .. }
        | Event::MediaSet { .. }
        | Event::ParticipantMuted { .. }
        | Event::TurnOnAsked { .. }
        | Event::TurnOnAnswered { .. }
        | Event::HandRaised { .. }
        | Event::HandLowered { .. }
        | Event::ModeChosen { .. } => Whole,

        Event::MessagePosted {
            audience: audience @ (MessageAudience::Staff | MessageAudience::StaffAndPersona),
            ..
        } => whole_if(audience_includes(viewer, *audience)),
        Event::MessagePosted {
            provenance,
            confidence,
            ..
        } => {
            let tells =
                matches!(provenance, Provenance::AiOnWhisper { .. }) || confidence.is_some();
            if staff || !tells {
                Whole
            } else {
                Redacted(without_whisperer_and_confidence(&recorded.event))
            }
        }
        Event::MessageRetracted {
            message_id,
            audience,
            ..
        } => whole_if(message_visible_to(*message_id, *audience, viewer)),
        Event::FloorDecided { message_id, .. } => {
            whole_if(viewer.sees(Action::SeeFloorReasons) && message_seen(viewer, *message_id))
        }
        Event::TurnStarted {
            on_whisper_of: Some(_),
            ..
        }
        | Event::TurnSpeaking {
            whispered: true, ..
        }
        | Event::TurnOutdated {
            whispered: true, ..
        }
        | Event::TurnFinished {
            whispered: true, ..
        } => whole_if(viewer.sees(Action::SeeWhispers)),
        Event::TurnOutdated {
            turn_id,
            by,
            kept_as_draft: true,
            whispered,
        } if !staff => Redacted(Event::TurnOutdated {
            turn_id: *turn_id,
            by: *by,
            kept_as_draft: false,
            whispered: *whispered,
        }),
        Event::TurnStarted { .. }
        | Event::TurnSpeaking { .. }
        | Event::TurnOutdated { .. }
        | Event::TurnFinished { .. } => Whole,
        Event::DraftKept { owner, .. } => whole_if(viewer.participant_id == Some(*owner)),
        Event::HandedBack { .. } | Event::SteppedBack { .. } => Whole,

        Event::HandoffRaised {
            reason,
            question,
            chain,
            step_ends_at,
        } if !staff => Redacted(Event::HandoffRaised {
            reason: public_reason(reason),
            question: *question,
            // Who is asked now; who would be asked later is the workspace's own matter.
            chain: chain.iter().take(1).cloned().collect(),
            step_ends_at: *step_ends_at,
        }),
        Event::HandoffResolved {
            handoff_id,
            how: HandoffResolution::Dismissed { .. },
            by,
        } if !staff => {
            let how = HandoffResolution::Dismissed { why: String::new() };
            Redacted(Event::HandoffResolved {
                handoff_id: *handoff_id,
                how,
                by: *by,
            })
        }
        Event::FollowUpEmailGiven { .. } => whole_if(!guest),
        Event::HandoffRaised { .. }
        | Event::HandoffQuestionAdded { .. }
        | Event::HandoffNotified { .. }
        | Event::HandoffOpened { .. }
        | Event::HandoffTaken { .. }
        | Event::HandoffReleased { .. }
        | Event::HandoffPassedOn { .. }
        | Event::HandoffExpired { .. }
        | Event::HandoffResolved { .. } => Whole,
        // It quotes the question, which may have been asked before this viewer was let in.
        Event::KnowledgeKept { .. } => whole_if(staff && viewer.sees_from <= Seq(1)),
    }
}

fn shows(viewer: &Viewer, presence_mode: PresenceMode) -> bool {
    presence_mode == PresenceMode::Participant || viewer.sees_monitors
}

/// Whether a message's words are for this viewer; [`visible_to`] decides the same of the event that posted it.
pub(crate) fn message_visible_to(
    message_id: MessageId,
    audience: MessageAudience,
    viewer: &Viewer,
) -> bool {
    message_seen(viewer, message_id) && audience_includes(viewer, audience)
}

fn audience_includes(viewer: &Viewer, audience: MessageAudience) -> bool {
    audience == MessageAudience::Everyone || viewer.sees(Action::SeeWhispers)
}

fn message_seen(viewer: &Viewer, message_id: MessageId) -> bool {
    message_id.0 >= viewer.sees_from.0
}

/// That the AI spoke because a person told it to is told by a whisper; to those who see none it is AI all the same.
fn without_whisperer_and_confidence(event: &Event) -> Event {
    let mut shown = event.clone();
    if let Event::MessagePosted {
        provenance,
        confidence,
        ..
    } = &mut shown
    {
        *confidence = None;
        if matches!(provenance, Provenance::AiOnWhisper { .. }) {
            *provenance = Provenance::Ai;
        }
    }
    shown
}

/// The persona as visitors and guests may know it.
pub(crate) fn public_persona(persona: &PersonaProfile) -> PersonaProfile {
    PersonaProfile {
        backups: Vec::new(),
        ..persona.clone()
    }
}

/// The settings as visitors and guests may know them: without what the owner wants handed off, and below which confidence.
pub(crate) fn public_settings(settings: &Settings) -> Settings {
    let hidden = Settings::default();
    Settings {
        in_call_users: settings.in_call_users,
        disable_video: settings.disable_video,
        many_screens: settings.many_screens,
        media_available: settings.media_available,
        show_monitors: settings.show_monitors,
        confidence_threshold: hidden.confidence_threshold,
        handoff_topics: hidden.handoff_topics,
    }
}

/// Confidence and listed topics are the owner's matter; that a person was asked for is the visitor's own.
pub(crate) fn public_reason(reason: &HandoffReason) -> HandoffReason {
    match reason {
        HandoffReason::AskedForPerson => HandoffReason::AskedForPerson,
        HandoffReason::CannotAnswer
        | HandoffReason::LowConfidence { .. }
        | HandoffReason::Topic { .. } => HandoffReason::CannotAnswer,
    }
}

/// Passing and never stored: relayed to those who are connected, may be lost.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Signal {
    Typing {
        participant_id: ParticipantId,
        on: bool,
    },
    TurnThinking {
        turn_id: TurnId,
    },
    /// The whole text so far.
    TurnText {
        turn_id: TurnId,
        text: String,
    },
}

/// Whether a signal is for this viewer. What belongs to a turn is shown only while the turn is the floor's own, and its
/// words only once it may speak.
pub fn signal_visible_to(state: &State, signal: &Signal, viewer: &Viewer) -> bool {
    let turn = |turn_id: &TurnId| {
        let turn = state
            .floor()
            .turn
            .as_ref()
            .filter(|turn| turn.id == *turn_id)?;
        (turn.on_whisper_of.is_none() || viewer.sees(Action::SeeWhispers)).then_some(turn)
    };
    match signal {
        Signal::Typing { participant_id, .. } => state
            .participant(*participant_id)
            .is_some_and(|typing| typing.is_inside() && shows(viewer, typing.presence_mode)),
        Signal::TurnThinking { turn_id } => turn(turn_id).is_some(),
        Signal::TurnText { turn_id, .. } => turn(turn_id).is_some_and(|turn| turn.speaking),
    }
}
