//! Persona turns: begun, shown, finished, outdated. A turn that is not the floor's own any more may show nothing.

use super::access::system_only;
use super::deciding::{Deciding, Outcome, already_at};
use super::handoffs::{lead_here, raise};
use crate::command::{Actor, TurnOutcome};
use crate::event::{Event, OutdatedBy};
use crate::handoff::{HandoffReason, HandoffState};
use crate::ids::{MessageId, ParticipantId, TurnId};
use crate::limits::{self, MAX_CITATIONS};
use crate::message::{Citation, MessageAudience, Notice, Provenance};
use crate::permissions::{Action, in_table};
use crate::refusal::{AccessRefusal, Refusal, TurnRefusal};
use crate::sentences;
use crate::state::{Turn, Waiting, waiting_batch};

fn current<'a>(d: &Deciding<'a>, turn_id: TurnId) -> Result<&'a Turn, Refusal> {
    match &d.state.floor().turn {
        Some(turn) if turn.id == turn_id => Ok(turn),
        _ => Err(TurnRefusal::Outdated(turn_id).into()),
    }
}

pub(super) fn outdated(turn: &Turn, by: OutdatedBy) -> Event {
    Event::TurnOutdated {
        turn_id: turn.id,
        by,
        kept_as_draft: false,
        whispered: turn.on_whisper_of.is_some(),
    }
}

fn finished(turn: &Turn) -> Event {
    Event::TurnFinished {
        turn_id: turn.id,
        whispered: turn.on_whisper_of.is_some(),
    }
}

pub(super) fn begin_speaking(mut d: Deciding<'_>, actor: &Actor, turn_id: TurnId) -> Outcome {
    system_only(actor)?;
    let turn = current(&d, turn_id)?;
    if turn.speaking {
        return already_at(turn_id.0);
    }
    d.push(Event::TurnSpeaking {
        turn_id,
        whispered: turn.on_whisper_of.is_some(),
    });
    d.done()
}

pub(super) fn finish(
    mut d: Deciding<'_>,
    actor: &Actor,
    turn_id: TurnId,
    outcome: &TurnOutcome,
) -> Outcome {
    system_only(actor)?;
    let turn = current(&d, turn_id)?;
    let threshold = d.about.settings.confidence_threshold;
    match outcome {
        TurnOutcome::Answered { confidence, .. }
            if turn.on_whisper_of.is_none() && *confidence < threshold =>
        {
            let reason = HandoffReason::LowConfidence {
                confidence: *confidence,
                threshold,
            };
            hand_off(&mut d, turn, reason);
        }
        TurnOutcome::Answered {
            text,
            citations,
            confidence,
        } => {
            limits::text(text)?;
            say(
                &mut d,
                turn,
                text.clone(),
                citations.iter().take(MAX_CITATIONS).cloned().collect(),
                Some(*confidence),
            );
            d.push(finished(turn));
        }
        TurnOutcome::Courtesy { text } => {
            limits::text(text)?;
            say(&mut d, turn, text.clone(), Vec::new(), None);
            d.push(finished(turn));
        }
        TurnOutcome::OnWhisper { text } => {
            if turn.on_whisper_of.is_none() {
                return Err(TurnRefusal::NotWhispered(turn_id).into());
            }
            limits::text(text)?;
            say(&mut d, turn, text.clone(), Vec::new(), None);
            d.push(finished(turn));
        }
        TurnOutcome::CannotAnswer { confidence } => {
            hand_off(&mut d, turn, cannot_answer(*confidence, threshold));
        }
        TurnOutcome::AskedForPerson => hand_off(&mut d, turn, HandoffReason::AskedForPerson),
        TurnOutcome::Topic { topic } => hand_off(
            &mut d,
            turn,
            HandoffReason::Topic {
                topic: topic.clone(),
            },
        ),
        TurnOutcome::Failed => fail(&mut d, turn),
    }
    start_next(&mut d, |_| true);
    d.done()
}

/// Whether nothing fitting was found, or something that is not sure enough. Below a third of what the persona asks for, what
/// was found has little to do with the question, and its figure would tell the owner nothing.
fn cannot_answer(confidence: u8, threshold: u8) -> HandoffReason {
    if confidence < threshold && u16::from(confidence) * 3 >= u16::from(threshold) {
        HandoffReason::LowConfidence {
            confidence,
            threshold,
        }
    } else {
        HandoffReason::CannotAnswer
    }
}

/// No answer will come: whoever asked is told. A whisper's failure is told to staff alone.
pub(super) fn fail(d: &mut Deciding<'_>, turn: &Turn) {
    d.push(outdated(turn, OutdatedBy::Failed));
    let text = sentences::turn_failed(&d.about.persona.name);
    if turn.on_whisper_of.is_some() {
        tell_staff(d, text);
    } else {
        d.announce(text, Notice::TurnFailed);
    }
}

fn tell_staff(d: &mut Deciding<'_>, text: String) {
    d.push(Event::MessagePosted {
        author: None,
        text,
        provenance: Provenance::System,
        audience: MessageAudience::Staff,
        reply_to: None,
        citations: Vec::new(),
        turn_id: None,
        interrupted: false,
        confidence: None,
        notice: None,
        client_id: None,
    });
}

