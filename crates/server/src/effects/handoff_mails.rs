//! What a handoff, a knock without hosts, and a kept answer cause outside of the log.

use super::send_mail::tell;
use super::worker::Outcome;
use crate::api::OwnerLinkSubject;
use crate::app::App;
use crate::mails::{Tells, link, mail_writes};
use crate::problem::Problem;
use crate::sign_in::tokens::{hash_token, new_token};
use trialogue_conversation::handoff::{HandoffReason, HandoffResolution, HandoffState};
use trialogue_conversation::ids::{
    ConversationId, HandoffId, JoinRequestId, ParticipantId, UserId,
};
use trialogue_conversation::joining::HistoryGrant;
use trialogue_conversation::message::{Message, MessageAudience, Provenance};
use trialogue_conversation::participant::Identity;
use trialogue_conversation::{Effect, State, Viewer, view};
use trialogue_notify::{
    Brief, EmailAddress, Entry, FollowUp, Handoff, HandoffClosed, HandoffOutcome, KnockWaiting,
    Knocker, Mail, SaidBy, Turn,
};
use trialogue_storage::{LeasedEffect, NewToken, Question, QuestionId, TokenKind, User, Write};
use uuid::Uuid;

/// The last turns shown in a handoff's mail.
const TURNS_SHOWN: usize = 6;
/// How long an owner's link is good; the owner can always sign in and knock without it.
const OWNER_LINK_MS: i64 = 7 * 24 * 60 * 60 * 1_000;

pub(super) async fn perform(
    app: &App,
    leased: &LeasedEffect,
    conversation_id: ConversationId,
    effect: Effect,
) -> Result<Outcome, Problem> {
    let asked = effect.clone();
    if !app
        .rooms
        .ask(conversation_id, move |state| asked.is_wanted(state))
        .await?
    {
        return Ok(Outcome::Done);
    }
    match effect {
        Effect::MailHandoff {
            handoff_id,
            user_id,
            with_link,
            ..
        } => {
            mail_handoff(
                app,
                leased,
                Tells {
                    conversation_id,
                    handoff_id,
                    user_id,
                },
                with_link,
            )
            .await
        }
        Effect::MailHandoffWithdrawn {
            handoff_id,
            user_id,
            ..
        } => {
            let tells = Tells {
                conversation_id,
                handoff_id,
                user_id,
            };
            mail_withdrawn(app, leased, tells).await
        }
        Effect::MailFollowUpOwed {
            handoff_id,
            user_id,
        } => super::follow_up_owed::mail(app, leased, conversation_id, handoff_id, user_id).await,
        Effect::MailFollowUp {
            handoff_id,
            email,
            answer,
            by,
        } => {
            let written = Written { answer, by };
            mail_follow_up(app, leased, conversation_id, handoff_id, &email, written).await
        }
        Effect::NotifyKnockWaiting { request_id } => {
            mail_knock_waiting(app, leased, conversation_id, request_id).await
        }
        Effect::KeepKnowledge {
            question, answer, ..
        } => keep_knowledge(app, leased, conversation_id, question, answer).await,
        Effect::RunTurn { .. } | Effect::MailGuestInvitation { .. } | Effect::SyncMedia { .. } => {
            Ok(Outcome::GiveUp {
                error: "this effect belongs to another worker".into(),
            })
        }
    }
}

/// A user who can still be written to.
pub(super) async fn reachable(
    app: &App,
    leased: &LeasedEffect,
    user_id: UserId,
) -> Result<Option<User>, Problem> {
    Ok(app
        .store
        .user(leased.workspace_id, user_id)
        .await?
        .filter(|user| !user.disabled))
}

/// Writes a mail and completes the effect.
pub(super) async fn mail_and_complete(
    app: &App,
    leased: &LeasedEffect,
    to: &str,
    mail: &Mail,
) -> Result<Outcome, Problem> {
    let also = mail_writes(app, leased.workspace_id, &leased.key, to, mail, None).await?;
    app.store
        .complete_effect(leased.lease, app.now(), also)
        .await?;
    app.mail_written(leased.workspace_id);
    Ok(Outcome::Recorded)
}

