//! Makes the persona's answer to a turn: asks what it knows, shows the words as they come, and reports what came of it.
//! Whether any of it may still be shown is the core's to say, at every step.

use super::worker::Outcome;
use crate::app::App;
use crate::knowledge::{citation, percent};
use crate::problem::Problem;
use crate::rooms::NotDone;
use tokio::sync::watch;
use trialogue_conversation::command::{Actor, Command, TurnOutcome};
use trialogue_conversation::ids::{ConversationId, PersonaId, TurnId};
use trialogue_conversation::message::{Citation, MessageAudience};
use trialogue_conversation::participant::Role;
use trialogue_conversation::{Signal, State};
use trialogue_persona::{Answer, HandoffReason, Outcome as Answered, Question, Settings, Turn};
use trialogue_storage::LeasedEffect;

/// Earlier turns that a question is understood with.
const TURNS_BEFORE: usize = 12;

/// What a turn is to answer.
struct Asked {
    persona_id: PersonaId,
    courtesy: bool,
    whisper: Option<String>,
    /// What was said, oldest first; the question last.
    turns: Vec<Turn>,
    settings: Settings,
    topics: Vec<String>,
    continues: Option<ConversationId>,
}

impl Asked {
    /// None when the turn is outdated already.
    fn of(state: &State, turn_id: TurnId) -> Option<Self> {
        let about = state.about()?;
        let turn = state
            .floor()
            .turn
            .as_ref()
            .filter(|turn| turn.id == turn_id)?;
        let question: Vec<String> = turn
            .questions
            .iter()
            .filter_map(|id| state.message(*id))
            .map(|message| message.text.clone())
            .collect();
        let mut turns = said(state, |id| !turn.questions.contains(&id), TURNS_BEFORE);
        turns.push(Turn {
            role: trialogue_persona::Role::Visitor,
            text: question.join("\n"),
        });
        Some(Self {
            persona_id: about.persona.persona_id,
            courtesy: turn.courtesy,
            whisper: turn.on_whisper_of.map(|_| question.join("\n")),
            turns,
            settings: Settings {
                persona_name: about.persona.name.clone(),
                owner_name: about.persona.owner.name.clone(),
                // A model's instructions are read with the model.
                instructions: String::new(),
                threshold: f32::from(about.settings.confidence_threshold) / 100.0,
            },
            topics: about.settings.handoff_topics.clone(),
            continues: about.continues,
        })
    }
}

/// The newest things said to everybody, oldest first.
fn said(
    state: &State,
    wanted: impl Fn(trialogue_conversation::ids::MessageId) -> bool,
    at_most: usize,
) -> Vec<Turn> {
    let heard = state.messages().rev().filter(|message| {
        message.audience == MessageAudience::Everyone && !message.retracted && wanted(message.id)
    });
    let mut turns: Vec<Turn> = heard
        .filter_map(|message| {
            let author = state.participant(message.author?)?;
            let role = match author.role {
                Role::Visitor => trialogue_persona::Role::Visitor,
                Role::Persona => trialogue_persona::Role::Persona,
                _ => trialogue_persona::Role::Person,
            };
            Some(Turn {
                role,
                text: message.text.clone(),
            })
        })
        .take(at_most)
        .collect();
    turns.reverse();
    turns
}

