//! Bookkeeping: how each event changes the state. It decides nothing and never fails; an event that names something the
//! state does not know (any more) changes nothing else.

use super::{
    About, CLIENT_IDS_KEPT, CLOSED_INVITATIONS_KEPT, CLOSED_KNOCKS_KEPT, DRAFTS_KEPT, Ended,
    GONE_KEPT, KeptDraft, MESSAGES_AT_HAND, Person, RESOLVED_HANDOFFS_KEPT, State, Turn, Waiting,
    alters_floor,
};
use crate::event::{Event, OutdatedBy, Recorded, UserRef};
use crate::floor::Reason;
use crate::handoff::{Handoff, HandoffState, Notified};
use crate::ids::{
    AskId, FloorVersion, HandoffId, InvitationId, JoinRequestId, MessageId, ParticipantId, Seq,
    Timestamp, TurnId, UserId,
};
use crate::joining::{Invitation, InvitationState, JoinRequest, JoinState};
use crate::media::{Ask, Sources};
use crate::message::{Message, MessageAudience, Provenance};
use crate::participant::{Participant, Presence, PresenceMode, Role};

/// Adds one entry of the log to the state.
pub fn apply(state: &mut State, recorded: &Recorded) {
    let (seq, at) = (recorded.seq, recorded.at);
    state.seq = seq;
    state.last_at = at;
    if alters_floor(&recorded.event) {
        state.floor.version = FloorVersion(state.floor.version.0 + 1);
    }
    match &recorded.event {
        Event::ConversationStarted {
            conversation_id,
            workspace_id,
            persona,
            visitor_id,
            settings,
            continues,
        } => {
            state.spoken_at = at;
            state.about = Some(About {
                conversation_id: *conversation_id,
                workspace_id: *workspace_id,
                visitor_id: *visitor_id,
                continues: *continues,
                started_at: at,
                persona: persona.clone(),
                settings: settings.clone(),
            });
        }
        Event::SettingsChanged { settings } => {
            if let Some(about) = &mut state.about {
                about.settings = settings.clone();
            }
            state.settings_apply_to_media();
        }
        Event::PersonaChanged { persona } => {
            if let Some(about) = &mut state.about {
                about.persona = persona.clone();
            }
            if let Some(participant) = state
                .participants
                .iter_mut()
                .find(|participant| participant.role == Role::Persona)
            {
                participant.name.clone_from(&persona.name);
            }
        }
        Event::ConversationEnded { cause, by } => {
            state.ended = Some(Ended {
                at,
                cause: *cause,
                by: *by,
            });
            state.floor.turn = None;
            state.floor.waiting.clear();
            state.all_off();
            state.lower_all_hands();
        }

        Event::JoinRequested {
            identity,
            name,
            role,
            door,
            purpose,
            asks_history,
            expires_at,
        } => {
            state.requests.push(JoinRequest {
                id: JoinRequestId(seq.0),
                identity: identity.clone(),
                name: name.clone(),
                role: *role,
                door: door.clone(),
                purpose: purpose.clone(),
                asks_history: *asks_history,
                requested_at: at,
                expires_at: *expires_at,
                state: JoinState::Requested,
            });
            forget_oldest(&mut state.requests, CLOSED_KNOCKS_KEPT, |request| {
                !request.is_unsettled()
            });
        }
        Event::JoinAdmitted {
            request_id,
            by,
            history,
            expires_at,
        } => {
            if let Some(request) = state.request_mut(*request_id) {
                request.state = JoinState::Admitted {
                    by: *by,
                    history: *history,
                };
                request.expires_at = *expires_at;
            }
        }
        Event::JoinDeclined {
            request_id,
            by,
            for_good,
        } => {
            settle(
                state,
                *request_id,
                JoinState::Declined {
                    by: *by,
                    at,
                    for_good: *for_good,
                },
            );
        }
        Event::JoinWithdrawn { request_id } => settle(state, *request_id, JoinState::Withdrawn),
        Event::JoinExpired { request_id } => settle(state, *request_id, JoinState::Expired),
        Event::JoinRevoked { request_id } => settle(state, *request_id, JoinState::Revoked),

        Event::InvitationSent {
            email,
            invited_by,
            note,
            expires_at,
        } => {
            state.invitations.push(Invitation {
                id: InvitationId(seq.0),
                email: email.clone(),
                invited_by: *invited_by,
                note: note.clone(),
                sent_at: at,
                expires_at: *expires_at,
                state: InvitationState::Sent,
            });
            forget_oldest(
                &mut state.invitations,
                CLOSED_INVITATIONS_KEPT,
                |invitation| {
                    !matches!(
                        invitation.state,
                        InvitationState::Sent | InvitationState::Accepted
                    )
                },
            );
        }
        Event::InvitationAccepted { invitation_id } => {
            turn_invitation(state, *invitation_id, InvitationState::Accepted)
        }
        Event::InvitationRejected { invitation_id } => {
            turn_invitation(state, *invitation_id, InvitationState::Rejected)
        }
        Event::InvitationExpired { invitation_id } => {
            turn_invitation(state, *invitation_id, InvitationState::Expired)
        }
        Event::InvitationRevoked { invitation_id } => {
            turn_invitation(state, *invitation_id, InvitationState::Revoked);
            state.guest_out_of_the_call(*invitation_id);
        }

        Event::ParticipantJoined {
            identity,
            name,
            role,
            presence_mode,
            request_id,
            sees_from,
        } => {
            let participant = Participant {
                id: ParticipantId(seq.0),
                identity: identity.clone(),
                name: name.clone(),
                role: *role,
                presence_mode: *presence_mode,
                presence: Presence::Here,
                sees_from: *sees_from,
                joined_at: at,
                request_id: *request_id,
                spoke_at: None,
                media: Sources::NONE,
                in_call: false,
                hand_raised_at: None,
            };
            participant_joined(state, participant, at);
        }
        Event::ParticipantDropped { participant_id, .. } => {
            set_presence(state, *participant_id, Presence::Dropped { since: at })
        }
        Event::ParticipantWentAway { participant_id, .. } => {
            set_presence(state, *participant_id, Presence::Away { since: at });
            state.out_of_the_call(*participant_id);
        }
        Event::ParticipantReturned { participant_id, .. } => {
            set_presence(state, *participant_id, Presence::Here);
            if let Some(participant) = state.participant(*participant_id) {
                if counts_as_other(participant) {
                    state.floor.others_active_at = at;
                }
                if state
                    .participant(*participant_id)
                    .is_some_and(|participant| participant.role == Role::Visitor)
                {
                    state.entered_alone = None;
                }
            }
        }
        Event::ParticipantLeft { participant_id, .. } => {
            set_presence(state, *participant_id, Presence::Left { at });
            participant_gone(state, *participant_id);
        }
        Event::ParticipantRemoved { participant_id, .. } => {
            set_presence(state, *participant_id, Presence::Removed { at });
            if let Some(participant) = state.participant(*participant_id) {
                let person = Person::from(&participant.identity);
                state.removed.insert(person);
            }
            participant_gone(state, *participant_id);
        }
        Event::ParticipantRenamed {
            participant_id,
            name,
        } => {
            if let Some(participant) = state.participant_mut(*participant_id) {
                participant.name.clone_from(name);
            }
        }
        Event::HistoryShared { participant_id, .. } => {
            if let Some(participant) = state.participant_mut(*participant_id) {
                participant.sees_from = Seq(1);
            }
        }

        Event::CallJoined { participant_id } => state.call_joined(*participant_id),
        Event::CallLeft { participant_id } => state.call_left(*participant_id),
        Event::MediaSet {
            participant_id,
            camera,
            microphone,
            screen,
        } => {
            let (camera, microphone, screen) = (*camera, *microphone, *screen);
            state.media_set(
                *participant_id,
                Sources {
                    camera,
                    microphone,
                    screen,
                },
            );
        }
        Event::ParticipantMuted {
            participant_id,
            source,
            ..
        } => state.switched_off(*participant_id, *source),
        Event::TurnOnAsked {
            participant_id,
            source,
            by,
        } => state.turn_on_asked(Ask {
            id: AskId(seq.0),
            participant_id: *participant_id,
            source: *source,
            by: *by,
        }),
        Event::TurnOnAnswered { asked, .. } => state.turn_on_answered(*asked),
        Event::HandRaised { participant_id, .. } => {
            if let Some(participant) = state.participant_mut(*participant_id) {
                participant.hand_raised_at = Some(at);
            }
        }
        Event::HandLowered { participant_id, .. } => {
            if let Some(participant) = state.participant_mut(*participant_id) {
                participant.hand_raised_at = None;
            }
        }
        Event::ModeChosen { mode, .. } => state.mode_chosen(*mode),

        Event::MessagePosted {
            author,
            text,
            provenance,
            audience,
            reply_to,
            citations,
            turn_id,
            interrupted,
            confidence: _,
            notice: _,
            client_id,
        } => {
            let message = Message {
                id: MessageId(seq.0),
                author: *author,
                text: text.clone(),
                at,
                provenance: provenance.clone(),
                audience: *audience,
                reply_to: *reply_to,
                citations: citations.clone(),
                turn_id: *turn_id,
                retracted: false,
                interrupted: *interrupted,
            };
            message_posted(state, message, client_id.as_deref());
        }
        Event::MessageRetracted { message_id, .. } => {
            if let Ok(index) = state
                .messages
                .binary_search_by_key(message_id, |message| message.id)
                && let Some(message) = state.messages.get_mut(index)
            {
                message.retracted = true;
            }
            state
                .floor
                .waiting
                .retain(|waiting| waiting.message_id != *message_id);
        }
        Event::FloorDecided {
            message_id,
            speaks,
            reason,
            ..
        } => {
            let asker = state
                .message(*message_id)
                .and_then(|message| message.author);
            if let (true, Some(asker)) = (*speaks, asker) {
                let courtesy = matches!(reason, Reason::AloneAcknowledgement { .. });
                state.floor.waiting.push_back(Waiting {
                    message_id: *message_id,
                    asker,
                    courtesy,
                    whispered: false,
                });
            }
        }
        Event::TurnStarted {
            floor_version,
            asker,
            questions,
            courtesy,
            on_whisper_of,
        } => {
            state
                .floor
                .waiting
                .retain(|waiting| !questions.contains(&waiting.message_id));
            state.floor.turn = Some(Turn {
                id: TurnId(seq.0),
                floor_version: *floor_version,
                asker: *asker,
                questions: questions.clone(),
                courtesy: *courtesy,
                on_whisper_of: *on_whisper_of,
                speaking: false,
                started_at: at,
            });
        }
        Event::TurnSpeaking { turn_id, .. } => {
            if let Some(turn) = running(state, *turn_id) {
                turn.speaking = true;
            }
        }
        Event::TurnOutdated {
            turn_id,
            by,
            kept_as_draft,
            whispered: _,
        } => turn_outdated(state, *turn_id, *by, *kept_as_draft),
        Event::TurnFinished { turn_id, .. } => {
            if running(state, *turn_id).is_some() {
                state.floor.turn = None;
            }
        }
        Event::DraftKept {
            turn_id,
            owner,
            text,
            citations,
        } => {
            state.floor.drafts_due.retain(|(due, _)| due != turn_id);
            if state.drafts.len() == DRAFTS_KEPT {
                state.drafts.remove(0);
            }
            state.drafts.push(KeptDraft {
                turn_id: *turn_id,
                owner: *owner,
                text: text.clone(),
                citations: citations.clone(),
            });
        }
        Event::HandedBack { .. } => state.floor.stepped_back = false,
        Event::SteppedBack { .. } => {
            state.floor.stepped_back = true;
            state.floor.others_active_at = at;
        }

        Event::HandoffRaised {
            reason,
            question,
            chain,
            step_ends_at,
        } => {
            state.handoffs.push(Handoff {
                id: HandoffId(seq.0),
                reason: reason.clone(),
                questions: vec![*question],
                raised_at: at,
                step_ends_at: *step_ends_at,
                chain: chain.iter().map(asked).collect(),
                state: HandoffState::Raised,
                step: 0,
                claimed_by: None,
                taken_by: None,
                taker_spoke: false,
                email: None,
            });
            forget_oldest(&mut state.handoffs, RESOLVED_HANDOFFS_KEPT, |handoff| {
                !handoff.is_open()
            });
        }
        Event::HandoffQuestionAdded {
            handoff_id,
            question,
        } => {
            if let Some(handoff) = state.handoff_mut(*handoff_id) {
                handoff.questions.push(*question);
            }
        }
        Event::HandoffNotified {
            handoff_id,
            user_id,
        } => {
            if let Some(handoff) = state.handoff_mut(*handoff_id) {
                if let Some(notified) = notified_mut(handoff, *user_id) {
                    notified.told_at.get_or_insert(at);
                }
                if handoff.state == HandoffState::Raised {
                    handoff.state = HandoffState::Notified;
                }
            }
        }
        Event::HandoffOpened {
            handoff_id,
            user_id,
        } => {
            if let Some(notified) = state
                .handoff_mut(*handoff_id)
                .and_then(|handoff| notified_mut(handoff, *user_id))
            {
                notified.opened_at.get_or_insert(at);
            }
        }
        Event::HandoffTaken {
            handoff_id,
            user_id,
            lease_ends_at,
        } => {
            let taken_by = inside_as(state, *user_id);
            if let Some(handoff) = state.handoff_mut(*handoff_id) {
                handoff.state = HandoffState::Taken { by: *user_id };
                handoff.step_ends_at = *lease_ends_at;
                handoff.claimed_by = Some(*user_id);
                handoff.taken_by = taken_by;
                handoff.taker_spoke = false;
                for notified in &mut handoff.chain {
                    notified.withdrawn = notified.user_id != *user_id;
                }
            }
        }
        Event::HandoffReleased {
            handoff_id,
            step_ends_at,
            ..
        } => {
            if let Some(handoff) = state.handoff_mut(*handoff_id) {
                let told = handoff
                    .chain
                    .iter()
                    .any(|notified| notified.told_at.is_some());
                handoff.state = if told {
                    HandoffState::Notified
                } else {
                    HandoffState::Raised
                };
                handoff.step_ends_at = *step_ends_at;
                handoff.claimed_by = None;
                handoff.taken_by = None;
                handoff.taker_spoke = false;
            }
        }
        Event::HandoffPassedOn {
            handoff_id,
            to,
            step_ends_at,
        } => {
            if let Some(handoff) = state.handoff_mut(*handoff_id) {
                handoff.step_ends_at = *step_ends_at;
                for notified in &mut handoff.chain {
                    notified.withdrawn = notified.user_id != to.user_id;
                }
                if let Some(step) = handoff
                    .chain
                    .iter()
                    .position(|notified| notified.user_id == to.user_id)
                {
                    handoff.step = step;
                }
            }
        }
        Event::HandoffExpired {
            handoff_id,
            owed_by,
        } => {
            if let Some(handoff) = state.handoff_mut(*handoff_id) {
                handoff.state = HandoffState::FollowUp {
                    owed_by: owed_by.user_id,
                    email: handoff.email.clone(),
                };
                handoff.claimed_by = None;
                handoff.taken_by = None;
            }
        }
        Event::FollowUpEmailGiven { handoff_id, email } => {
            if let Some(handoff) = state.handoff_mut(*handoff_id) {
                handoff.email = Some(email.clone());
                if let HandoffState::FollowUp { email: shown, .. } = &mut handoff.state {
                    *shown = Some(email.clone());
                }
            }
        }
        Event::HandoffResolved {
            handoff_id, how, ..
        } => {
            if let Some(handoff) = state.handoff_mut(*handoff_id) {
                handoff.state = HandoffState::Resolved { how: how.clone() };
                for notified in &mut handoff.chain {
                    notified.withdrawn = true;
                }
            }
        }
        // Kept outside of the conversation; the log alone remembers that it was.
        Event::KnowledgeKept { .. } => {}
    }
}

