//! What the floor hears of a message: the core's participants and messages in the words of the judgement.

use crate::command::PostMessage;
use crate::floor::{Channel, Present, PresentRole, Utterance};
use crate::message::Message;
use crate::participant::{Participant, Role};
use crate::state::{About, State};

pub(crate) fn utterance(
    state: &State,
    about: &About,
    author: &Participant,
    message: &PostMessage,
    replied_to: Option<&Message>,
) -> Utterance {
    let persona = state.persona().map(|persona| persona.id);
    let alone = !state.floor().stepped_back && author.role == Role::Visitor;
    Utterance {
        id: None,
        persona: about.persona.name.clone(),
        call_names: about.persona.call_names.clone(),
        present: present(state, author, alone),
        speaker: author.name.clone(),
        is_persona: false,
        channel: Channel::Chat,
        text: message.text.clone(),
        reply_to_persona: replied_to
            .is_some_and(|replied_to| persona.is_some() && replied_to.author == persona),
        mentions_persona: persona.is_some_and(|persona| message.mentions.contains(&persona)),
        // The judgement is made from the message alone, so earlier lines are not copied for it.
        history: Vec::new(),
    }
}

/// Who counts as present. After a handback the visitor and the persona are among themselves.
fn present(state: &State, author: &Participant, alone: bool) -> Vec<Present> {
    let mut present = vec![Present {
        name: author.name.clone(),
        role: role(author.role),
    }];
    if alone {
        return present;
    }
    for other in state.present_humans().filter(|other| other.id != author.id) {
        // The judgement knows people by name. A namesake of the speaker must not pass for the speaker, or the persona
        // would think itself alone.
        let mut name = other.name.clone();
        while present
            .iter()
            .any(|known| known.name.to_lowercase() == name.to_lowercase())
        {
            name.push_str(" (2)");
        }
        present.push(Present {
            name,
            role: role(other.role),
        });
    }
    present
}

fn role(role: Role) -> PresentRole {
    match role {
        Role::Visitor => PresentRole::Visitor,
        Role::Persona => PresentRole::Persona,
        Role::Owner => PresentRole::Owner,
        Role::Colleague => PresentRole::Colleague,
        Role::Guest => PresentRole::Guest,
        Role::Agent => PresentRole::Agent,
        Role::Supervisor => PresentRole::Supervisor,
    }
}
