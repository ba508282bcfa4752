//! Bookkeeping of what is switched on, and of who was asked to.

use super::State;
use crate::ids::{AskId, InvitationId, ParticipantId};
use crate::media::{Ask, InteractionMode, MediaSource, Sources, video_refused};

impl State {
    pub(super) fn call_joined(&mut self, participant_id: ParticipantId) {
        if let Some(participant) = self.participant_mut(participant_id) {
            participant.in_call = true;
        }
    }

    /// Whoever goes on by text is asked nothing: where they could answer is gone.
    pub(super) fn call_left(&mut self, participant_id: ParticipantId) {
        if let Some(participant) = self.participant_mut(participant_id) {
            participant.all_off();
        }
        self.asks.retain(|ask| ask.participant_id != participant_id);
    }

    /// Who sends something takes part.
    pub(super) fn media_set(&mut self, participant_id: ParticipantId, media: Sources) {
        if let Some(participant) = self.participant_mut(participant_id) {
            participant.media = media;
            participant.in_call |= media.any();
        }
        self.asks
            .retain(|ask| ask.participant_id != participant_id || !media.has(ask.source));
    }

    pub(super) fn switched_off(&mut self, participant_id: ParticipantId, source: MediaSource) {
        if let Some(participant) = self.participant_mut(participant_id) {
            participant.media = participant.media.without(source);
        }
    }

    pub(super) fn turn_on_asked(&mut self, ask: Ask) {
        self.asks.retain(|known| {
            (known.participant_id, known.source) != (ask.participant_id, ask.source)
        });
        self.asks.push(ask);
    }

    pub(super) fn turn_on_answered(&mut self, asked: AskId) {
        self.asks.retain(|ask| ask.id != asked);
    }

    pub(super) fn mode_chosen(&mut self, mode: InteractionMode) {
        self.mode = mode;
        if mode == InteractionMode::Chat {
            self.all_off();
        }
    }

    /// Whoever is not there sends nothing, wishes nothing and is asked nothing.
    pub(super) fn out_of_the_call(&mut self, participant_id: ParticipantId) {
        if let Some(participant) = self.participant_mut(participant_id) {
            participant.all_off();
            participant.hand_raised_at = None;
        }
        self.asks
            .retain(|ask| ask.participant_id != participant_id && ask.by != participant_id);
    }

    /// The guest who came by this invitation.
    pub(super) fn guest_out_of_the_call(&mut self, invitation_id: InvitationId) {
        let guest = self
            .inside()
            .find(|one| one.invitation_id() == Some(invitation_id))
            .map(|guest| guest.id);
        if let Some(guest) = guest {
            self.out_of_the_call(guest);
        }
    }

    pub(super) fn settings_apply_to_media(&mut self) {
        if video_refused(self).is_some() {
            self.all_off();
        }
    }

    pub(super) fn all_off(&mut self) {
        for participant in &mut self.participants {
            participant.all_off();
        }
        self.asks.clear();
    }

    pub(super) fn lower_all_hands(&mut self) {
        for participant in &mut self.participants {
            participant.hand_raised_at = None;
        }
    }
}