async fn mail_handoff(
    app: &App,
    leased: &LeasedEffect,
    tells: Tells,
    with_link: bool,
) -> Result<Outcome, Problem> {
    let Some(user) = reachable(app, leased, tells.user_id).await? else {
        return Ok(Outcome::Done);
    };
    let handoff_id = tells.handoff_id;
    let Some(facts) = app
        .rooms
        .ask(tells.conversation_id, move |state| {
            HandoffFacts::of(state, handoff_id)
        })
        .await?
    else {
        return Ok(Outcome::Done);
    };
    let mut writes = Vec::new();
    let entry = if with_link {
        let token = new_token().map_err(Problem::internal)?;
        let subject = OwnerLinkSubject {
            conversation_id: tells.conversation_id,
            handoff_id,
            user_id: tells.user_id,
        };
        let now = app.now();
        writes.push(Write::Token(NewToken {
            token_hash: hash_token(&token),
            kind: TokenKind::OwnerLink,
            about: format!("{}/{handoff_id}/{}", tells.conversation_id, tells.user_id),
            subject: serde_json::to_string(&subject).map_err(Problem::internal)?,
            created_at: now,
            expires_at: Some(now.plus_ms(OWNER_LINK_MS)),
        }));
        Entry::JoinLink(link(
            &app.link(&format!("/c/{}?handoff={token}", tells.conversation_id)),
        )?)
    } else {
        Entry::InCallUsersOff
    };
    let mail = Mail::Handoff(facts.mail(entry, link(&app.link("/dashboard/handoffs"))?));
    writes.extend(
        mail_writes(
            app,
            leased.workspace_id,
            &leased.key,
            &user.email,
            &mail,
            Some(tells),
        )
        .await?,
    );
    if app.mailer.is_some() {
        // The one who is asked counts as told once the mail server has taken the mail.
        app.store
            .complete_effect(leased.lease, app.now(), writes)
            .await?;
        app.mail_written(leased.workspace_id);
        return Ok(Outcome::Recorded);
    }
    app.store.write(leased.workspace_id, writes).await?;
    app.mail_written(leased.workspace_id);
    tell(app, leased, tells).await
}

/// What a handoff's mail is made of.
struct HandoffFacts {
    persona: String,
    visitor: String,
    reason: HandoffReason,
    questions: Vec<String>,
    turns: Vec<Turn>,
    brief: Brief,
}

impl HandoffFacts {
    fn of(state: &State, handoff_id: HandoffId) -> Option<Self> {
        let handoff = state.handoff(handoff_id)?;
        let about = state.about()?;
        let shown = view(
            state,
            &Viewer::reader(trialogue_conversation::participant::Role::Owner),
            handoff.raised_at,
        )?;
        let brief = shown.handoff.and_then(|card| card.brief);
        let text_of = |id| state.said(id).map(|message: &Message| message.text.clone());
        let mut turns: Vec<Turn> = state
            .messages()
            .rev()
            .filter(|message| told(message))
            .take(TURNS_SHOWN)
            .map(|message| turn(state, message))
            .collect();
        turns.reverse();
        let questions: Vec<String> = handoff
            .questions
            .iter()
            .filter_map(|id| text_of(*id))
            .collect();
        Some(Self {
            persona: about.persona.name.clone(),
            visitor: visitor_name(state),
            reason: handoff.reason.clone(),
            turns,
            brief: Brief {
                who: brief
                    .as_ref()
                    .map(|brief| brief.visitor.clone())
                    .unwrap_or_default(),
                tried: brief
                    .as_ref()
                    .map(|brief| brief.tried.clone())
                    .unwrap_or_default(),
                open_question: brief.map_or_else(
                    || questions.last().cloned().unwrap_or_default(),
                    |brief| brief.open_question,
                ),
            },
            questions,
        })
    }

    fn mail(self, entry: Entry, dashboard: trialogue_notify::Link) -> Handoff {
        Handoff {
            persona: self.persona,
            visitor: self.visitor,
            reason: match self.reason {
                HandoffReason::CannotAnswer => trialogue_notify::HandoffReason::CannotAnswer,
                HandoffReason::LowConfidence {
                    confidence,
                    threshold,
                } => trialogue_notify::HandoffReason::LowConfidence {
                    confidence,
                    threshold,
                },
                HandoffReason::AskedForPerson => trialogue_notify::HandoffReason::AskedForPerson,
                HandoffReason::Topic { topic } => trialogue_notify::HandoffReason::Topic { topic },
            },
            questions: self.questions,
            turns: self.turns,
            brief: self.brief,
            entry,
            dashboard,
        }
    }
}

