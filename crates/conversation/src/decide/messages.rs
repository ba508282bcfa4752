//! Posting and retracting messages, and what each does to the floor.

use super::deciding::{Deciding, Outcome, already_at};
use super::turns::{Asked, outdated, start, start_next};
use crate::command::{Actor, PostMessage};
use crate::event::{Event, OutdatedBy};
use crate::floor::{self, Verdict};
use crate::hearing::utterance;
use crate::ids::MessageId;
use crate::limits::{self, MAX_MENTIONS, MAX_WAITING};
use crate::message::{Message, MessageAudience, Provenance};
use crate::participant::{Participant, Role};
use crate::permissions::Action;
use crate::refusal::{MessageRefusal, Refusal};
use crate::state::Turn;

pub(super) fn post(d: Deciding<'_>, actor: &Actor, message: &PostMessage) -> Outcome {
    let author = d.inside(actor)?;
    limits::client_id(message.client_id.as_deref())?;
    // A repeat is answered with what it led to, whatever has changed since.
    if let Some(seq) = message
        .client_id
        .as_deref()
        .and_then(|id| d.state.sent_before(author.id, id))
    {
        return already_at(seq.0);
    }
    d.permitted(actor, Action::PostMessage)?;
    limits::text(&message.text)?;
    if message.mentions.len() > MAX_MENTIONS {
        return Err(MessageRefusal::TooManyMentions.into());
    }
    match message.audience {
        MessageAudience::Everyone => say_to_everyone(d, author, message),
        MessageAudience::Staff | MessageAudience::StaffAndPersona => {
            d.permitted(actor, Action::Whisper)?;
            whisper(d, author, message)
        }
    }
}

/// The message that is replied to. What the author was never shown does not exist for them.
fn replied_to<'a>(
    d: &Deciding<'a>,
    author: &Participant,
    message: &PostMessage,
) -> Result<Option<&'a Message>, MessageRefusal> {
    let Some(id) = message.reply_to else {
        return Ok(None);
    };
    let replied_to = d
        .state
        .message(id)
        .filter(|replied_to| !replied_to.retracted)
        .ok_or(MessageRefusal::Unknown(id))?;
    let whispered = replied_to.audience != MessageAudience::Everyone;
    if id.0 < author.sees_from.0 || (whispered && !author.is_staff()) {
        return Err(MessageRefusal::Unknown(id));
    }
    if whispered && message.audience == MessageAudience::Everyone {
        return Err(MessageRefusal::ReplyToWhisper(id));
    }
    Ok(Some(replied_to))
}

fn say_to_everyone(mut d: Deciding<'_>, author: &Participant, message: &PostMessage) -> Outcome {
    let replied_to = replied_to(&d, author, message)?;
    let judgement = floor::judge(&utterance(d.state, d.about, author, message, replied_to));
    let plan = plan(&d, author, judgement.verdict);
    if plan == Plan::Wait && d.state.floor().waiting.len() >= MAX_WAITING {
        return Err(MessageRefusal::TooManyWaiting.into());
    }

    let provenance = provenance(&d, author, message)?;
    let id = MessageId(d.push(posted(author, message, provenance)).0);
    if is_other(author) && !d.state.floor().stepped_back {
        d.push(Event::SteppedBack {
            participant_id: author.id,
        });
    }
    let running = d.state.floor().turn.as_ref();
    if let (Some(turn), Some(by)) = (running, plan.outdates()) {
        d.push(outdated(turn, by));
    }
    let speaks = judgement.speaks();
    d.push(Event::FloorDecided {
        message_id: id,
        speaks,
        reason: judgement.reason,
        version: d.version(),
    });
    let courtesy = judgement.verdict == Verdict::Courtesy;
    match plan {
        Plan::Start | Plan::OutdateAndStart => {
            start(
                &mut d,
                Asked {
                    asker: author.id,
                    questions: vec![id],
                    courtesy,
                    whispered: false,
                },
            );
        }
        Plan::JoinTurn => {
            let mut questions = running
                .map(|turn| turn.questions.clone())
                .unwrap_or_default();
            questions.push(id);
            let courtesy = courtesy && running.is_none_or(|turn| turn.courtesy);
            start(
                &mut d,
                Asked {
                    asker: author.id,
                    questions,
                    courtesy,
                    whispered: false,
                },
            );
        }
        Plan::Nothing | Plan::Wait | Plan::Outdate(_) => {}
    }
    d.done()
}

/// What a message to everybody does to the persona's turn (design §4.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Plan {
    Nothing,
    Start,
    /// Nothing of the answer was shown yet: the asker's next message joins.
    JoinTurn,
    Wait,
    Outdate(OutdatedBy),
    OutdateAndStart,
}

