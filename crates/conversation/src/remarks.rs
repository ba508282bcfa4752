//! What people have told everybody. The persona may say it again, because everybody who reads the persona may read it where it was
//! said.

use crate::ids::MessageId;
use crate::message::Message;
use crate::participant::{Participant, Role};
use crate::state::State;
use crate::viewer::Viewer;
use crate::visibility::message_visible_to;
use std::collections::BTreeSet;

/// What the owner, an agent, a colleague or a guest said, and what it may be the answer to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark<'a> {
    pub message: &'a Message,
    pub speaker: &'a Participant,
    /// The message it replies to, if another person wrote that.
    pub replies_to: Option<&'a Message>,
    /// What may be meant where it replies to nothing, oldest first: the questions of the handoff that its speaker took, and the
    /// newest words of another person.
    pub may_answer: Vec<&'a Message>,
}

/// The remarks at hand, oldest first: none was taken back or said to the persona, and each is visible to everybody who reads the conversation now.
pub fn remarks(state: &State) -> Vec<Remark<'_>> {
    let readers: Vec<Viewer> = state
        .inside()
        // Who left may read the conversation still, and nobody else who is outside.
        .chain(state.visitor())
        .filter_map(|reader| Viewer::participant(state, reader.id))
        .collect();
    let told: Vec<(&Message, &Participant)> = state
        .messages()
        .filter(|message| {
            !message.retracted
                && readers
                    .iter()
                    .all(|reader| message_visible_to(message.id, message.audience, reader))
        })
        .filter_map(|message| Some((message, state.participant(message.author?)?)))
        .filter(|(_, author)| author.is_human())
        .collect();
    let asked = asked_of_the_persona(state);
    told.iter()
        .enumerate()
        .filter(|(_, (message, author))| {
            author.role != Role::Visitor && !asked.contains(&message.id)
        })
        .map(|(at, (message, speaker))| {
            let before = &told[..at];
            let said = |id: MessageId| {
                before
                    .iter()
                    .find(|(earlier, author)| earlier.id == id && author.id != speaker.id)
                    .map(|(earlier, _)| *earlier)
            };
            let mut may_answer: Vec<&Message> = state
                .handoffs()
                .filter(|handoff| handoff.taken_by == Some(speaker.id))
                .flat_map(|handoff| &handoff.questions)
                .filter_map(|id| said(*id))
                .chain(
                    before
                        .iter()
                        .rev()
                        .find(|(_, author)| author.id != speaker.id)
                        .map(|(newest, _)| *newest),
                )
                .collect();
            may_answer.sort_by_key(|message| message.id);
            may_answer.dedup();
            Remark {
                message,
                speaker,
                replies_to: message.reply_to.and_then(said),
                may_answer,
            }
        })
        .collect()
}

/// What people said to the persona: questions, which are no answers, whether they end in a question mark or not.
fn asked_of_the_persona(state: &State) -> BTreeSet<MessageId> {
    let persona = state.persona().map(|persona| persona.id);
    let answered = state
        .messages()
        .filter(|message| message.author.is_some() && message.author == persona)
        .filter_map(|message| message.reply_to);
    let floor = state.floor();
    let running = floor.turn.iter().flat_map(|turn| &turn.questions).copied();
    let waiting = floor.waiting.iter().map(|waiting| waiting.message_id);
    let handed_off = state.handoffs().flat_map(|handoff| &handoff.questions);
    answered
        .chain(running)
        .chain(waiting)
        .chain(handed_off.copied())
        .collect()
}

/// Whether the visitor alone would read what the persona says now.
pub fn only_the_visitor_reads(state: &State) -> bool {
    state
        .inside()
        .all(|participant| matches!(participant.role, Role::Visitor | Role::Persona))
}