fn told(message: &Message) -> bool {
    message.audience == MessageAudience::Everyone && !message.retracted
}

pub(super) fn visitor_name(state: &State) -> String {
    state
        .visitor()
        .map(|visitor| visitor.name.clone())
        .unwrap_or_default()
}

fn turn(state: &State, message: &Message) -> Turn {
    let name = |id: ParticipantId| state.name_of(id).to_owned();
    Turn {
        speaker: message.author.map_or_else(|| "Trialogue".to_owned(), name),
        said_by: match &message.provenance {
            Provenance::Human => SaidBy::Human,
            Provenance::Ai => SaidBy::Ai,
            Provenance::AiOnWhisper { .. } => SaidBy::AiOnWhisper,
            Provenance::AiEdited { by } => SaidBy::AiEdited { by: name(*by) },
            Provenance::System => SaidBy::System,
        },
        text: message.text.clone(),
    }
}

async fn mail_withdrawn(
    app: &App,
    leased: &LeasedEffect,
    tells: Tells,
) -> Result<Outcome, Problem> {
    let Some(user) = reachable(app, leased, tells.user_id).await? else {
        return Ok(Outcome::Done);
    };
    let asked = app.rooms.ask(tells.conversation_id, move |state| {
        let handoff = state.handoff(tells.handoff_id)?;
        let question = handoff
            .questions
            .iter()
            .rev()
            .find_map(|id| state.said(*id))
            .map(|message| message.text.clone());
        let name = |user_id: UserId| {
            handoff
                .chain
                .iter()
                .find(|asked| asked.user_id == user_id)
                .map_or("A colleague".to_owned(), |asked| asked.name.clone())
        };
        let outcome = match &handoff.state {
            HandoffState::Taken { by } => HandoffOutcome::Taken { by: name(*by) },
            HandoffState::Resolved {
                how: HandoffResolution::CancelledByVisitor,
            } => HandoffOutcome::CancelledByVisitor,
            HandoffState::Resolved { .. } => HandoffOutcome::Answered {
                by: "a colleague".into(),
            },
            HandoffState::Raised | HandoffState::Notified | HandoffState::FollowUp { .. } => {
                HandoffOutcome::PassedOn {
                    to: handoff
                        .chain
                        .get(handoff.step)
                        .map(|asked| asked.name.clone()),
                }
            }
        };
        Some((
            state.about()?.persona.name.clone(),
            visitor_name(state),
            question.unwrap_or_default(),
            outcome,
        ))
    });
    let Some((persona, visitor, question, outcome)) = asked.await? else {
        return Ok(Outcome::Done);
    };
    let dashboard = link(&app.link("/dashboard/handoffs"))?;
    let mail = Mail::HandoffClosed(HandoffClosed {
        persona,
        visitor,
        question,
        outcome,
        dashboard,
    });
    mail_and_complete(app, leased, &user.email, &mail).await
}

/// An answer in writing. Others than the owner may write it, and the mail says who did.
struct Written {
    answer: String,
    by: Option<UserId>,
}

async fn mail_follow_up(
    app: &App,
    leased: &LeasedEffect,
    conversation_id: ConversationId,
    handoff_id: HandoffId,
    email: &str,
    Written { answer, by }: Written,
) -> Result<Outcome, Problem> {
    let asked = app.rooms.ask(conversation_id, move |state| {
        let handoff = state.handoff(handoff_id)?;
        let about = state.about()?;
        let question = handoff
            .questions
            .iter()
            .rev()
            .find_map(|id| state.said(*id))
            .map(|message| message.text.clone());
        Some((
            about.persona.name.clone(),
            about.persona.persona_id,
            visitor_name(state),
            question.unwrap_or_default(),
            about.persona.owner.name.clone(),
        ))
    });
    let Some((persona, persona_id, visitor, question, owner)) = asked.await? else {
        return Ok(Outcome::Done);
    };
    let writer = match by {
        Some(by) => app.store.user(leased.workspace_id, by).await?,
        None => None,
    };
    let mail = Mail::FollowUp(FollowUp {
        persona,
        visitor,
        question,
        answer,
        answered_by: writer.map_or(owner, |writer| writer.name),
        said_by: SaidBy::Human,
        conversation: Some(link(&app.link(&format!("/p/{persona_id}")))?),
    });
    mail_and_complete(app, leased, email, &mail).await
}

