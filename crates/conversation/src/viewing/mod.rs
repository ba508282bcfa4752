//! Projects the state into what one viewer's page shows besides the timeline.

mod handoff_card;
mod video;
mod waiting;

pub use waiting::waiting_view;

use crate::decide::sees_at_most;
use crate::event::Event;
use crate::ids::Timestamp;
use crate::joining::{Door, HistoryGrant, JoinRequest, JoinState};
use crate::message::{MessageAudience, Provenance};
use crate::names::answers_to;
use crate::participant::{Identity, Participant, Presence, PresenceMode, Role};
use crate::permissions::{
    Action, allowed, in_table, lacks_history, may, may_be_removed, may_revoke,
};
use crate::sentences;
use crate::state::{About, State};
use crate::view::{
    Draft, FloorCard, InvitationCard, KnockCard, ParticipantCard, TurnCard, View, You,
};
use crate::viewer::Viewer;
use crate::visibility::{public_persona, public_settings};

/// What this viewer's page shows now. None until the conversation is started.
pub fn view(state: &State, viewer: &Viewer, now: Timestamp) -> Option<View> {
    let about = state.about()?;
    let staff = viewer.is_staff();
    let decides = viewer.is_host && state.is_open();
    let knocks = |wanted: fn(&JoinRequest, Timestamp) -> bool| -> Vec<KnockCard> {
        let requests = state
            .requests
            .iter()
            .filter(|request| decides && wanted(request, now));
        requests
            .map(|request| knock_card(state, about, request))
            .collect()
    };
    Some(View {
        conversation_id: about.conversation_id,
        seq: state.seq(),
        open: state.is_open(),
        persona: if staff {
            about.persona.clone()
        } else {
            public_persona(&about.persona)
        },
        settings: if staff {
            about.settings.clone()
        } else {
            public_settings(&about.settings)
        },
        you: you(state, viewer),
        participants: participants(state, viewer),
        knocks: knocks(JoinRequest::is_open_at),
        waiting: knocks(JoinRequest::is_admitted_at),
        invitations: invitations(state, viewer),
        handoff: handoff_card::handoff_card(state, viewer),
        floor: floor_card(state, about, viewer),
        mode: state.mode(),
        video: video::video_card(state, viewer),
        asks: video::asks(state, viewer),
        drafts: drafts(state, viewer),
    })
}

/// Whether an event can change anybody's view by more than the seq and the floor's version. Plain talk does not, so most
/// events are delivered without a view.
pub fn changes_view(event: &Event) -> bool {
    match event {
        // A draft that was used is gone from the list.
        Event::MessagePosted {
            provenance: Provenance::AiEdited { .. },
            ..
        } => true,
        // It may wait for the persona.
        Event::MessagePosted {
            audience: MessageAudience::StaffAndPersona,
            ..
        } => true,
        Event::MessagePosted { .. } => false,
        Event::FloorDecided { speaks, .. } => *speaks,
        Event::KnowledgeKept { .. } => false,
        _ => true,
    }
}

fn you(state: &State, viewer: &Viewer) -> You {
    let participant = viewer.participant_id.and_then(|id| state.participant(id));
    let actions = match participant {
        Some(participant) if participant.is_inside() => allowed(state, participant),
        // Reading, without being inside.
        _ => {
            let mode = PresenceMode::Monitor;
            Action::ALL
                .into_iter()
                .filter(|action| {
                    !matches!(action, Action::StepIn | Action::Leave | Action::WatchMedia)
                        && in_table(viewer.role, mode, *action)
                })
                .collect()
        }
    };
    You {
        participant_id: viewer.participant_id,
        role: viewer.role,
        presence_mode: viewer.presence_mode,
        sees_from: viewer.sees_from,
        allowed: actions,
    }
}

fn participants(state: &State, viewer: &Viewer) -> Vec<ParticipantCard> {
    let you = viewer.participant_id.and_then(|id| state.participant(id));
    let since = you.map(|you| you.joined_at);
    let remover = you.filter(|you| may(state, you, Action::RemoveParticipant));
    let sharer = you.filter(|you| may(state, you, Action::ShareHistory));
    let known = |participant: &&Participant| {
        let shown = participant.acts() || viewer.sees_monitors;
        let met = viewer.sees_from.0 <= 1
            || match participant.presence {
                Presence::Left { at } | Presence::Removed { at } => {
                    since.is_some_and(|since| at >= since)
                }
                Presence::Here | Presence::Dropped { .. } | Presence::Away { .. } => true,
            };
        shown && met
    };
    let staff = viewer.is_staff();
    state
        .participants()
        .filter(known)
        .map(|participant| ParticipantCard {
            participant: as_shown(participant, staff),
            may_remove: participant.is_inside()
                && remover.is_some_and(|you| may_be_removed(you, participant)),
            may_share_history: participant.is_inside()
                && sharer.is_some()
                && lacks_history(participant),
        })
        .collect()
}

