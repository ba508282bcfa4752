//! The end of a conversation. A handoff that is open then becomes a follow-up, so that nobody's question is lost.

use super::access::governs;
use super::deciding::{Deciding, Outcome};
use super::handoffs::settle_or_owe;
use super::turns::outdated;
use crate::command::Actor;
use crate::event::{EndCause, Event, OutdatedBy};
use crate::ids::ParticipantId;
use crate::permissions::Action;

pub(super) fn end_conversation(mut d: Deciding<'_>, actor: &Actor) -> Outcome {
    if governs(actor) {
        d.still_open()?;
        end(&mut d, EndCause::EndedBySomeone, None);
    } else {
        let by = d.permitted(actor, Action::EndConversation)?.id;
        end(&mut d, EndCause::EndedBySomeone, Some(by));
    }
    d.done()
}

pub(super) fn end(d: &mut Deciding<'_>, cause: EndCause, by: Option<ParticipantId>) {
    if let Some(turn) = &d.state.floor().turn {
        d.push(outdated(turn, OutdatedBy::ConversationEnded));
    }
    settle_or_owe(d);
    d.push(Event::ConversationEnded { cause, by });
}
