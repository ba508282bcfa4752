//! Plays generated steps: picks whom and what a step is about, and remembers what the properties ask for.

use super::steps::{EMAILS, MONITOR_NAME, Manner, Step, USERS};
use crate::support::*;
use proptest::sample::Index;
use trialogue_conversation::command::{Actor, Command, PostMessage, TurnOutcome};
use trialogue_conversation::event::Event;
use trialogue_conversation::ids::{
    HandoffId, InvitationId, JoinRequestId, MessageId, ParticipantId, TurnId,
};
use trialogue_conversation::joining::{Door, HistoryGrant};
use trialogue_conversation::media::{InteractionMode, MediaSource};
use trialogue_conversation::message::MessageAudience;
use trialogue_conversation::participant::{Identity, PresenceMode, Role};
use trialogue_conversation::settings::Settings;

/// The world with what the generator has to remember.
pub(super) struct Story {
    pub(super) world: World,
    /// The manner of each posted message.
    pub(super) manners: Vec<(MessageId, Manner)>,
    /// Who acted in the last step; none where only time passed.
    pub(super) acted: Option<Actor>,
    turns: Vec<TurnId>,
    words: usize,
}

impl Story {
    pub(super) fn begin() -> Self {
        Self {
            world: World::started(),
            manners: Vec::new(),
            acted: None,
            turns: Vec::new(),
            words: 0,
        }
    }

    /// The same with the owner, a colleague and a guest inside.
    pub(super) fn in_company() -> Self {
        let mut story = Self::begin();
        story.world.comes_in(DANA);
        story.world.comes_in(CLEO);
        story.world.gina_comes_in();
        story
    }

    /// A word that occurs once in the whole story.
    fn word(&mut self, kind: &str) -> String {
        self.words += 1;
        format!("{kind}{}x", self.words)
    }

    fn anybody(&self, index: &Index) -> ParticipantId {
        let everybody: Vec<ParticipantId> =
            self.world.state.participants().map(|one| one.id).collect();
        everybody[index.index(everybody.len())]
    }

    fn request(&self, index: &Index) -> Option<JoinRequestId> {
        let ids: Vec<JoinRequestId> = self
            .ids_of(|event| matches!(event, Event::JoinRequested { .. }))
            .map(JoinRequestId)
            .collect();
        // Mostly a late one: early ones are settled.
        let late = ids.len().saturating_sub(3);
        (!ids.is_empty()).then(|| ids[late + index.index(ids.len() - late)])
    }

    fn invitation(&self, index: &Index) -> Option<InvitationId> {
        let ids: Vec<InvitationId> = self
            .ids_of(|event| matches!(event, Event::InvitationSent { .. }))
            .map(InvitationId)
            .collect();
        let late = ids.len().saturating_sub(3);
        (!ids.is_empty()).then(|| ids[late + index.index(ids.len() - late)])
    }

    fn ids_of(&self, wanted: impl Fn(&Event) -> bool) -> impl Iterator<Item = u64> {
        self.world
            .log
            .iter()
            .filter(move |recorded| wanted(&recorded.event))
            .map(|recorded| recorded.seq.0)
    }

    fn handoff(&self) -> HandoffId {
        self.world
            .state
            .handoffs()
            .next_back()
            .map_or(HandoffId(1), |handoff| handoff.id)
    }

    /// Turns that the log said would be kept as a draft.
    fn drafts_due(&self) -> impl Iterator<Item = TurnId> {
        self.world
            .log
            .iter()
            .filter_map(|recorded| match recorded.event {
                Event::TurnOutdated {
                    turn_id,
                    kept_as_draft: true,
                    ..
                } => Some(turn_id),
                _ => None,
            })
    }

    fn knocker(&self, request_id: JoinRequestId) -> Option<Actor> {
        self.world
            .state
            .request(request_id)
            .map(|request| Actor::Outsider(request.identity.clone()))
    }