/// A guest's address is for staff; others know it from the knock at most.
fn as_shown(participant: &Participant, staff: bool) -> Participant {
    let mut shown = participant.clone();
    if let (false, Identity::Guest { email, .. }) = (staff, &mut shown.identity) {
        email.clear();
    }
    shown
}

fn knock_card(state: &State, about: &About, request: &JoinRequest) -> KnockCard {
    let invited_by = match request.door {
        Door::GuestInvitation { invitation_id } => state
            .invitation(invitation_id)
            .map(|invitation| state.name_of(invitation.invited_by).to_owned()),
        Door::ConversationUrl | Door::OwnerLink => None,
    };
    let decided_by = match request.state {
        JoinState::Admitted { by, .. } => by.map(|by| state.name_of(by).to_owned()),
        _ => None,
    };
    KnockCard {
        request_id: request.id,
        name: request.name.clone(),
        role: request.role,
        door: request.door.clone(),
        text: sentences::knock(&request.name, &request.identity),
        admit_label: sentences::admit_label(&request.identity).to_owned(),
        verified: sentences::verified(&request.identity, &about.persona),
        invited_by,
        invitation_note: invitation_note(state, request),
        purpose: request.purpose.clone(),
        asks_history: request.asks_history,
        may_grant_less: sees_at_most(request.role, HistoryGrant::FromJoin) != request.asks_history,
        requested_at: request.requested_at,
        expires_at: request.expires_at,
        decided_by,
    }
}

/// Why they were invited.
fn invitation_note(state: &State, request: &JoinRequest) -> Option<String> {
    let Door::GuestInvitation { invitation_id } = request.door else {
        return None;
    };
    let invitation = state.invitation(invitation_id)?;
    (!invitation.note.is_empty()).then(|| invitation.note.clone())
}

/// For those who may invite. Whoever is not staff reads the addresses that they typed themselves.
fn invitations(state: &State, viewer: &Viewer) -> Vec<InvitationCard> {
    if !in_table(viewer.role, viewer.presence_mode, Action::AddGuestByEmail) {
        return Vec::new();
    }
    let revoker = viewer
        .participant_id
        .and_then(|id| state.participant(id))
        .filter(|you| may(state, you, Action::RevokeInvitation));
    let cards = state.invitations.iter().map(|invitation| {
        let readable = viewer.is_staff() || viewer.participant_id == Some(invitation.invited_by);
        InvitationCard {
            invitation_id: invitation.id,
            email: if readable {
                invitation.email.clone()
            } else {
                String::new()
            },
            state: invitation.state,
            expires_at: invitation.expires_at,
            may_revoke: revoker.is_some_and(|you| may_revoke(you, invitation)),
        }
    });
    cards.collect()
}

fn floor_card(state: &State, about: &About, viewer: &Viewer) -> FloorCard {
    let floor = state.floor();
    let sees_whispers = viewer.sees(Action::SeeWhispers);
    let turn = floor
        .turn
        .as_ref()
        .filter(|turn| turn.on_whisper_of.is_none() || sees_whispers);
    let waiting = floor.waiting.iter().filter(|waiting| {
        (!waiting.whispered || sees_whispers) && waiting.message_id.0 >= viewer.sees_from.0
    });
    FloorCard {
        version: floor.version,
        persona_stepped_back: floor.stepped_back,
        persona_answers_to: answers_to(
            &about.persona,
            state.present_humans().map(|human| human.name.as_str()),
        ),
        turn: turn.map(|turn| TurnCard {
            turn_id: turn.id,
            asker: turn.asker,
            speaking: turn.speaking,
        }),
        waiting: waiting.map(|waiting| waiting.message_id).collect(),
    }
}

fn drafts(state: &State, viewer: &Viewer) -> Vec<Draft> {
    let own = state
        .drafts()
        .iter()
        .filter(|draft| viewer.role == Role::Owner && Some(draft.owner) == viewer.participant_id);
    own.map(|draft| Draft {
        turn_id: draft.turn_id,
        text: draft.text.clone(),
        citations: draft.citations.clone(),
    })
    .collect()
}
