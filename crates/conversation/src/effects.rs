//! Work that events cause outside of the log. The server records effects in the transaction of the events and performs
//! each under a lease; the key keeps it from being done twice.

use crate::event::{Event, Recorded};
use crate::handoff::{Handoff, HandoffResolution, HandoffState};
use crate::ids::{HandoffId, InvitationId, JoinRequestId, Seq, TurnId, UserId};
use crate::joining::InvitationState;
use crate::media::{InteractionMode, video_refused};
use crate::state::State;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Effect {
    /// Make the persona's answer; report by `BeginSpeaking` and `FinishTurn`.
    RunTurn { turn_id: TurnId },
    /// One mail to one of the chain; report by `MarkHandoffNotified`. Without a link while in-call users are off.
    MailHandoff {
        handoff_id: HandoffId,
        user_id: UserId,
        with_link: bool,
        seq: Seq,
    },
    /// Somebody else took it, or it is settled: tells one who was told before.
    MailHandoffWithdrawn {
        handoff_id: HandoffId,
        user_id: UserId,
        seq: Seq,
    },
    /// The link's token is made when it is mailed.
    MailGuestInvitation { invitation_id: InvitationId },
    /// The visitor left an address: tells the one who owes the answer.
    MailFollowUpOwed {
        handoff_id: HandoffId,
        user_id: UserId,
    },
    /// The written answer, to the address that the visitor left.
    MailFollowUp {
        handoff_id: HandoffId,
        email: String,
        answer: String,
        /// Who wrote it.
        #[serde(default)]
        by: Option<UserId>,
    },
    /// Make the media server's room as the rules have it now: who may be there, how they are called, what they may publish,
    /// what is off. Asked for after every event that changes that; each time the whole is looked at.
    SyncMedia { seq: Seq },
    /// Somebody knocks and no host is connected. One notice stands for all who come after.
    NotifyKnockWaiting { request_id: JoinRequestId },
    /// The persona's knowledge gains an answer.
    KeepKnowledge {
        seq: Seq,
        question: String,
        answer: String,
        by: UserId,
    },
}

impl Effect {
    /// The same for the same wish, however often the event is looked at. Unique within one conversation.
    pub fn key(&self) -> String {
        match self {
            Self::RunTurn { turn_id } => format!("run_turn:{turn_id}"),
            Self::MailHandoff { user_id, seq, .. } => format!("mail_handoff:{seq}:{user_id}"),
            Self::MailHandoffWithdrawn { user_id, seq, .. } => {
                format!("mail_handoff_withdrawn:{seq}:{user_id}")
            }
            Self::MailGuestInvitation { invitation_id } => {
                format!("mail_guest_invitation:{invitation_id}")
            }
            Self::MailFollowUpOwed { handoff_id, .. } => {
                format!("mail_follow_up_owed:{handoff_id}")
            }
            Self::MailFollowUp { handoff_id, .. } => format!("mail_follow_up:{handoff_id}"),
            Self::NotifyKnockWaiting { request_id } => format!("notify_knock_waiting:{request_id}"),
            Self::SyncMedia { seq } => format!("sync_media:{seq}"),
            Self::KeepKnowledge { seq, .. } => format!("keep_knowledge:{seq}"),
        }
    }

    /// Whether the wish still stands when a worker comes to it: no mail for a handoff that was settled meanwhile, no
    /// answer to an outdated question.
    pub fn is_wanted(&self, state: &State) -> bool {
        match self {
            Self::RunTurn { turn_id } => state
                .floor()
                .turn
                .as_ref()
                .is_some_and(|turn| turn.id == *turn_id),
            Self::MailHandoff {
                handoff_id,
                user_id,
                ..
            } => state.handoff(*handoff_id).is_some_and(|handoff| {
                handoff.is_open()
                    && handoff
                        .chain
                        .iter()
                        .any(|asked| asked.user_id == *user_id && !asked.withdrawn)
            }),
            Self::MailFollowUpOwed { handoff_id, .. } => state
                .handoff(*handoff_id)
                .is_some_and(|handoff| matches!(handoff.state, HandoffState::FollowUp { .. })),
            Self::MailGuestInvitation { invitation_id } => {
                state.is_open()
                    && state
                        .invitation(*invitation_id)
                        .is_some_and(|invitation| invitation.state == InvitationState::Sent)
            }
            Self::NotifyKnockWaiting { request_id } => {
                state.is_open()
                    && state
                        .request(*request_id)
                        .is_some_and(|request| request.is_unsettled())
            }
            Self::MailHandoffWithdrawn { .. }
            | Self::MailFollowUp { .. }
            | Self::SyncMedia { .. }
            | Self::KeepKnowledge { .. } => true,
        }
    }
}

