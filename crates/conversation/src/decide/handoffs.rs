//! Calling a person in. A handoff is one lease over all channels: the first claim wins, and none is ever silently dropped.

use super::access::{governs, system_only};
use super::deciding::{Deciding, Outcome, already_at};
use crate::command::Actor;
use crate::event::{Event, UserRef};
use crate::handoff::{Handoff, HandoffReason, HandoffResolution, HandoffState};
use crate::ids::{HandoffId, MessageId, ParticipantId, UserId};
use crate::limits::{self, MAX_HANDOFF_QUESTIONS};
use crate::message::Notice;
use crate::participant::{Participant, Role};
use crate::permissions::Action;
use crate::refusal::{AccessRefusal, HandoffRefusal, Refusal};
use crate::sentences::{self, Owed};
use crate::settings::HANDOFF_STEP_MS;

/// The one in charge who is connected: then nobody has to be called.
pub(super) fn lead_here<'a>(d: &Deciding<'a>) -> Option<&'a Participant> {
    d.state
        .present_others()
        .find(|other| other.leads() && other.is_here())
}

/// Raises a handoff, or adds the question to the one that is open.
pub(super) fn raise(d: &mut Deciding<'_>, reason: HandoffReason, question: MessageId) {
    if let Some(open) = d.state.open_handoff() {
        if open.questions.len() < MAX_HANDOFF_QUESTIONS && !open.questions.contains(&question) {
            d.push(Event::HandoffQuestionAdded {
                handoff_id: open.id,
                question,
            });
        }
        return;
    }
    let step_ends_at = d.now.plus_ms(HANDOFF_STEP_MS);
    d.push(Event::HandoffRaised {
        reason,
        question,
        chain: chain(d),
        step_ends_at,
    });
}

/// The owner, then the backups, each once.
fn chain(d: &Deciding<'_>) -> Vec<UserRef> {
    let persona = &d.about.persona;
    let mut chain: Vec<UserRef> = vec![persona.owner.clone()];
    for backup in &persona.backups {
        if chain.iter().all(|asked| asked.user_id != backup.user_id) {
            chain.push(backup.clone());
        }
    }
    chain
}

/// The next in the chain is asked; at its end an answer is owed.
pub(super) fn pass_on(d: &mut Deciding<'_>, handoff: &Handoff) {
    match handoff.chain.get(handoff.step + 1) {
        Some(next) => {
            let to = UserRef {
                user_id: next.user_id,
                name: next.name.clone(),
            };
            let step_ends_at = d.now.plus_ms(HANDOFF_STEP_MS);
            d.push(Event::HandoffPassedOn {
                handoff_id: handoff.id,
                to,
                step_ends_at,
            });
        }
        None => owe(d, handoff, Owed::NobodyCame),
    }
}

/// The persona's owner owes an answer, and the visitor is asked where to send it.
fn owe(d: &mut Deciding<'_>, handoff: &Handoff, owed: Owed) {
    let owed_by = d.about.persona.owner.clone();
    let text = sentences::follow_up_owed(&owed_by.name, handoff.email.is_some(), owed);
    d.push(Event::HandoffExpired {
        handoff_id: handoff.id,
        owed_by,
    });
    d.announce(
        text,
        Notice::HandoffExpired {
            handoff_id: handoff.id,
        },
    );
}

/// Whoever took the handoff is gone or does not come. Having spoken to everybody they have answered it; otherwise the
/// next is asked at once.
pub(super) fn taker_gone(d: &mut Deciding<'_>, participant_id: ParticipantId) {
    let Some(handoff) = d.state.open_handoff() else {
        return;
    };
    if handoff.taken_by == Some(participant_id) {
        release(d, handoff);
    }
}

pub(super) fn release(d: &mut Deciding<'_>, handoff: &Handoff) {
    let HandoffState::Taken { by } = handoff.state else {
        return;
    };
    if handoff.taker_spoke {
        d.push(Event::HandoffResolved {
            handoff_id: handoff.id,
            how: HandoffResolution::AnsweredLive,
            by: Some(by),
        });
    } else {
        d.push(Event::HandoffReleased {
            handoff_id: handoff.id,
            user_id: by,
            step_ends_at: d.now,
        });
        pass_on(d, handoff);
    }
}

/// At the conversation's end: answered by whoever spoke, or owed.
pub(super) fn settle_or_owe(d: &mut Deciding<'_>) {
    let Some(handoff) = d.state.open_handoff() else {
        return;
    };
    match handoff.state {
        HandoffState::FollowUp { .. } | HandoffState::Resolved { .. } => {}
        HandoffState::Taken { by } if handoff.taker_spoke => {
            d.push(Event::HandoffResolved {
                handoff_id: handoff.id,
                how: HandoffResolution::AnsweredLive,
                by: Some(by),
            });
        }
        HandoffState::Raised | HandoffState::Notified | HandoffState::Taken { .. } => {
            owe(d, handoff, Owed::ConversationEnded)
        }
    }
}