/// The turn's words, as the persona's message.
fn say(
    d: &mut Deciding<'_>,
    turn: &Turn,
    text: String,
    citations: Vec<Citation>,
    confidence: Option<u8>,
) {
    let provenance = match turn.on_whisper_of {
        Some(by) => Provenance::AiOnWhisper { by },
        None => Provenance::Ai,
    };
    d.push(Event::MessagePosted {
        author: d.state.persona().map(|persona| persona.id),
        text,
        provenance,
        audience: MessageAudience::Everyone,
        // A reply to a whisper would tell of the whisper.
        reply_to: turn
            .questions
            .last()
            .copied()
            .filter(|_| turn.on_whisper_of.is_none()),
        citations,
        turn_id: Some(turn.id),
        interrupted: false,
        confidence: confidence.map(|percent| percent.min(100)),
        notice: None,
        client_id: None,
    });
}

/// The persona does not answer. It says whom it asks, and a handoff is raised; nobody has to be called when the one in
/// charge is here, and a whisper is never carried out of the room.
fn hand_off(d: &mut Deciding<'_>, turn: &Turn, reason: HandoffReason) {
    if turn.on_whisper_of.is_some() {
        d.push(finished(turn));
        let text = sentences::nothing_on_whisper(&d.about.persona.name);
        tell_staff(d, text);
        return;
    }
    let owner = &d.about.persona.owner.name;
    let lead = lead_here(d);
    let text = match (lead, d.state.open_handoff().map(|handoff| &handoff.state)) {
        (Some(lead), _) => sentences::leaves_it_to(&lead.name),
        (None, Some(HandoffState::FollowUp { .. })) => sentences::adds_to_follow_up(owner),
        (None, Some(_)) => sentences::adds_to_handoff(owner),
        (None, None) => match reason {
            HandoffReason::CannotAnswer | HandoffReason::LowConfidence { .. } => {
                sentences::asks_owner_cannot_answer(owner)
            }
            HandoffReason::AskedForPerson => sentences::asks_owner_to_come(owner),
            HandoffReason::Topic { .. } => sentences::asks_owner_about_topic(owner),
        },
    };
    say(d, turn, text, Vec::new(), None);
    d.push(finished(turn));
    if let (None, Some(question)) = (lead, turn.questions.last()) {
        raise(d, reason, *question);
    }
}

/// What a turn is begun for.
pub(super) struct Asked {
    pub asker: ParticipantId,
    pub questions: Vec<MessageId>,
    pub courtesy: bool,
    pub whispered: bool,
}

pub(super) fn start(d: &mut Deciding<'_>, asked: Asked) {
    let Asked {
        asker,
        questions,
        courtesy,
        whispered,
    } = asked;
    let on_whisper_of = whispered.then_some(asker);
    d.push(Event::TurnStarted {
        floor_version: d.version(),
        asker,
        questions,
        courtesy,
        on_whisper_of,
    });
}

/// The floor is free: what waits longest is answered next.
pub(super) fn start_next(d: &mut Deciding<'_>, still_wanted: impl Fn(&Waiting) -> bool) {
    let batch = waiting_batch(
        d.state
            .floor()
            .waiting
            .iter()
            .filter(|waiting| still_wanted(waiting)),
    );
    let Some(first) = batch.first() else { return };
    let asked = Asked {
        asker: first.asker,
        questions: batch.iter().map(|waiting| waiting.message_id).collect(),
        courtesy: batch.iter().all(|waiting| waiting.courtesy),
        whispered: first.whispered,
    };
    start(d, asked);
}

/// The button: whatever the persona is about to say is dropped.
pub(super) fn stop(mut d: Deciding<'_>, actor: &Actor) -> Outcome {
    let participant = d.inside(actor)?;
    if !in_table(
        participant.role,
        participant.presence_mode,
        Action::StopPersona,
    ) {
        return Err(AccessRefusal::NotAllowed(Action::StopPersona).into());
    }
    // Silent already, or ended: the button did what it promises.
    let Some(turn) = &d.state.floor().turn else {
        return d.already();
    };
    d.push(outdated(turn, OutdatedBy::ToldToStop));
    d.done()
}

pub(super) fn keep_draft(
    mut d: Deciding<'_>,
    actor: &Actor,
    turn_id: TurnId,
    text: &str,
    citations: &[Citation],
) -> Outcome {
    system_only(actor)?;
    if d.state
        .drafts()
        .iter()
        .any(|draft| draft.turn_id == turn_id)
    {
        return already_at(turn_id.0);
    }
    d.still_open()?;
    let due = d
        .state
        .floor()
        .drafts_due
        .iter()
        .find(|(due, _)| *due == turn_id);
    let (_, owner) = *due.ok_or(TurnRefusal::NoDraftDue(turn_id))?;
    limits::text(text)?;
    let citations = citations.iter().take(MAX_CITATIONS).cloned().collect();
    d.push(Event::DraftKept {
        turn_id,
        owner,
        text: text.to_owned(),
        citations,
    });
    d.done()
}