    fn staff(&self, user: usize) -> Actor {
        let user_id = USERS[user];
        Actor::Staff {
            user_id,
            is_owner: user_id == DANA,
            is_admin: user_id == SUE,
            is_supervisor: user_id == CLEO,
        }
    }

    /// Who does what; none where the step has nothing to act on.
    fn command(&mut self, step: &Step) -> Option<(Actor, Command)> {
        let inside = Actor::Participant;
        Some(match step {
            Step::KnockByUrl {
                user,
                owner_link,
                asks_all,
            } => {
                let door = if *owner_link {
                    Door::OwnerLink
                } else {
                    Door::ConversationUrl
                };
                let command = Command::Knock {
                    name: format!("User{user}"),
                    role: if *owner_link {
                        Role::Agent
                    } else {
                        Role::Colleague
                    },
                    door,
                    purpose: String::new(),
                    asks_history: if *asks_all {
                        HistoryGrant::All
                    } else {
                        HistoryGrant::FromJoin
                    },
                };
                (outside(USERS[*user]), command)
            }
            Step::KnockAsGuest {
                invitation,
                other_email,
            } => {
                let invitation_id = self.invitation(invitation)?;
                let email = self.world.state.invitation(invitation_id)?.email.clone();
                let email = if *other_email {
                    "eve@example.org"
                } else {
                    email.as_str()
                };
                (guest(invitation_id, email), knock_as_guest(invitation_id))
            }
            Step::Decide {
                by,
                request,
                admit,
                all,
                for_good,
            } => {
                let request_id = self.request(request)?;
                let history = if *all {
                    HistoryGrant::All
                } else {
                    HistoryGrant::FromJoin
                };
                let command = if *admit {
                    Command::Admit {
                        request_id,
                        history,
                    }
                } else {
                    Command::Decline {
                        request_id,
                        for_good: *for_good,
                    }
                };
                (inside(self.anybody(by)), command)
            }
            Step::Join { request } => {
                let request_id = self.request(request)?;
                (self.knocker(request_id)?, Command::Join { request_id })
            }
            Step::Withdraw { request } => {
                let request_id = self.request(request)?;
                (
                    self.knocker(request_id)?,
                    Command::WithdrawKnock { request_id },
                )
            }
            Step::JoinAsStaff { user, monitor } => {
                let (name, role, presence_mode) = if *monitor {
                    (
                        MONITOR_NAME.to_owned(),
                        Role::Supervisor,
                        PresenceMode::Monitor,
                    )
                } else {
                    (
                        format!("User{user}"),
                        Role::Agent,
                        PresenceMode::Participant,
                    )
                };
                (
                    self.staff(*user),
                    Command::JoinAsStaff {
                        name,
                        role,
                        presence_mode,
                    },
                )
            }
            Step::Invite { by, email } => {
                let note = String::new();
                (
                    inside(self.anybody(by)),
                    Command::InviteGuest {
                        email: EMAILS[*email].into(),
                        note,
                    },
                )
            }
            Step::Revoke { by, invitation } => (
                inside(self.anybody(by)),
                Command::RevokeInvitation {
                    invitation_id: self.invitation(invitation)?,
                },
            ),
            Step::Reject { invitation } => {
                let invitation_id = self.invitation(invitation)?;
                let email = self.world.state.invitation(invitation_id)?.email.clone();
                (
                    guest(invitation_id, &email),
                    Command::RejectInvitation { invitation_id },
                )
            }
            Step::Connect { who } => (
                Actor::System,
                Command::Connected {
                    participant_id: self.anybody(who),
                },
            ),
            Step::Disconnect { who } => (
                Actor::System,
                Command::Disconnected {
                    participant_id: self.anybody(who),
                },
            ),
            Step::Leave { who } => (inside(self.anybody(who)), Command::Leave),
            Step::Remove { by, who } => (
                inside(self.anybody(by)),
                Command::Remove {
                    participant_id: self.anybody(who),
                },
            ),
            Step::Rename { who, name } => {
                let name = ["Sam", "Michael", "Gina"][*name].to_owned();
                (inside(self.anybody(who)), Command::Rename { name })
            }
            Step::Share { by, who } => {
                let lacking = self
                    .world
                    .state
                    .inside()
                    .find(|one| one.sees_from.0 > 1)
                    .map(|one| one.id);
                let participant_id = lacking.unwrap_or_else(|| self.anybody(who));
                (
                    inside(self.anybody(by)),
                    Command::ShareHistory { participant_id },
                )
            }
            Step::Say {
                who,
                manner,
                repeat,
            } => (inside(self.anybody(who)), self.say(*manner, *repeat)?),
            Step::Whisper { who, to_persona } => {
                let text = self.word("whisper");
                let audience = if *to_persona {
                    MessageAudience::StaffAndPersona
                } else {
                    MessageAudience::Staff
                };
                let message = PostMessage {
                    text,
                    audience,
                    ..PostMessage::default()
                };
                (inside(self.anybody(who)), Command::PostMessage(message))
            }
            Step::Retract { who, message } => {
                let ids: Vec<MessageId> = self
                    .world
                    .state
                    .messages()
                    .rev()
                    .take(6)
                    .map(|message| message.id)
                    .collect();
                let message_id = ids[message.index(ids.len())];
                (
                    inside(self.anybody(who)),
                    Command::RetractMessage { message_id },
                )
            }
            Step::StopPersona { who } => (inside(self.anybody(who)), Command::StopPersona),
            Step::Begin { stale } => (
                Actor::System,
                Command::BeginSpeaking {
                    turn_id: self.some_turn(*stale)?,
                },
            ),
            Step::Finish { stale, outcome } => {
                let turn_id = self.some_turn(*stale)?;
                let text = self.word("answer");
                let outcome = match outcome {
                    0..=2 => TurnOutcome::Answered {
                        text,
                        citations: Vec::new(),
                        confidence: 90,
                    },
                    3 => TurnOutcome::Answered {
                        text,
                        citations: Vec::new(),
                        confidence: 20,
                    },
                    4 => TurnOutcome::CannotAnswer { confidence: 3 },
                    5 => TurnOutcome::OnWhisper { text },
                    6 => TurnOutcome::AskedForPerson,
                    _ => TurnOutcome::Failed,
                };
                (Actor::System, Command::FinishTurn { turn_id, outcome })
            }
            Step::KeepDraft { turn } => {
                let due: Vec<TurnId> = self.drafts_due().collect();
                let turns = if due.is_empty() { &self.turns } else { &due };
                let turn_id = *turn.get(Some(turns.as_slice()).filter(|turns| !turns.is_empty())?);
                let text = self.word("draft");
                (
                    Actor::System,
                    Command::KeepDraft {
                        turn_id,
                        text,
                        citations: Vec::new(),
                    },
                )
            }
            Step::UseDraft { who, turn } => {
                let turn_id =
                    *turn.get(Some(self.turns.as_slice()).filter(|turns| !turns.is_empty())?);
                let turn_id = self
                    .world
                    .state
                    .drafts()
                    .first()
                    .map_or(turn_id, |draft| draft.turn_id);
                let text = self.word("used");
                let message = PostMessage {
                    text,
                    from_draft: Some(turn_id),
                    ..PostMessage::default()
                };
                (inside(self.anybody(who)), Command::PostMessage(message))
            }
            Step::Told { user } => (
                Actor::System,
                Command::MarkHandoffNotified {
                    handoff_id: self.handoff(),
                    user_id: USERS[*user],
                },
            ),
            Step::Open { user } => (
                self.staff(*user),
                Command::OpenHandoff {
                    handoff_id: self.handoff(),
                },
            ),
            Step::Take { user } => (
                self.staff(*user),
                Command::TakeHandoff {
                    handoff_id: self.handoff(),
                },
            ),
            Step::TakeInside { who } => (
                inside(self.anybody(who)),
                Command::TakeHandoff {
                    handoff_id: self.handoff(),
                },
            ),
            Step::Cancel { who } => (
                inside(self.anybody(who)),
                Command::CancelHandoff {
                    handoff_id: self.handoff(),
                },
            ),
            Step::GiveEmail => {
                let email = "sam@example.org".to_owned();
                let handoff_id = self.handoff();
                (
                    inside(self.world.sam()),
                    Command::GiveFollowUpEmail { handoff_id, email },
                )
            }
            Step::Answer { user, keep } => {
                let answer = self.word("followup");
                (
                    self.staff(*user),
                    Command::AnswerFollowUp {
                        handoff_id: self.handoff(),
                        answer,
                        keep: *keep,
                    },
                )
            }
            Step::Resolve { who, dismiss } => {
                let dismiss = dismiss.then(|| "dismissedwhy".to_owned());
                (
                    inside(self.anybody(who)),
                    Command::ResolveHandoff {
                        handoff_id: self.handoff(),
                        dismiss,
                    },
                )
            }
            Step::KeepKnowledge { who } => {
                let command = Command::KeepKnowledge {
                    question: "q".into(),
                    answer: "a".into(),
                };
                (inside(self.anybody(who)), command)
            }
            Step::InCallUsers(on) => (
                Actor::System,
                self.settings(|settings| settings.in_call_users = *on),
            ),
            Step::JoinCall { who } => (inside(self.anybody(who)), Command::JoinCall),
            Step::LeaveCall { who } => (inside(self.anybody(who)), Command::LeaveCall),
            Step::SetMedia { who, wanted } => {
                (inside(self.anybody(who)), Command::SetMedia(*wanted))
            }
            Step::Mute { by, who, source } => {
                let seen = self
                    .world
                    .state
                    .participants()
                    .find(|one| one.media.has(MediaSource::ALL[*source]))
                    .map(|one| one.id);
                (
                    inside(self.anybody(by)),
                    Command::MuteParticipant {
                        participant_id: seen.unwrap_or_else(|| self.anybody(who)),
                        source: MediaSource::ALL[*source],
                    },
                )
            }
            Step::AskToTurnOn { by, who, source } => (
                inside(self.anybody(by)),
                Command::AskToTurnOn {
                    participant_id: self.anybody(who),
                    source: MediaSource::ALL[*source],
                },
            ),
            Step::AnswerTurnOn {
                ask,
                by_another,
                accept,
            } => {
                let asks = self.world.state.asks();
                let ask = asks.get(ask.index(asks.len().max(1)))?;
                let who = by_another
                    .as_ref()
                    .map_or(ask.participant_id, |other| self.anybody(other));
                (
                    inside(who),
                    Command::AnswerTurnOn {
                        asked: ask.id,
                        accept: *accept,
                    },
                )
            }
            Step::RaiseHand { who } => (inside(self.anybody(who)), Command::RaiseHand),
            Step::LowerHand { by, who } => {
                let raised = self
                    .world
                    .state
                    .participants()
                    .find(|one| one.hand_raised_at.is_some())
                    .map(|one| one.id);
                let participant_id = Some(raised.unwrap_or_else(|| self.anybody(who)));
                (
                    inside(self.anybody(by)),
                    Command::LowerHand { participant_id },
                )
            }
            Step::ChooseMode { who, mode } => {
                let mode = [
                    InteractionMode::Chat,
                    InteractionMode::Video,
                    InteractionMode::VideoAndText,
                ][*mode];
                (inside(self.anybody(who)), Command::ChooseMode { mode })
            }
            Step::DisableVideo(on) => (
                Actor::System,
                self.settings(|settings| settings.disable_video = *on),
            ),
            Step::ManyScreens(on) => (
                Actor::System,
                self.settings(|settings| settings.many_screens = *on),
            ),
            Step::ShowMonitors(on) => (
                Actor::System,
                self.settings(|settings| settings.show_monitors = *on),
            ),
            Step::RenamePersona(renamed) => {
                let mut persona = michael();
                if *renamed {
                    persona.name = "Orion".into();
                    persona.call_names = vec!["Orion AI".into()];
                }
                (owner_in_dashboard(), Command::ChangePersona { persona })
            }
            Step::End { who } => (inside(self.anybody(who)), Command::EndConversation),
            Step::Wait(_) | Step::Skip(_) => return None,
        })
    }