/// Settled already, and in this very way: a repeat.
fn settled_so(d: &Deciding<'_>, handoff_id: HandoffId, how: &HandoffResolution) -> bool {
    d.state.handoff(handoff_id).is_some_and(
        |handoff| matches!(&handoff.state, HandoffState::Resolved { how: was } if was == how),
    )
}

fn unsettled<'a>(d: &Deciding<'a>, handoff_id: HandoffId) -> Result<&'a Handoff, Refusal> {
    let handoff = d
        .state
        .handoff(handoff_id)
        .ok_or(HandoffRefusal::Unknown(handoff_id))?;
    if handoff.is_open() {
        Ok(handoff)
    } else {
        Err(HandoffRefusal::Settled(handoff_id).into())
    }
}

/// A user who may act on this handoff: inside by the table, outside the owner, an admin, or one who is asked.
fn handler(
    d: &Deciding<'_>,
    actor: &Actor,
    handoff: &Handoff,
    action: Action,
) -> Result<UserId, Refusal> {
    match actor {
        Actor::Staff {
            user_id,
            is_owner,
            is_admin,
            ..
        } if *is_owner || *is_admin || handoff.asks(*user_id) => Ok(*user_id),
        Actor::Staff { .. } | Actor::Outsider(_) | Actor::System => {
            Err(AccessRefusal::WrongActor.into())
        }
        Actor::Participant(_) => d
            .permitted(actor, action)?
            .user_id()
            .ok_or_else(|| AccessRefusal::NotAllowed(action).into()),
    }
}

pub(super) fn mark_notified(
    mut d: Deciding<'_>,
    actor: &Actor,
    handoff_id: HandoffId,
    user_id: UserId,
) -> Outcome {
    system_only(actor)?;
    let handoff = unsettled(&d, handoff_id)?;
    match handoff
        .chain
        .iter()
        .find(|notified| notified.user_id == user_id)
    {
        None => return Err(HandoffRefusal::Unknown(handoff_id).into()),
        Some(notified) if notified.told_at.is_some() => return already_at(handoff_id.0),
        Some(_) => {}
    }
    d.push(Event::HandoffNotified {
        handoff_id,
        user_id,
    });
    d.done()
}

pub(super) fn open(mut d: Deciding<'_>, actor: &Actor, handoff_id: HandoffId) -> Outcome {
    let handoff = unsettled(&d, handoff_id)?;
    let user_id = handler(&d, actor, handoff, Action::SeeHandoffBrief)?;
    match handoff
        .chain
        .iter()
        .find(|notified| notified.user_id == user_id)
    {
        Some(notified) if notified.opened_at.is_none() => {}
        // Others may look without telling the visitor that somebody was reached.
        _ => return already_at(handoff_id.0),
    }
    d.push(Event::HandoffOpened {
        handoff_id,
        user_id,
    });
    d.done()
}

pub(super) fn take(mut d: Deciding<'_>, actor: &Actor, handoff_id: HandoffId) -> Outcome {
    let handoff = unsettled(&d, handoff_id)?;
    // A claim is a promise to come. Nobody can come any more, and no timer would end it.
    if !d.state.is_open() {
        return Err(HandoffRefusal::InWriting(handoff_id).into());
    }
    if let HandoffState::Taken { by } = handoff.state {
        let user_id = match actor {
            Actor::Participant(_) => d.inside(actor)?.user_id(),
            Actor::Staff { user_id, .. } => Some(*user_id),
            Actor::Outsider(_) | Actor::System => None,
        };
        if user_id == Some(by) {
            return already_at(handoff_id.0);
        }
        return Err(HandoffRefusal::TakenBy {
            handoff_id,
            by: name_of_user(&d, handoff, by),
        }
        .into());
    }
    let user_id = handler(&d, actor, handoff, Action::TakeHandoff)?;
    d.push(Event::HandoffTaken {
        handoff_id,
        user_id,
        lease_ends_at: d.now.plus_ms(HANDOFF_STEP_MS),
    });
    d.done()
}

fn name_of_user(d: &Deciding<'_>, handoff: &Handoff, user_id: UserId) -> String {
    let asked = handoff
        .chain
        .iter()
        .find(|notified| notified.user_id == user_id)
        .map(|notified| &notified.name);
    let inside = || {
        d.state
            .inside()
            .find(|participant| participant.user_id() == Some(user_id))
            .map(|one| &one.name)
    };
    asked
        .or_else(inside)
        .cloned()
        .unwrap_or_else(|| "Somebody else".to_owned())
}

