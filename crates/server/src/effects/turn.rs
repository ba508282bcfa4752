//! Makes the persona's answer to a turn: asks what it knows, shows the words as they come, and reports what came of it.
//! Whether any of it may still be shown is the core's to say, at every step.

mod asked;
mod remarks;
mod showing;
mod topic;
mod writing;

use super::worker::Outcome;
use crate::app::App;
use crate::knowledge::{citation, percent};
use crate::problem::Problem;
use crate::rooms::NotDone;
use asked::{Asked, TURNS_BEFORE, said};
use remarks::EARLIER_MESSAGE;
use showing::Showing;
use topic::topic_in;
use trialogue_conversation::Signal;
use trialogue_conversation::command::{Actor, Command, TurnOutcome};
use trialogue_conversation::ids::{ConversationId, TurnId};
use trialogue_conversation::message::Citation;
use trialogue_persona::{Answer, HandoffReason, Outcome as Answered, Question};
use trialogue_storage::LeasedEffect;
use writing::{Written, write};

pub(super) async fn run(
    app: &App,
    effect: &LeasedEffect,
    conversation_id: ConversationId,
    turn_id: TurnId,
) -> Result<Outcome, Problem> {
    let now = app.now();
    let Some(mut asked) = app
        .rooms
        .ask(conversation_id, move |state| Asked::of(state, turn_id, now))
        .await?
    else {
        return Ok(Outcome::Done);
    };
    app.rooms
        .signal(conversation_id, Signal::TurnThinking { turn_id })
        .await;
    if let Some(earlier) = asked.continues {
        // The visitor goes on with an earlier conversation: what was said there is part of the question's context.
        let (mut before, mut told) = app
            .rooms
            .ask(earlier, move |state| {
                (
                    said(state, |_| true, TURNS_BEFORE),
                    remarks::told(state, now, EARLIER_MESSAGE),
                )
            })
            .await?;
        before.append(&mut asked.turns);
        asked.turns = before;
        if asked.knows_earlier_remarks {
            told.append(&mut asked.remarks);
            asked.remarks = told;
        }
    }
    let mut showing = Showing::new(app, conversation_id, turn_id);
    let made = made(&mut showing, effect, asked)
        .await
        .unwrap_or_else(|problem| {
            tracing::error!(conversation = %conversation_id, %turn_id, detail = %problem.detail, "no answer could be made");
            Made::Outcome(TurnOutcome::Failed)
        });
    for command in commands(&mut showing, made).await {
        match app
            .rooms
            .command_finishing(conversation_id, Actor::System, command, Some(effect.lease))
            .await?
        {
            Ok(_) => return Ok(Outcome::Recorded),
            // Outdated, or no draft of it is due.
            Err(NotDone::Refused(_)) => {}
            Err(not_done) => return Err(not_done.into()),
        }
    }
    Ok(Outcome::Done)
}

/// What came of making an answer.
enum Made {
    Outcome(TurnOutcome),
    /// The turn was outdated; this is the owner's, if their arrival did it.
    Draft(String, Vec<Citation>),
    /// The turn was outdated, and there is nothing to keep.
    Nothing,
}

/// What to record: the first of these that the core takes. A turn that was outdated before it was finished is the owner's draft, if
/// their arrival did it. Finished words are shown first.
async fn commands(showing: &mut Showing<'_>, made: Made) -> Vec<Command> {
    let turn_id = showing.turn_id;
    let keep = |(text, citations)| Command::KeepDraft {
        turn_id,
        text,
        citations,
    };
    match made {
        Made::Outcome(outcome) => {
            let words = words(&outcome);
            if let Some((text, _)) = &words {
                showing.show(text).await;
            }
            std::iter::once(Command::FinishTurn { turn_id, outcome })
                .chain(words.map(keep))
                .collect()
        }
        Made::Draft(text, citations) => vec![keep((text, citations))],
        Made::Nothing => Vec::new(),
    }
}

/// The words of an outcome that has any.
fn words(outcome: &TurnOutcome) -> Option<(String, Vec<Citation>)> {
    match outcome {
        TurnOutcome::Answered {
            text, citations, ..
        } => Some((text.clone(), citations.clone())),
        TurnOutcome::Courtesy { text } | TurnOutcome::OnWhisper { text } => {
            Some((text.clone(), Vec::new()))
        }
        TurnOutcome::CannotAnswer { .. }
        | TurnOutcome::AskedForPerson
        | TurnOutcome::Topic { .. }
        | TurnOutcome::Failed => None,
    }
}

async fn made(
    showing: &mut Showing<'_>,
    effect: &LeasedEffect,
    asked: Asked,
) -> Result<Made, Problem> {
    let app = showing.app;
    if let Some(text) = asked.whisper {
        // What a person whispers is said in the words it was told, whoever answers otherwise.
        return Ok(Made::Outcome(TurnOutcome::OnWhisper { text }));
    }
    if let Some(topic) = topic_in(
        asked.turns.last().map_or("", |turn| &turn.text),
        &asked.topics,
    ) {
        return Ok(Made::Outcome(TurnOutcome::Topic { topic }));
    }
    let request = app
        .knowledge
        .request(
            app,
            effect.workspace_id,
            asked.persona_id,
            Question {
                turns: asked.turns,
                remarks: asked.remarks,
            },
            asked.settings,
        )
        .await?;
    match write(showing, request.clone()).await? {
        Written::Answer(answer) => Ok(Made::Outcome(outcome_of(answer, asked.courtesy))),
        Written::Outdated { so_far } if !so_far.is_empty() => Ok(Made::Draft(so_far, Vec::new())),
        // The model had not begun: the owner who came gets what the sources say.
        Written::Outdated { .. } => {
            let answer = app.knowledge.answer_without_model(request).await;
            Ok(match outcome_of(answer, asked.courtesy) {
                TurnOutcome::Answered {
                    text, citations, ..
                } => Made::Draft(text, citations),
                _ => Made::Nothing,
            })
        }
    }
}

fn outcome_of(answer: Answer, courtesy: bool) -> TurnOutcome {
    match answer.outcome {
        Answered::Courtesy => TurnOutcome::Courtesy { text: answer.text },
        // An acknowledgement never calls anybody.
        Answered::Handoff(_) if courtesy => TurnOutcome::Courtesy {
            text: "You're welcome.".into(),
        },
        Answered::Answered => TurnOutcome::Answered {
            confidence: percent(answer.confidence),
            citations: answer.citations.into_iter().map(citation).collect(),
            text: answer.text,
        },
        Answered::Handoff(HandoffReason::AskedForPerson) => TurnOutcome::AskedForPerson,
        Answered::Handoff(
            HandoffReason::NoSources
            | HandoffReason::NotConfident
            | HandoffReason::NotEnoughInPassages,
        ) => TurnOutcome::CannotAnswer {
            confidence: percent(answer.confidence),
        },
    }
}
