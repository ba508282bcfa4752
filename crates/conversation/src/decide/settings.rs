//! A persona's settings and profile, changed while the conversation runs.

use super::access::governs;
use super::deciding::{Deciding, Outcome};
use crate::command::Actor;
use crate::event::{Event, PersonaProfile};
use crate::joining::InvitationState;
use crate::limits;
use crate::media::{InteractionMode, ModeCause};
use crate::participant::Identity;
use crate::refusal::AccessRefusal;
use crate::settings::Settings;

pub(super) fn change_settings(mut d: Deciding<'_>, actor: &Actor, settings: &Settings) -> Outcome {
    if !governs(actor) {
        return Err(AccessRefusal::WrongActor.into());
    }
    d.still_open()?;
    limits::settings(settings)?;
    if *settings == d.about.settings {
        return d.already();
    }
    let switched_off = d.about.settings.in_call_users && !settings.in_call_users;
    d.push(Event::SettingsChanged {
        settings: settings.clone(),
    });
    if switched_off {
        close_doors(&mut d);
    }
    let without_video = settings.disable_video || !settings.media_available;
    if without_video && d.state.mode() != InteractionMode::Chat {
        d.push(Event::ModeChosen {
            mode: InteractionMode::Chat,
            by: None,
            cause: ModeCause::VideoDisabled,
        });
    }
    d.done()
}

/// In-call users are off: open knocks, admissions and invitations end; those inside stay, and so does what lets a guest
/// who is inside come back after a dropped connection.
fn close_doors(d: &mut Deciding<'_>) {
    for request in d.state.unsettled_requests() {
        d.push(Event::JoinRevoked {
            request_id: request.id,
        });
    }
    for invitation in &d.state.invitations {
        let guest_is_inside = d.state.inside().any(|participant| {
            matches!(participant.identity, Identity::Guest { invitation_id, .. } if invitation_id == invitation.id)
        });
        match invitation.state {
            InvitationState::Sent | InvitationState::Accepted if !guest_is_inside => {
                d.push(Event::InvitationRevoked {
                    invitation_id: invitation.id,
                });
            }
            _ => {}
        }
    }
}

pub(super) fn change_persona(
    mut d: Deciding<'_>,
    actor: &Actor,
    persona: &PersonaProfile,
) -> Outcome {
    if !governs(actor) {
        return Err(AccessRefusal::WrongActor.into());
    }
    d.still_open()?;
    let persona = limits::persona(persona)?;
    if persona.persona_id != d.about.persona.persona_id {
        return Err(AccessRefusal::WrongActor.into());
    }
    if persona == d.about.persona {
        return d.already();
    }
    d.push(Event::PersonaChanged { persona });
    d.done()
}