impl Plan {
    fn outdates(self) -> Option<OutdatedBy> {
        match self {
            Self::Nothing | Self::Start | Self::Wait => None,
            Self::JoinTurn => Some(OutdatedBy::AskerAdded),
            Self::Outdate(by) => Some(by),
            Self::OutdateAndStart => Some(OutdatedBy::SomeoneElseSpoke),
        }
    }
}

fn plan(d: &Deciding<'_>, author: &Participant, verdict: Verdict) -> Plan {
    let speaks = matches!(verdict, Verdict::Speak | Verdict::Courtesy);
    match &d.state.floor().turn {
        None if speaks => Plan::Start,
        None => Plan::Nothing,
        Some(_) if verdict == Verdict::Stop => Plan::Outdate(OutdatedBy::ToldToStop),
        Some(turn) if turn.asker != author.id && speaks => Plan::OutdateAndStart,
        Some(turn) if turn.asker != author.id => Plan::Outdate(OutdatedBy::SomeoneElseSpoke),
        Some(turn) if speaks && can_join(turn) => Plan::JoinTurn,
        Some(_) if speaks => Plan::Wait,
        Some(_) => Plan::Nothing,
    }
}

fn can_join(turn: &Turn) -> bool {
    !turn.speaking && turn.on_whisper_of.is_none() && turn.questions.len() < MAX_WAITING
}

fn is_other(participant: &Participant) -> bool {
    participant.is_human() && participant.acts() && participant.role != Role::Visitor
}

fn provenance(
    d: &Deciding<'_>,
    author: &Participant,
    message: &PostMessage,
) -> Result<Provenance, Refusal> {
    let Some(turn_id) = message.from_draft else {
        return Ok(Provenance::Human);
    };
    let theirs = d
        .state
        .drafts()
        .iter()
        .any(|draft| draft.turn_id == turn_id && draft.owner == author.id);
    if !theirs {
        return Err(MessageRefusal::UnknownDraft(turn_id).into());
    }
    Ok(Provenance::AiEdited { by: author.id })
}

fn posted(author: &Participant, message: &PostMessage, provenance: Provenance) -> Event {
    Event::MessagePosted {
        author: Some(author.id),
        text: message.text.clone(),
        provenance,
        audience: message.audience,
        reply_to: message.reply_to,
        citations: Vec::new(),
        turn_id: message.from_draft,
        interrupted: false,
        confidence: None,
        notice: None,
        client_id: message.client_id.clone(),
    }
}

/// A note among staff. Marked for the persona, it makes it speak when the floor is free; it never takes the floor from others.
fn whisper(mut d: Deciding<'_>, author: &Participant, message: &PostMessage) -> Outcome {
    replied_to(&d, author, message)?;
    if message.from_draft.is_some() {
        return Err(MessageRefusal::DraftWhispered.into());
    }
    let to_persona = message.audience == MessageAudience::StaffAndPersona;
    let running = d.state.floor().turn.is_some();
    if to_persona && running && d.state.floor().waiting.len() >= MAX_WAITING {
        return Err(MessageRefusal::TooManyWaiting.into());
    }
    let id = MessageId(d.push(posted(author, message, Provenance::Human)).0);
    if to_persona && !running {
        start(
            &mut d,
            Asked {
                asker: author.id,
                questions: vec![id],
                courtesy: false,
                whispered: true,
            },
        );
    }
    d.done()
}

pub(super) fn retract(mut d: Deciding<'_>, actor: &Actor, message_id: MessageId) -> Outcome {
    let author = d.permitted(actor, Action::RetractOwnMessage)?;
    let message = d
        .state
        .message(message_id)
        .ok_or(MessageRefusal::Unknown(message_id))?;
    if message.author != Some(author.id) {
        let unseen = message.id.0 < author.sees_from.0;
        let whispered = message.audience != MessageAudience::Everyone && !author.is_staff();
        let refusal = if unseen || whispered {
            MessageRefusal::Unknown
        } else {
            MessageRefusal::NotYours
        };
        return Err(refusal(message_id).into());
    }
    if message.retracted {
        return already_at(message_id.0);
    }
    d.push(Event::MessageRetracted {
        message_id,
        by: author.id,
        audience: message.audience,
    });
    let turn = d
        .state
        .floor()
        .turn
        .as_ref()
        .filter(|turn| turn.questions.contains(&message_id));
    if let Some(turn) = turn {
        d.push(outdated(turn, OutdatedBy::QuestionRetracted));
        let questions: Vec<MessageId> = turn
            .questions
            .iter()
            .copied()
            .filter(|id| *id != message_id)
            .collect();
        if questions.is_empty() {
            start_next(&mut d, |waiting| waiting.message_id != message_id);
        } else {
            let whispered = turn.on_whisper_of.is_some();
            start(
                &mut d,
                Asked {
                    asker: turn.asker,
                    questions,
                    courtesy: turn.courtesy,
                    whispered,
                },
            );
        }
    }
    d.done()
}