/// Forgets the oldest of those that are over, so that no more than `kept` of them remain.
fn forget_oldest<T>(list: &mut Vec<T>, kept: usize, is_over: impl Fn(&T) -> bool) {
    let over = list.iter().filter(|item| is_over(item)).count();
    if over > kept
        && let Some(oldest) = list.iter().position(is_over)
    {
        list.remove(oldest);
    }
}

fn settle(state: &mut State, request_id: JoinRequestId, settled: JoinState) {
    if let Some(request) = state.request_mut(request_id) {
        request.state = settled;
    }
}

fn turn_invitation(state: &mut State, invitation_id: InvitationId, into: InvitationState) {
    if let Some(invitation) = state.invitation_mut(invitation_id) {
        invitation.state = into;
    }
}

fn set_presence(state: &mut State, participant_id: ParticipantId, presence: Presence) {
    if let Some(participant) = state.participant_mut(participant_id) {
        participant.presence = presence;
    }
}

fn counts_as_other(participant: &Participant) -> bool {
    participant.is_human() && participant.acts() && participant.role != Role::Visitor
}

fn participant_joined(state: &mut State, participant: Participant, at: Timestamp) {
    if counts_as_other(&participant) {
        state.floor.others_active_at = at;
    }
    if let Some(request_id) = participant.request_id
        && let Some(request) = state.request_mut(request_id)
    {
        if participant.role == Role::Owner
            && matches!(request.state, JoinState::Admitted { by: None, .. })
        {
            state.entered_alone = Some(participant.id);
        }
        settle(
            state,
            request_id,
            JoinState::Joined {
                participant_id: participant.id,
            },
        );
    }
    if let Some(user_id) = participant.user_id()
        && participant.presence_mode == PresenceMode::Participant
    {
        for handoff in &mut state.handoffs {
            if handoff.state == (HandoffState::Taken { by: user_id }) {
                handoff.taken_by = Some(participant.id);
            }
        }
    }
    state.participants.push(participant);
    forget_oldest(&mut state.participants, GONE_KEPT, |participant| {
        !participant.is_inside() && !matches!(participant.role, Role::Visitor | Role::Persona)
    });
}