pub(super) fn cancel(mut d: Deciding<'_>, actor: &Actor, handoff_id: HandoffId) -> Outcome {
    let participant = d.inside(actor)?;
    let is_visitor = participant.role == Role::Visitor;
    if is_visitor && settled_so(&d, handoff_id, &HandoffResolution::CancelledByVisitor) {
        return already_at(handoff_id.0);
    }
    unsettled(&d, handoff_id)?;
    d.permitted(actor, Action::CancelHandoff)?;
    d.push(Event::HandoffResolved {
        handoff_id,
        how: HandoffResolution::CancelledByVisitor,
        by: None,
    });
    d.done()
}

pub(super) fn give_email(
    mut d: Deciding<'_>,
    actor: &Actor,
    handoff_id: HandoffId,
    email: &str,
) -> Outcome {
    d.inside(actor)?;
    let handoff = unsettled(&d, handoff_id)?;
    if !matches!(handoff.state, HandoffState::FollowUp { .. }) {
        return Err(HandoffRefusal::NotOwed(handoff_id).into());
    }
    d.permitted(actor, Action::GiveFollowUpEmail)?;
    let email = limits::email(email)?;
    if handoff.email.as_ref() == Some(&email) {
        return already_at(handoff_id.0);
    }
    d.push(Event::FollowUpEmailGiven { handoff_id, email });
    d.done()
}

/// An answer in writing, for the visitor's address and their return. Nobody has to have taken the handoff before.
pub(super) fn answer(
    mut d: Deciding<'_>,
    actor: &Actor,
    handoff_id: HandoffId,
    answer: &str,
    keep: bool,
) -> Outcome {
    let how = HandoffResolution::FollowUpAnswered {
        answer: answer.to_owned(),
    };
    if is_staff(&d, actor) && settled_so(&d, handoff_id, &how) {
        return already_at(handoff_id.0);
    }
    let handoff = unsettled(&d, handoff_id)?;
    let user_id = handler(&d, actor, handoff, Action::AnswerFollowUp)?;
    limits::text(answer)?;
    d.push(Event::HandoffResolved {
        handoff_id,
        how,
        by: Some(user_id),
    });
    let question = handoff
        .questions
        .iter()
        .rev()
        .find_map(|id| d.state.said(*id));
    if let (true, Some(question)) = (keep && keeps_knowledge(&d, actor), question) {
        let question = question.text.clone();
        d.push(Event::KnowledgeKept {
            question,
            answer: answer.to_owned(),
            by: user_id,
        });
    }
    d.done()
}

pub(super) fn resolve(
    mut d: Deciding<'_>,
    actor: &Actor,
    handoff_id: HandoffId,
    dismiss: Option<&str>,
) -> Outcome {
    let how = match dismiss {
        Some(why) => HandoffResolution::Dismissed {
            why: limits::note(why)?,
        },
        None => HandoffResolution::AnsweredLive,
    };
    if is_staff(&d, actor) && settled_so(&d, handoff_id, &how) {
        return already_at(handoff_id.0);
    }
    let handoff = unsettled(&d, handoff_id)?;
    let user_id = handler(&d, actor, handoff, Action::ResolveHandoff)?;
    // “Answered” has to be true: somebody took it.
    if how == HandoffResolution::AnsweredLive
        && !matches!(handoff.state, HandoffState::Taken { .. })
    {
        return Err(HandoffRefusal::NotTaken(handoff_id).into());
    }
    d.push(Event::HandoffResolved {
        handoff_id,
        how,
        by: Some(user_id),
    });
    d.done()
}

/// Works for the workspace, inside or in the dashboard: may know how a handoff was settled.
fn is_staff(d: &Deciding<'_>, actor: &Actor) -> bool {
    match actor {
        Actor::Staff { .. } => true,
        Actor::Participant(_) => d.inside(actor).is_ok_and(Participant::is_staff),
        Actor::Outsider(_) | Actor::System => false,
    }
}

fn keeps_knowledge(d: &Deciding<'_>, actor: &Actor) -> bool {
    governs(actor) || d.permitted(actor, Action::KeepAsKnowledge).is_ok()
}

pub(super) fn keep_knowledge(
    mut d: Deciding<'_>,
    actor: &Actor,
    question: &str,
    answer: &str,
) -> Outcome {
    let by = match actor {
        Actor::Staff { user_id, .. } if governs(actor) => Some(*user_id),
        _ => d.permitted(actor, Action::KeepAsKnowledge)?.user_id(),
    };
    let by = by.ok_or(AccessRefusal::NotAllowed(Action::KeepAsKnowledge))?;
    limits::text(question)?;
    limits::text(answer)?;
    d.push(Event::KnowledgeKept {
        question: question.trim().to_owned(),
        answer: answer.trim().to_owned(),
        by,
    });
    d.done()
}