/// Tells the persona's owner, the one host who has an address, that somebody waits where no host is connected.
async fn mail_knock_waiting(
    app: &App,
    leased: &LeasedEffect,
    conversation_id: ConversationId,
    request_id: JoinRequestId,
) -> Result<Outcome, Problem> {
    let asked = app.rooms.ask(conversation_id, move |state| {
        let request = state.request(request_id)?.clone();
        let about = state.about()?;
        let invited_by = match &request.identity {
            Identity::Guest { invitation_id, .. } => state
                .invitation(*invitation_id)
                .map(|invitation| state.name_of(invitation.invited_by).to_owned()),
            _ => None,
        };
        Some((
            about.persona.owner.user_id,
            about.persona.name.clone(),
            request,
            invited_by,
        ))
    });
    let Some((owner, persona, request, invited_by)) = asked.await? else {
        return Ok(Outcome::Done);
    };
    let Some(owner) = reachable(app, leased, owner).await? else {
        return Ok(Outcome::Done);
    };
    let knocker = match &request.identity {
        // The owner who knocks needs no mail about it.
        Identity::User { user_id } if *user_id == owner.user_id => return Ok(Outcome::Done),
        Identity::User { user_id } => match app.store.user(leased.workspace_id, *user_id).await? {
            Some(user) => Knocker::SignedIn {
                name: request.name.clone(),
                email: address(&user.email)?,
            },
            None => Knocker::Unverified {
                name: request.name.clone(),
            },
        },
        Identity::Guest { email, .. } => Knocker::InvitedGuest {
            name: request.name.clone(),
            email: address(email)?,
            invited_by: invited_by.unwrap_or_default(),
        },
        Identity::Visitor { .. } | Identity::Persona { .. } => Knocker::Unverified {
            name: request.name.clone(),
        },
    };
    let mail = Mail::KnockWaiting(KnockWaiting {
        persona,
        knocker,
        purpose: (!request.purpose.is_empty()).then_some(request.purpose),
        asks_history: request.asks_history == HistoryGrant::All,
        others_waiting: 0,
        conversation: link(&app.link(&format!("/c/{conversation_id}")))?,
    });
    mail_and_complete(app, leased, &owner.email, &mail).await
}

fn address(email: &str) -> Result<EmailAddress, Problem> {
    EmailAddress::parse(email).map_err(Problem::internal)
}

/// A person's answer becomes the persona's knowledge: a further phrasing of a pair with the same answer, or a new pair.
async fn keep_knowledge(
    app: &App,
    leased: &LeasedEffect,
    conversation_id: ConversationId,
    question: String,
    answer: String,
) -> Result<Outcome, Problem> {
    let persona_id = app
        .rooms
        .ask(conversation_id, |state| {
            state.about().map(|about| about.persona.persona_id)
        })
        .await?;
    let Some(persona_id) = persona_id else {
        return Ok(Outcome::Done);
    };
    let pairs = app.store.questions(leased.workspace_id, persona_id).await?;
    let pair = match pairs.into_iter().find(|pair| pair.answer == answer) {
        Some(mut pair) => {
            if pair.question != question && !pair.phrasings.contains(&question) {
                pair.phrasings.push(question);
            }
            pair
        }
        None => Question {
            question_id: QuestionId(Uuid::now_v7()),
            persona_id,
            question,
            phrasings: Vec::new(),
            answer,
            updated_at: app.now(),
        },
    };
    app.store
        .complete_effect(leased.lease, app.now(), vec![Write::Question(pair)])
        .await?;
    app.knowledge.forget(persona_id);
    Ok(Outcome::Recorded)
}
