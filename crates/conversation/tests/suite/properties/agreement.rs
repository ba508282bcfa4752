//! What the page is told it may offer is what is accepted when it is done.

use super::config;
use super::playing::Story;
use super::steps::story;
use crate::support::World;
use proptest::prelude::*;
use trialogue_conversation::command::{Actor, Command, PostMessage};
use trialogue_conversation::event::Event;
use trialogue_conversation::ids::{HandoffId, InvitationId, JoinRequestId, ParticipantId};
use trialogue_conversation::joining::{HistoryGrant, JoinState};
use trialogue_conversation::media::{InteractionMode, MediaSource, Sources};
use trialogue_conversation::message::MessageAudience;
use trialogue_conversation::permissions::{Action, allowed};
use trialogue_conversation::refusal::Class;
use trialogue_conversation::{Decision, decide};

/// The commands by which an action is done now, whatever it is aimed at. None for what is only looking.
fn ways(world: &World, who: ParticipantId, action: Action) -> Option<Vec<Command>> {
    let state = &world.state;
    let post = |message: PostMessage| vec![Command::PostMessage(message)];
    let handoff_id = state
        .open_handoff()
        .map_or(HandoffId(1), |handoff| handoff.id);
    let everybody = || state.participants().map(|one| one.id);
    Some(match action {
        Action::PostMessage => post(PostMessage {
            text: "probe".into(),
            ..PostMessage::default()
        }),
        Action::Whisper => post(PostMessage {
            text: "probe".into(),
            audience: MessageAudience::Staff,
            ..PostMessage::default()
        }),
        Action::AddGuestByEmail => vec![Command::InviteGuest {
            email: "probe@example.org".into(),
            note: String::new(),
        }],
        Action::RevokeInvitation => {
            let sent = world
                .log
                .iter()
                .filter(|recorded| matches!(recorded.event, Event::InvitationSent { .. }));
            sent.map(|recorded| Command::RevokeInvitation {
                invitation_id: InvitationId(recorded.seq.0),
            })
            .collect()
        }
        Action::DecideKnock => {
            let knocks = world.log.iter().filter_map(|recorded| {
                let request_id = JoinRequestId(recorded.seq.0);
                let request = state.request(request_id)?;
                let open = request.state == JoinState::Requested && world.now < request.expires_at;
                open.then_some(Command::Decline {
                    request_id,
                    for_good: false,
                })
            });
            let knocks: Vec<Command> = knocks.collect();
            // With no knock to decide, the permission means nothing yet.
            if knocks.is_empty() {
                return None;
            }
            knocks
        }
        Action::ShareHistory => everybody()
            .map(|participant_id| Command::ShareHistory { participant_id })
            .collect(),
        Action::RemoveParticipant => everybody()
            .map(|participant_id| Command::Remove { participant_id })
            .collect(),
        Action::StopPersona => vec![Command::StopPersona],
        Action::PublishMedia => vec![Command::SetMedia(Sources {
            camera: true,
            ..own_media(world, who)
        })],
        Action::ShareScreen => vec![Command::SetMedia(Sources {
            screen: true,
            ..own_media(world, who)
        })],
        Action::MuteOthers => sources_of_all(world)
            .map(|(participant_id, source)| Command::MuteParticipant {
                participant_id,
                source,
            })
            .collect(),
        Action::AskToTurnOn => sources_of_all(world)
            .map(|(participant_id, source)| Command::AskToTurnOn {
                participant_id,
                source,
            })
            .collect(),
        Action::RaiseHand => vec![Command::RaiseHand],
        Action::LowerHands => everybody()
            .filter(|id| *id != who)
            .map(|id| Command::LowerHand {
                participant_id: Some(id),
            })
            .collect(),
        Action::ChooseMode => [
            InteractionMode::Chat,
            InteractionMode::Video,
            InteractionMode::VideoAndText,
        ]
        .map(|mode| Command::ChooseMode { mode })
        .to_vec(),
        Action::UseDraft => state
            .drafts()
            .iter()
            .map(|draft| {
                let from_draft = Some(draft.turn_id);
                Command::PostMessage(PostMessage {
                    text: "probe".into(),
                    from_draft,
                    ..PostMessage::default()
                })
            })
            .collect(),
        Action::RetractOwnMessage => {
            let own = state
                .messages()
                .filter(|message| message.author == Some(who) && !message.retracted);
            let own: Vec<Command> = own
                .map(|message| Command::RetractMessage {
                    message_id: message.id,
                })
                .collect();
            if own.is_empty() {
                return None;
            }
            own
        }
        Action::TakeHandoff => vec![Command::TakeHandoff { handoff_id }],
        Action::ResolveHandoff => vec![Command::ResolveHandoff {
            handoff_id,
            dismiss: Some("probe".into()),
        }],
        Action::AnswerFollowUp => vec![Command::AnswerFollowUp {
            handoff_id,
            answer: "probe".into(),
            keep: false,
        }],
        Action::CancelHandoff => vec![Command::CancelHandoff { handoff_id }],
        Action::GiveFollowUpEmail => vec![Command::GiveFollowUpEmail {
            handoff_id,
            email: "probe@example.org".into(),
        }],
        Action::KeepAsKnowledge => vec![Command::KeepKnowledge {
            question: "probe".into(),
            answer: "probe".into(),
        }],
        Action::EndConversation => vec![Command::EndConversation],
        Action::StepIn => vec![Command::StepIn],
        Action::Leave => vec![Command::Leave],
        Action::RenameSelf => vec![Command::Rename {
            name: "Probe".into(),
        }],
        Action::SeeWhispers
        | Action::SeeFloorReasons
        | Action::SeeMonitors
        | Action::SeeHandoffBrief
        | Action::WatchMedia
        | Action::CopyConversationUrl
        | Action::Export => return None,
    })
}

