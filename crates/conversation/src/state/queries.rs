//! Questions that the rules, the server and the persona's worker ask of a state.

use super::{About, Ended, Floor, KeptDraft, Person, State};
use crate::handoff::Handoff;
use crate::ids::{
    HandoffId, InvitationId, JoinRequestId, MessageId, ParticipantId, Seq, Timestamp, UserId,
};
use crate::joining::{Invitation, InvitationState, JoinRequest, JoinState};
use crate::media::{Ask, InteractionMode};
use crate::message::Message;
use crate::participant::{Identity, Participant, Presence, Role};
use crate::settings::{PLACE_HELD_MS, Settings};

impl State {
    /// The seq of the last event applied; 0 before the first.
    pub fn seq(&self) -> Seq {
        self.seq
    }

    /// None until the conversation is started.
    pub fn about(&self) -> Option<&About> {
        self.about.as_ref()
    }

    pub fn settings(&self) -> Option<&Settings> {
        self.about.as_ref().map(|about| &about.settings)
    }

    pub fn ended(&self) -> Option<Ended> {
        self.ended
    }

    pub fn is_open(&self) -> bool {
        self.about.is_some() && self.ended.is_none()
    }

    pub fn floor(&self) -> &Floor {
        &self.floor
    }

    /// The newest messages, oldest first; at most [`super::MESSAGES_AT_HAND`].
    pub fn messages(&self) -> impl DoubleEndedIterator<Item = &Message> {
        self.messages.iter()
    }

    pub fn message(&self, id: MessageId) -> Option<&Message> {
        let index = self
            .messages
            .binary_search_by_key(&id, |message| message.id)
            .ok()?;
        self.messages.get(index)
    }

    /// What a message says, if it was not taken back.
    pub fn said(&self, id: MessageId) -> Option<&Message> {
        self.message(id).filter(|message| !message.retracted)
    }

    /// Everybody inside, and those who left lately, in the order of joining.
    pub fn participants(&self) -> impl Iterator<Item = &Participant> {
        self.participants.iter()
    }

    pub fn participant(&self, id: ParticipantId) -> Option<&Participant> {
        let index = self
            .participants
            .binary_search_by_key(&id, |participant| participant.id)
            .ok()?;
        self.participants.get(index)
    }

    pub(crate) fn participant_mut(&mut self, id: ParticipantId) -> Option<&mut Participant> {
        let index = self
            .participants
            .binary_search_by_key(&id, |participant| participant.id)
            .ok()?;
        self.participants.get_mut(index)
    }

    /// The participant that this identity is, if inside.
    pub fn participant_of(&self, identity: &Identity) -> Option<&Participant> {
        let person = Person::from(identity);
        self.inside()
            .find(|participant| Person::from(&participant.identity) == person)
    }

    /// The visitor, whether inside or gone.
    pub fn visitor(&self) -> Option<&Participant> {
        self.participants
            .iter()
            .find(|participant| participant.role == Role::Visitor)
    }

    pub fn persona(&self) -> Option<&Participant> {
        self.participants
            .iter()
            .find(|participant| participant.role == Role::Persona)
    }

    pub fn inside(&self) -> impl Iterator<Item = &Participant> {
        self.participants
            .iter()
            .filter(|participant| participant.is_inside())
    }

    /// People who count for the floor: acting, and here or with a place that is still held.
    pub(crate) fn present_humans(&self) -> impl Iterator<Item = &Participant> {
        self.participants.iter().filter(|participant| {
            participant.is_human()
                && participant.acts()
                && matches!(
                    participant.presence,
                    Presence::Here | Presence::Dropped { .. }
                )
        })
    }

    /// Present humans besides the visitor: while there is one, the persona waits to be addressed.
    pub(crate) fn present_others(&self) -> impl Iterator<Item = &Participant> {
        self.present_humans()
            .filter(|participant| participant.role != Role::Visitor)
    }

    /// Whether somebody who may admit others is connected.
    pub fn host_is_here(&self) -> bool {
        self.participants
            .iter()
            .any(|participant| participant.is_here() && participant.is_host())
    }

    /// When the last host who was connected went; none if there never was one.
    pub(crate) fn hosts_went_at(&self) -> Option<Timestamp> {
        let hosts = self
            .participants
            .iter()
            .filter(|participant| participant.is_host());
        hosts
            .filter_map(|host| match host.presence {
                Presence::Here => None,
                Presence::Dropped { since } => Some(since),
                // Their place was held that long before they counted as away.
                Presence::Away { since } => Some(since.plus_ms(-PLACE_HELD_MS)),
                Presence::Left { at } | Presence::Removed { at } => Some(at),
            })
            .max()
    }

    /// Knocks of this identity, the newest last.
    pub fn requests_of(&self, identity: &Identity) -> impl Iterator<Item = &JoinRequest> {
        let person = Person::from(identity);
        self.requests
            .iter()
            .filter(move |request| Person::from(&request.identity) == person)
    }

    /// Whether this identity was removed: no door is open to it any more.
    pub fn was_removed(&self, identity: &Identity) -> bool {
        self.removed.contains(&Person::from(identity))
    }

