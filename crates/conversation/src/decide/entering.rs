//! What follows when somebody comes in, or comes back after their place was given up.

use super::deciding::Deciding;
use crate::event::{Event, OutdatedBy};
use crate::handoff::HandoffState;
use crate::ids::{JoinRequestId, ParticipantId, Seq, UserId};
use crate::joining::HistoryGrant;
use crate::message::{MessageAudience, Notice, Provenance};
use crate::names::answers_to;
use crate::participant::{Identity, PresenceMode, Role};
use crate::sentences;
use crate::settings::HANDOFF_STEP_MS;

pub(super) struct Newcomer {
    pub identity: Identity,
    pub name: String,
    pub role: Role,
    pub presence_mode: PresenceMode,
    pub request_id: Option<JoinRequestId>,
    pub history: HistoryGrant,
}

pub(super) fn enter(d: &mut Deciding<'_>, newcomer: Newcomer) {
    let Newcomer {
        identity,
        name,
        role,
        presence_mode,
        request_id,
        history,
    } = newcomer;
    let sees_from = match history {
        HistoryGrant::All => Seq(1),
        HistoryGrant::FromJoin => d.next_seq(),
    };
    let user_id = match identity {
        Identity::User { user_id } => Some(user_id),
        Identity::Visitor { .. } | Identity::Persona { .. } | Identity::Guest { .. } => None,
    };
    let joined = d.push(Event::ParticipantJoined {
        identity,
        name: name.clone(),
        role,
        presence_mode,
        request_id,
        sees_from,
    });
    if presence_mode == PresenceMode::Participant {
        arrive(
            d,
            &Arrival {
                participant_id: ParticipantId(joined.0),
                name: &name,
                role,
                user_id,
            },
        );
    }
}

pub(super) struct Arrival<'a> {
    pub participant_id: ParticipantId,
    pub name: &'a str,
    pub role: Role,
    pub user_id: Option<UserId>,
}

/// Another human than the visitor is here: the persona steps back. Where it is the one in charge, what the persona was
/// about to say becomes their draft, an open handoff is theirs, and the persona says so.
pub(super) fn arrive(d: &mut Deciding<'_>, arrival: &Arrival<'_>) {
    let leads = matches!(arrival.role, Role::Owner | Role::Agent);
    if let (true, Some(turn)) = (leads, &d.state.floor().turn) {
        let kept_as_draft =
            arrival.role == Role::Owner && !turn.courtesy && turn.on_whisper_of.is_none();
        d.push(Event::TurnOutdated {
            turn_id: turn.id,
            by: OutdatedBy::OwnerJoined,
            kept_as_draft,
            whispered: turn.on_whisper_of.is_some(),
        });
    }
    if !d.state.floor().stepped_back {
        d.push(Event::SteppedBack {
            participant_id: arrival.participant_id,
        });
    }
    if leads {
        take_open_handoff(d, arrival.user_id);
        say_stepping_back(d, arrival.name);
    }
}

fn take_open_handoff(d: &mut Deciding<'_>, user_id: Option<UserId>) {
    let (Some(user_id), Some(handoff)) = (user_id, d.state.open_handoff()) else {
        return;
    };
    if !matches!(handoff.state, HandoffState::Taken { .. }) {
        let lease_ends_at = d.now.plus_ms(HANDOFF_STEP_MS);
        d.push(Event::HandoffTaken {
            handoff_id: handoff.id,
            user_id,
            lease_ends_at,
        });
    }
}

fn say_stepping_back(d: &mut Deciding<'_>, newcomer: &str) {
    let Some(persona) = d.state.persona() else {
        return;
    };
    let humans = d
        .state
        .present_humans()
        .map(|human| human.name.as_str())
        .chain([newcomer]);
    let names = answers_to(&d.about.persona, humans);
    d.push(Event::MessagePosted {
        author: Some(persona.id),
        text: sentences::steps_back(newcomer, names.first().map(String::as_str)),
        provenance: Provenance::Ai,
        audience: MessageAudience::Everyone,
        reply_to: None,
        citations: Vec::new(),
        turn_id: None,
        interrupted: false,
        confidence: None,
        notice: Some(Notice::SteppedBack {
            name: newcomer.to_owned(),
        }),
        client_id: None,
    });
}
