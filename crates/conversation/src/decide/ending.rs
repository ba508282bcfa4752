//! The end of a conversation. A handoff that is open then becomes a follow-up, so that nobody's question is lost.

use super::access::governs;
use super::deciding::{Deciding, Outcome};
use super::handoffs::settle_or_owe;
use super::turns::outdated;
use crate::command::Actor;
use crate::event::{EndCause, Event, OutdatedBy};
use crate::ids::ParticipantId;
use crate::permissions::Action;
use crate::state::Ended;

pub(super) fn end_conversation(mut d: Deciding<'_>, actor: &Actor) -> Outcome {
    let by = match actor {
        _ if governs(actor) => None,
        _ => Some(d.inside(actor)?.id),
    };
    let ended_by_them = |ended: Ended| ended.cause == EndCause::EndedBySomeone && ended.by == by;
    if d.state.ended().is_some_and(ended_by_them) {
        return d.already();
    }
    if by.is_some() {
        d.permitted(actor, Action::EndConversation)?;
    }
    d.still_open()?;
    end(&mut d, EndCause::EndedBySomeone, by);
    d.done()
}

pub(super) fn end(d: &mut Deciding<'_>, cause: EndCause, by: Option<ParticipantId>) {
    if let Some(turn) = &d.state.floor().turn {
        d.push(outdated(turn, OutdatedBy::ConversationEnded));
    }
    settle_or_owe(d);
    d.push(Event::ConversationEnded { cause, by });
}
