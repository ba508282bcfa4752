//! The first events of a conversation.

use super::deciding::{Deciding, Outcome, already_inside};
use crate::command::Actor;
use crate::event::{Event, PersonaProfile};
use crate::ids::{ConversationId, Seq, Timestamp, VisitorId, WorkspaceId};
use crate::limits;
use crate::message::{MessageAudience, Provenance};
use crate::participant::{Identity, PresenceMode, Role};
use crate::refusal::AccessRefusal;
use crate::settings::Settings;
use crate::state::{About, State};

pub(super) struct Start<'a> {
    pub conversation_id: ConversationId,
    pub workspace_id: WorkspaceId,
    pub persona: &'a PersonaProfile,
    pub visitor_id: VisitorId,
    pub visitor_name: &'a str,
    pub settings: &'a Settings,
    pub continues: Option<ConversationId>,
}

pub(super) fn start(state: &State, actor: &Actor, start: &Start<'_>, now: Timestamp) -> Outcome {
    match actor {
        Actor::System => {}
        Actor::Outsider(Identity::Visitor { visitor_id }) if *visitor_id == start.visitor_id => {}
        _ => return Err(AccessRefusal::WrongActor.into()),
    }
    if let Some(about) = state.about() {
        let same =
            about.conversation_id == start.conversation_id && about.visitor_id == start.visitor_id;
        return match state.visitor() {
            Some(visitor) if same => already_inside(visitor.id),
            _ => Err(AccessRefusal::AlreadyStarted.into()),
        };
    }
    let name = limits::name(start.visitor_name)?;
    let persona = limits::persona(start.persona)?;
    limits::settings(start.settings)?;

    let about = About {
        conversation_id: start.conversation_id,
        workspace_id: start.workspace_id,
        visitor_id: start.visitor_id,
        continues: start.continues,
        started_at: now,
        persona,
        settings: start.settings.clone(),
    };
    let mut d = Deciding::new(state, &about, now);
    d.push(Event::ConversationStarted {
        conversation_id: start.conversation_id,
        workspace_id: start.workspace_id,
        persona: about.persona.clone(),
        visitor_id: start.visitor_id,
        settings: start.settings.clone(),
        continues: start.continues,
    });
    let persona = d.push(Event::ParticipantJoined {
        identity: Identity::Persona {
            persona_id: start.persona.persona_id,
        },
        name: about.persona.name.clone(),
        role: Role::Persona,
        presence_mode: PresenceMode::Participant,
        request_id: None,
        sees_from: Seq(1),
    });
    d.push(Event::ParticipantJoined {
        identity: Identity::Visitor {
            visitor_id: start.visitor_id,
        },
        name,
        role: Role::Visitor,
        presence_mode: PresenceMode::Participant,
        request_id: None,
        sees_from: Seq(1),
    });
    if !start.persona.greeting.trim().is_empty() {
        d.push(Event::MessagePosted {
            author: Some(crate::ids::ParticipantId(persona.0)),
            text: start.persona.greeting.clone(),
            provenance: Provenance::Ai,
            audience: MessageAudience::Everyone,
            reply_to: None,
            citations: Vec::new(),
            turn_id: None,
            interrupted: false,
            confidence: None,
            notice: None,
            client_id: None,
        });
    }
    d.done()
}