fn own_media(world: &World, who: ParticipantId) -> Sources {
    world.participant(who).media
}

fn sources_of_all(world: &World) -> impl Iterator<Item = (ParticipantId, MediaSource)> {
    world
        .state
        .participants()
        .flat_map(|one| MediaSource::ALL.map(|source| (one.id, source)))
}

#[derive(PartialEq, Eq)]
enum Answer {
    Done,
    Nothing,
    /// Bounded, not forbidden.
    Bounded,
    Refused,
}

fn answer(world: &World, who: ParticipantId, command: &Command) -> Answer {
    match decide(&world.state, &Actor::Participant(who), command, world.now) {
        Ok(Decision::Events(_)) => Answer::Done,
        Ok(Decision::Already { .. }) => Answer::Nothing,
        Err(refusal) => match refusal.class() {
            Class::TooMany { .. } => Answer::Bounded,
            _ if refusal.code() == "too_many_invitations" => Answer::Bounded,
            _ => Answer::Refused,
        },
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn what_is_allowed_is_accepted_and_nothing_else(steps in story(120)) {
        let mut story = Story::begin();
        for step in &steps {
            story.does(step);
            let world = &story.world;
            for participant in world.state.participants() {
                let offered = allowed(&world.state, participant);
                for action in Action::ALL {
                    let Some(ways) = ways(world, participant.id, action) else { continue };
                    let answers: Vec<Answer> = ways.iter().map(|command| answer(world, participant.id, command)).collect();
                    if offered.contains(&action) {
                        let works = answers.iter().any(|answer| matches!(answer, Answer::Done | Answer::Bounded | Answer::Nothing));
                        prop_assert!(works, "{:?} is offered {:?} and refused it", participant.role, action);
                    } else {
                        let done = answers.contains(&Answer::Done);
                        prop_assert!(!done, "{:?} is not offered {:?} and may do it", participant.role, action);
                    }
                }
            }
        }
    }

    #[test]
    fn each_card_offers_what_is_accepted_of_this_very_one(steps in story(120)) {
        let mut story = Story::begin();
        for step in &steps {
            story.does(step);
            let world = &story.world;
            for you in world.state.inside().filter(|one| one.is_human()) {
                let view = world.view_of(you.id);
                for card in &view.participants {
                    let remove = Command::Remove { participant_id: card.participant.id };
                    let done = answer(world, you.id, &remove) == Answer::Done;
                    prop_assert_eq!(card.may_remove, done, "{:?} and {:?}", you, card.participant);
                    let share = Command::ShareHistory { participant_id: card.participant.id };
                    let done = answer(world, you.id, &share) == Answer::Done;
                    prop_assert_eq!(card.may_share_history, done, "{:?} and {:?}", you, card.participant);
                }
                for card in &view.invitations {
                    let revoke = Command::RevokeInvitation { invitation_id: card.invitation_id };
                    let done = answer(world, you.id, &revoke) == Answer::Done;
                    prop_assert_eq!(card.may_revoke, done, "{:?} and {:?}", you, card);
                }
            }
        }
    }

    #[test]
    fn admitting_is_for_hosts_alone(steps in story(120)) {
        let mut story = Story::begin();
        for step in &steps {
            story.does(step);
        }
        let world = &story.world;
        for request in world.log.iter().filter_map(|recorded| world.state.request(JoinRequestId(recorded.seq.0))) {
            for participant in world.state.participants() {
                let admit = Command::Admit { request_id: request.id, history: HistoryGrant::All };
                if answer(world, participant.id, &admit) == Answer::Done {
                    prop_assert!(participant.is_inside() && participant.is_host());
                }
            }
        }
    }
}