/// What somebody had at hand goes with them: their ids for messages, questions that wait, drafts.
fn participant_gone(state: &mut State, participant_id: ParticipantId) {
    state.client_ids.remove(&participant_id);
    state
        .floor
        .waiting
        .retain(|waiting| waiting.asker != participant_id);
    state
        .floor
        .drafts_due
        .retain(|(_, owner)| *owner != participant_id);
    state.drafts.retain(|draft| draft.owner != participant_id);
    state.out_of_the_call(participant_id);
    if state.entered_alone == Some(participant_id) {
        state.entered_alone = None;
    }
}

fn message_posted(state: &mut State, message: Message, client_id: Option<&str>) {
    let (id, at) = (message.id, message.at);
    let by_hand = matches!(
        message.provenance,
        Provenance::Human | Provenance::AiEdited { .. }
    );
    if let (Some(author), true) = (message.author, by_hand) {
        if let Some(client_id) = client_id {
            let sent = state.client_ids.entry(author).or_default();
            if sent.len() == CLIENT_IDS_KEPT {
                sent.pop_front();
            }
            sent.push_back((client_id.to_owned(), Seq(id.0)));
        }
        match message.audience {
            MessageAudience::Everyone => spoke_to_everyone(state, author, at),
            MessageAudience::StaffAndPersona => {
                state.floor.waiting.push_back(Waiting {
                    message_id: id,
                    asker: author,
                    courtesy: false,
                    whispered: true,
                });
            }
            MessageAudience::Staff => {}
        }
    }
    if let (Provenance::AiEdited { .. }, Some(turn_id)) = (&message.provenance, message.turn_id) {
        state.drafts.retain(|draft| draft.turn_id != turn_id);
    }
    state.message_count += 1;
    if state.messages.len() == MESSAGES_AT_HAND {
        state.messages.pop_front();
    }
    state.messages.push_back(message);
}

