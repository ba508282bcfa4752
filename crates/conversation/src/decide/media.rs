//! Switching camera, microphone and screen, and how the conversation is held.

use super::deciding::{Deciding, Outcome};
use crate::command::Actor;
use crate::event::Event;
use crate::ids::ParticipantId;
use crate::media::{
    InteractionMode, MediaSource, ModeCause, Sources, barred, screen_taken_by, video_refused,
};
use crate::participant::Participant;
use crate::permissions::{Action, in_table};
use crate::refusal::{AccessRefusal, MediaRefusal, ParticipantRefusal, Refusal};
use crate::state::State;

/// In a chat there is no call yet, whoever has a page ready for one.
pub(super) fn join_call(mut d: Deciding<'_>, actor: &Actor) -> Outcome {
    let participant = d.inside(actor)?;
    if participant.in_call || d.state.mode() == InteractionMode::Chat {
        return d.already();
    }
    may_take_part(d.state, participant)?;
    let participant_id = participant.id;
    d.push(Event::CallJoined { participant_id });
    d.done()
}

/// Always allowed.
pub(super) fn leave_call(mut d: Deciding<'_>, actor: &Actor) -> Outcome {
    let participant = d.inside(actor)?;
    if !participant.in_call {
        return d.already();
    }
    let participant_id = participant.id;
    d.push(Event::CallLeft { participant_id });
    d.done()
}

fn may_take_part(state: &State, participant: &Participant) -> Result<(), Refusal> {
    if !in_table(
        participant.role,
        participant.presence_mode,
        Action::PublishMedia,
    ) {
        return Err(AccessRefusal::NotAllowed(Action::PublishMedia).into());
    }
    barred(state, participant).map_or(Ok(()), Err)
}

/// What one has switched on oneself. Off is always allowed.
pub(super) fn set_media(mut d: Deciding<'_>, actor: &Actor, wanted: Sources) -> Outcome {
    let participant = d.inside(actor)?;
    if wanted == participant.media {
        return d.already();
    }
    if wanted.exceed(participant.media) {
        may_take_part(d.state, participant)?;
        if wanted.screen && !participant.media.screen {
            if let Some(other) = screen_taken_by(d.state, participant) {
                let by = other.name.clone();
                return Err(MediaRefusal::ScreenTaken { by }.into());
            }
            d.permitted(actor, Action::ShareScreen)?;
        }
        d.permitted(actor, Action::PublishMedia)?;
    }
    d.push(Event::MediaSet {
        participant_id: participant.id,
        camera: wanted.camera,
        microphone: wanted.microphone,
        screen: wanted.screen,
    });
    if wanted.any() && d.state.mode() == InteractionMode::Chat {
        d.push(Event::ModeChosen {
            mode: InteractionMode::VideoAndText,
            by: Some(participant.id),
            cause: ModeCause::SwitchedOn,
        });
    }
    d.done()
}

/// What is still on. In a chat nothing is.
pub(super) fn keep_media(d: Deciding<'_>, actor: &Actor, still_on: Sources) -> Outcome {
    let in_a_call = d.state.mode() != InteractionMode::Chat;
    let still_on = if in_a_call { still_on } else { Sources::NONE };
    set_media(d, actor, still_on)
}

/// Switches another's source off.
pub(super) fn mute(
    mut d: Deciding<'_>,
    actor: &Actor,
    participant_id: ParticipantId,
    source: MediaSource,
) -> Outcome {
    let by = d.inside(actor)?;
    if !in_table(by.role, by.presence_mode, Action::MuteOthers) {
        return Err(AccessRefusal::NotAllowed(Action::MuteOthers).into());
    }
    // Of monitors nobody is told by what is answered here.
    let other = d
        .state
        .participant(participant_id)
        .filter(|other| other.acts() && other.is_human())
        .ok_or(ParticipantRefusal::Unknown(participant_id))?;
    if other.id == by.id {
        return Err(MediaRefusal::OwnMedia.into());
    }
    if !other.media.has(source) {
        return d.already();
    }
    d.permitted(actor, Action::MuteOthers)?;
    d.push(Event::ParticipantMuted {
        participant_id,
        source,
        by: by.id,
    });
    d.done()
}

pub(super) fn choose_mode(mut d: Deciding<'_>, actor: &Actor, mode: InteractionMode) -> Outcome {
    let by = d.inside(actor)?;
    if !in_table(by.role, by.presence_mode, Action::ChooseMode) {
        return Err(AccessRefusal::NotAllowed(Action::ChooseMode).into());
    }
    if mode == d.state.mode() {
        return d.already();
    }
    d.still_open()?;
    if let Some(refusal) = video_refused(d.state) {
        return Err(refusal.into());
    }
    d.permitted(actor, Action::ChooseMode)?;
    d.push(Event::ModeChosen {
        mode,
        by: Some(by.id),
        cause: ModeCause::Chosen,
    });
    d.done()
}