    fn settings(&self, change: impl FnOnce(&mut Settings)) -> Command {
        let mut settings = self.world.state.settings().cloned().unwrap_or_default();
        change(&mut settings);
        Command::ChangeSettings { settings }
    }

    fn some_turn(&self, stale: bool) -> Option<TurnId> {
        if stale {
            self.turns.iter().rev().nth(1).copied()
        } else {
            self.world.turn()
        }
    }

    fn say(&mut self, manner: Manner, repeat: bool) -> Option<Command> {
        let word = self.word("word");
        let persona = self.world.persona();
        let name = self.world.state.about()?.persona.name.clone();
        let (text, mentions, reply_to) = match manner {
            Manner::Plain => (format!("the {word} is blue"), vec![], None),
            Manner::Thanks => ("thank you".to_owned(), vec![], None),
            Manner::Named => (format!("{name} AI, what about the {word}?"), vec![], None),
            Manner::Mentioned => (format!("what about the {word}?"), vec![persona], None),
            Manner::RepliesToPersona => {
                let by_persona = self
                    .world
                    .state
                    .messages()
                    .rev()
                    .find(|message| message.author == Some(persona));
                (format!("and the {word}?"), vec![], Some(by_persona?.id))
            }
            Manner::Stop => (format!("{name} AI, stop"), vec![], None),
        };
        // A repeat has the client id of the message before.
        let number = if repeat { self.words - 1 } else { self.words };
        let client_id = Some(format!("c{number}"));
        Some(Command::PostMessage(PostMessage {
            text,
            mentions,
            reply_to,
            client_id,
            ..PostMessage::default()
        }))
    }