    pub fn request(&self, id: JoinRequestId) -> Option<&JoinRequest> {
        self.requests.iter().rev().find(|request| request.id == id)
    }

    pub(crate) fn request_mut(&mut self, id: JoinRequestId) -> Option<&mut JoinRequest> {
        self.requests
            .iter_mut()
            .rev()
            .find(|request| request.id == id)
    }

    /// Knocks and admissions that are not settled yet.
    pub(crate) fn unsettled_requests(&self) -> impl Iterator<Item = &JoinRequest> {
        self.requests
            .iter()
            .filter(|request| request.is_unsettled())
    }

    pub fn invitation(&self, id: InvitationId) -> Option<&Invitation> {
        self.invitations
            .iter()
            .rev()
            .find(|invitation| invitation.id == id)
    }

    /// Whether what an invitation gave a guest who is inside still stands.
    pub(crate) fn invitation_holds(&self, id: InvitationId) -> bool {
        self.invitation(id).is_some_and(|invitation| {
            matches!(
                invitation.state,
                InvitationState::Sent | InvitationState::Accepted
            )
        })
    }

    pub(crate) fn invitation_mut(&mut self, id: InvitationId) -> Option<&mut Invitation> {
        self.invitations
            .iter_mut()
            .rev()
            .find(|invitation| invitation.id == id)
    }

    pub fn handoffs(&self) -> impl DoubleEndedIterator<Item = &Handoff> {
        self.handoffs.iter()
    }

    pub fn handoff(&self, id: HandoffId) -> Option<&Handoff> {
        self.handoffs.iter().rev().find(|handoff| handoff.id == id)
    }

    pub(crate) fn handoff_mut(&mut self, id: HandoffId) -> Option<&mut Handoff> {
        self.handoffs
            .iter_mut()
            .rev()
            .find(|handoff| handoff.id == id)
    }

    /// The handoff that is not settled. There is at most one.
    pub fn open_handoff(&self) -> Option<&Handoff> {
        self.handoffs.iter().rev().find(|handoff| handoff.is_open())
    }

    /// How the conversation is held.
    pub fn mode(&self) -> InteractionMode {
        self.mode
    }

    /// Requests to switch something on that are not answered; at most one for each person and source.
    pub fn asks(&self) -> &[Ask] {
        &self.asks
    }

    pub fn drafts(&self) -> &[KeptDraft] {
        &self.drafts
    }

    /// The name of a participant, also of one who left lately.
    pub fn name_of(&self, id: ParticipantId) -> &str {
        self.participant(id)
            .map_or("Somebody", |participant| &participant.name)
    }

    /// The event that this participant's own id for a message led to.
    pub(crate) fn sent_before(&self, by: ParticipantId, client_id: &str) -> Option<Seq> {
        let sent = self.client_ids.get(&by)?;
        sent.iter()
            .rev()
            .find(|(id, _)| id == client_id)
            .map(|(_, seq)| *seq)
    }
}

impl JoinRequest {
    /// Still to be decided, or admitted and not joined.
    pub fn is_unsettled(&self) -> bool {
        matches!(
            self.state,
            JoinState::Requested | JoinState::Admitted { .. }
        )
    }

    pub fn is_undecided(&self) -> bool {
        self.state == JoinState::Requested
    }

    /// Still to be decided at this time.
    pub fn is_open_at(&self, now: Timestamp) -> bool {
        self.state == JoinState::Requested && now < self.expires_at
    }

    /// In the waiting room at this time.
    pub fn is_admitted_at(&self, now: Timestamp) -> bool {
        matches!(self.state, JoinState::Admitted { .. }) && now < self.expires_at
    }
}

impl Invitation {
    /// Good for knocking at this time.
    pub fn is_good_at(&self, now: Timestamp) -> bool {
        match self.state {
            InvitationState::Sent => now < self.expires_at,
            InvitationState::Accepted => true,
            InvitationState::Rejected | InvitationState::Expired | InvitationState::Revoked => {
                false
            }
        }
    }
}

impl Handoff {
    /// Whether this user is one of those who are asked.
    pub fn asks(&self, user_id: UserId) -> bool {
        self.chain
            .iter()
            .any(|notified| notified.user_id == user_id)
    }
}

impl Participant {
    /// The invitation by which a guest came.
    pub fn invitation_id(&self) -> Option<InvitationId> {
        match self.identity {
            Identity::Guest { invitation_id, .. } => Some(invitation_id),
            Identity::Visitor { .. } | Identity::Persona { .. } | Identity::User { .. } => None,
        }
    }

    /// The dashboard account of a participant who has one.
    pub fn user_id(&self) -> Option<UserId> {
        match self.identity {
            Identity::User { user_id } => Some(user_id),
            Identity::Visitor { .. } | Identity::Persona { .. } | Identity::Guest { .. } => None,
        }
    }

    /// The one in charge when inside: the owner, or an agent in their place.
    pub fn leads(&self) -> bool {
        self.acts() && matches!(self.role, Role::Owner | Role::Agent)
    }
}