/// The work that `recorded` causes; `state` is the state just after it.
pub fn effects(state: &State, recorded: &Recorded) -> Vec<Effect> {
    let seq = recorded.seq;
    match &recorded.event {
        Event::TurnStarted { .. } => vec![Effect::RunTurn {
            turn_id: TurnId(seq.0),
        }],
        Event::InvitationSent { .. } => vec![Effect::MailGuestInvitation {
            invitation_id: InvitationId(seq.0),
        }],
        Event::JoinRequested { .. } => {
            let request_id = JoinRequestId(seq.0);
            let tells = !state.host_is_here() && !waiting_is_told(state, request_id);
            tells
                .then_some(Effect::NotifyKnockWaiting { request_id })
                .into_iter()
                .collect()
        }
        Event::HandoffRaised { chain, .. } => chain
            .first()
            .map(|first| mail_handoff(state, HandoffId(seq.0), first.user_id, seq))
            .into_iter()
            .collect(),
        Event::HandoffPassedOn { handoff_id, to, .. } => {
            vec![mail_handoff(state, *handoff_id, to.user_id, seq)]
        }
        Event::FollowUpEmailGiven { handoff_id, .. } => {
            let owed_by = state.handoff(*handoff_id).map(|handoff| &handoff.state);
            match owed_by {
                Some(HandoffState::FollowUp { owed_by, .. }) => vec![Effect::MailFollowUpOwed {
                    handoff_id: *handoff_id,
                    user_id: *owed_by,
                }],
                _ => Vec::new(),
            }
        }
        Event::HandoffTaken {
            handoff_id,
            user_id,
            ..
        } => withdrawn(state, *handoff_id, Some(*user_id), seq),
        Event::HandoffResolved {
            handoff_id,
            how,
            by,
        } => {
            let mut effects = settled(state, *handoff_id, *by, seq);
            let email = state
                .handoff(*handoff_id)
                .and_then(|handoff| handoff.email.clone());
            if let (HandoffResolution::FollowUpAnswered { answer }, Some(email)) = (how, email) {
                effects.push(Effect::MailFollowUp {
                    handoff_id: *handoff_id,
                    email,
                    answer: answer.clone(),
                    by: *by,
                });
            }
            effects
        }
        Event::ParticipantWentAway { .. }
        | Event::ParticipantLeft { .. }
        | Event::ParticipantRemoved { .. }
        | Event::ConversationEnded { .. }
        | Event::ParticipantRenamed { .. }
        | Event::CallLeft { .. }
        | Event::MediaSet { .. }
        | Event::ParticipantMuted { .. }
        | Event::ModeChosen {
            mode: InteractionMode::Chat,
            ..
        } => vec![Effect::SyncMedia { seq }],
        Event::InvitationRevoked { invitation_id }
            if state
                .inside()
                .any(|one| one.invitation_id() == Some(*invitation_id)) =>
        {
            vec![Effect::SyncMedia { seq }]
        }
        // Of those in a call without anything switched on no mode tells.
        Event::SettingsChanged { .. } if video_refused(state).is_some() => {
            vec![Effect::SyncMedia { seq }]
        }
        Event::KnowledgeKept {
            question,
            answer,
            by,
        } => {
            vec![Effect::KeepKnowledge {
                seq,
                question: question.clone(),
                answer: answer.clone(),
                by: *by,
            }]
        }
        _ => Vec::new(),
    }
}

/// Somebody else has been waiting since the hosts went, and was told of then: a flood is one notice.
fn waiting_is_told(state: &State, newest: JoinRequestId) -> bool {
    let hosts_went_at = state.hosts_went_at();
    state
        .unsettled_requests()
        .any(|request| request.id != newest && Some(request.requested_at) >= hosts_went_at)
}

fn mail_handoff(state: &State, handoff_id: HandoffId, user_id: UserId, seq: Seq) -> Effect {
    let with_link = state
        .settings()
        .is_some_and(|settings| settings.in_call_users);
    Effect::MailHandoff {
        handoff_id,
        user_id,
        with_link,
        seq,
    }
}

/// Those who still believe it open. When somebody took it, the others were told of that already.
fn settled(state: &State, handoff_id: HandoffId, by: Option<UserId>, seq: Seq) -> Vec<Effect> {
    let mut effects = withdrawn(state, handoff_id, by, seq);
    let claimed_by = state.handoff(handoff_id).and_then(|one| one.claimed_by);
    if let Some(claimed_by) = claimed_by {
        effects.retain(|effect| {
            matches!(effect, Effect::MailHandoffWithdrawn { user_id, .. } if *user_id == claimed_by)
        });
    }
    effects
}

/// Those who were told and are not the one who acts.
fn withdrawn(
    state: &State,
    handoff_id: HandoffId,
    except: Option<UserId>,
    seq: Seq,
) -> Vec<Effect> {
    let told = |handoff: &Handoff| -> Vec<UserId> {
        let told = handoff
            .chain
            .iter()
            .filter(|asked| asked.told_at.is_some() && Some(asked.user_id) != except);
        told.map(|asked| asked.user_id).collect()
    };
    let told = state.handoff(handoff_id).map(told).unwrap_or_default();
    told.into_iter()
        .map(|user_id| Effect::MailHandoffWithdrawn {
            handoff_id,
            user_id,
            seq,
        })
        .collect()
}