    /// Does one step; refusals are part of the story. Returns how many events there were before.
    pub(super) fn does(&mut self, step: &Step) -> usize {
        let before = self.world.log.len();
        self.acted = None;
        match step {
            Step::Wait(ms) => self.world.wait(*ms),
            // The timers are late: rules must hold all the same.
            Step::Skip(ms) => self.world.now = self.world.now.plus_ms(*ms),
            _ => {
                self.world.now = self.world.now.plus_ms(1);
                let Some((actor, command)) = self.command(step) else {
                    return before;
                };
                self.acted = Some(actor.clone());
                if let Ok(seq) = self.world.tries(&actor, command)
                    && let Step::Say { manner, .. } = step
                    && self.world.log.len() > before
                {
                    self.manners.push((MessageId(seq.0), *manner));
                }
            }
        }
        for recorded in &self.world.log[before..] {
            if let Event::TurnStarted { .. } = recorded.event {
                self.turns.push(TurnId(recorded.seq.0));
            }
        }
        before
    }

    /// Nobody does anything any more; only time passes.
    pub(super) fn time_runs_out(&mut self) {
        for _ in 0..1_000 {
            match trialogue_conversation::next_wake(&self.world.state) {
                None => return,
                Some(at) => {
                    let ms = (at.0 - self.world.now.0).max(0);
                    self.world.wait(ms);
                }
            }
        }
        panic!("time never runs out");
    }
}

/// Whether this identity is the one of a visitor or guest.
pub(super) fn is_outsider(identity: &Identity) -> bool {
    matches!(identity, Identity::Visitor { .. } | Identity::Guest { .. })
}