fn spoke_to_everyone(state: &mut State, author: ParticipantId, at: Timestamp) {
    state.spoken_at = at;
    if let Some(participant) = state.participant_mut(author) {
        participant.spoke_at = Some(at);
        if counts_as_other(participant) {
            state.floor.others_active_at = at;
        }
    }
    for handoff in &mut state.handoffs {
        if handoff.taken_by == Some(author) {
            handoff.taker_spoke = true;
        }
    }
}

fn running(state: &mut State, turn_id: TurnId) -> Option<&mut Turn> {
    state.floor.turn.as_mut().filter(|turn| turn.id == turn_id)
}

fn turn_outdated(state: &mut State, turn_id: TurnId, by: OutdatedBy, kept_as_draft: bool) {
    if running(state, turn_id).is_none() {
        return;
    }
    state.floor.turn = None;
    match by {
        // What waited was asked of a floor that is no longer the persona's.
        OutdatedBy::SomeoneElseSpoke
        | OutdatedBy::OwnerJoined
        | OutdatedBy::ToldToStop
        | OutdatedBy::ConversationEnded => {
            state.floor.waiting.clear();
        }
        OutdatedBy::QuestionRetracted
        | OutdatedBy::AskerAdded
        | OutdatedBy::AskerGone
        | OutdatedBy::Failed => {}
    }
    let owner = state
        .inside()
        .find(|participant| participant.role == Role::Owner)
        .map(|owner| owner.id);
    if let (true, Some(owner)) = (kept_as_draft, owner) {
        if state.floor.drafts_due.len() == DRAFTS_KEPT {
            state.floor.drafts_due.pop_front();
        }
        state.floor.drafts_due.push_back((turn_id, owner));
    }
}

fn asked(user: &UserRef) -> Notified {
    Notified {
        user_id: user.user_id,
        name: user.name.clone(),
        told_at: None,
        opened_at: None,
        withdrawn: false,
    }
}

fn notified_mut(handoff: &mut Handoff, user_id: UserId) -> Option<&mut Notified> {
    handoff
        .chain
        .iter_mut()
        .find(|notified| notified.user_id == user_id)
}

fn inside_as(state: &State, user_id: UserId) -> Option<ParticipantId> {
    state
        .inside()
        .find(|participant| participant.user_id() == Some(user_id) && participant.acts())
        .map(|participant| participant.id)
}