pub(super) async fn run(
    app: &App,
    effect: &LeasedEffect,
    conversation_id: ConversationId,
    turn_id: TurnId,
) -> Result<Outcome, Problem> {
    let Some(mut asked) = app
        .rooms
        .ask(conversation_id, move |state| Asked::of(state, turn_id))
        .await?
    else {
        return Ok(Outcome::Done);
    };
    app.rooms
        .signal(conversation_id, Signal::TurnThinking { turn_id })
        .await;
    if let Some(earlier) = asked.continues {
        // The visitor goes on with an earlier conversation: what was said there is part of the question's context.
        let mut before = app
            .rooms
            .ask(earlier, |state| said(state, |_| true, TURNS_BEFORE))
            .await?;
        before.append(&mut asked.turns);
        asked.turns = before;
    }
    let mut showing = Showing {
        app,
        conversation_id,
        turn_id,
        outdated: false,
        begun: false,
    };
    let outcome = match made(&mut showing, effect, asked).await {
        Ok(outcome) => outcome,
        Err(problem) => {
            tracing::error!(conversation = %conversation_id, %turn_id, detail = %problem.detail, "no answer could be made");
            TurnOutcome::Failed
        }
    };
    let words = words(&outcome);
    if let Some((text, _)) = &words {
        showing.show(text).await;
    }
    let finish = match words {
        // Outdated while it was made: nobody sees it, or the owner alone.
        Some((text, citations)) if showing.outdated => Command::KeepDraft {
            turn_id,
            text,
            citations,
        },
        _ => Command::FinishTurn { turn_id, outcome },
    };
    match app
        .rooms
        .command_finishing(conversation_id, Actor::System, finish, Some(effect.lease))
        .await?
    {
        Ok(_) => Ok(Outcome::Recorded),
        // The turn is outdated, and with it the effect is done.
        Err(NotDone::Refused(_)) => Ok(Outcome::Done),
        Err(not_done) => Err(not_done.into()),
    }
}

/// Shows a turn's words as they come, as long as the core lets it.
struct Showing<'a> {
    app: &'a App,
    conversation_id: ConversationId,
    turn_id: TurnId,
    begun: bool,
    outdated: bool,
}

impl Showing<'_> {
    /// The whole text so far. The first words are asked for; whether the later ones are shown is asked at each delivery.
    async fn show(&mut self, text: &str) {
        if self.outdated || text.is_empty() {
            return;
        }
        if !self.begun {
            let begin = Command::BeginSpeaking {
                turn_id: self.turn_id,
            };
            match self
                .app
                .rooms
                .command(self.conversation_id, Actor::System, begin)
                .await
            {
                Ok(_) => self.begun = true,
                Err(_) => {
                    self.outdated = true;
                    return;
                }
            }
        }
        let signal = Signal::TurnText {
            turn_id: self.turn_id,
            text: text.to_owned(),
        };
        self.app.rooms.signal(self.conversation_id, signal).await;
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
) -> Result<TurnOutcome, Problem> {
    let app = showing.app;
    if let Some(text) = asked.whisper {
        // The built-in answerer says what it is told, in the words it is told.
        return Ok(TurnOutcome::OnWhisper { text });
    }
    if let Some(topic) = topic_in(
        asked.turns.last().map_or("", |turn| &turn.text),
        &asked.topics,
    ) {
        return Ok(TurnOutcome::Topic { topic });
    }
    let index = app
        .knowledge
        .index(app, effect.workspace_id, asked.persona_id)
        .await?;
    let (so_far, mut growing) = watch::channel(String::new());
    let mut on_text = |piece: &str| so_far.send_modify(|text| text.push_str(piece));
    let question = Question { turns: asked.turns };
    let answer = {
        let answering = app
            .knowledge
            .answer(index, question, asked.settings, &mut on_text);
        tokio::pin!(answering);
        loop {
            tokio::select! {
                answer = &mut answering => break answer,
                Ok(()) = growing.changed() => {
                    let text = growing.borrow_and_update().clone();
                    showing.show(&text).await;
                }
            }
        }
    };
    Ok(outcome_of(answer, asked.courtesy))
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

/// The first of the owner's topics that the question names, word for word and whatever the case.
fn topic_in(question: &str, topics: &[String]) -> Option<String> {
    let words = |text: &str| -> Vec<String> {
        text.split(|character: char| !character.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .map(str::to_lowercase)
            .collect()
    };
    let question = words(question);
    let named = |topic: &&String| {
        let topic = words(topic);
        !topic.is_empty() && question.windows(topic.len()).any(|window| window == topic)
    };
    topics.iter().find(named).cloned()
}

#[cfg(test)]
mod tests {
    use super::topic_in;

    #[test]
    fn a_topic_is_named_by_whole_words_only() {
        let topics = ["legal advice".to_owned(), "rent".to_owned()];
        assert_eq!(
            topic_in("Could you give me Legal  advice?", &topics).as_deref(),
            Some("legal advice")
        );
        assert_eq!(topic_in("What is the current price?", &topics), None);
        assert_eq!(
            topic_in("The RENT, please", &topics).as_deref(),
            Some("rent")
        );
    }
}
