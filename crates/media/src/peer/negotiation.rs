//! Offers and answers, either way.

use str0m::RtcError;
use str0m::change::{SdpAnswer, SdpOffer};
use str0m::media::{Direction, MediaKind, Mid};

use super::channels::Channels;
use super::{Peer, sdp};

/// An answer or offer could not be taken.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NegotiationError {
    #[error("malformed session description")]
    Malformed,
    #[error("session description refused: {0}")]
    Refused(RtcError),
    #[error("session description that cannot be handled")]
    Unmanageable,
}

/// A section that the server offers in v0.
pub(crate) struct NewSection {
    pub kind: MediaKind,
    pub stream: String,
    pub track: String,
}

/// An offer of the server's.
pub(crate) struct Offer {
    pub id: u32,
    pub sdp: String,
    /// The sections that the additions became, in their order.
    pub added: Vec<Mid>,
}

impl Peer {
    /// Answers an offer.
    pub(crate) fn accept_offer(&mut self, offer: &str) -> Result<String, NegotiationError> {
        // What str0m does for each section grows with their number.
        let sections = offer.lines().filter(|line| line.starts_with("m="));
        if sections.count() > sdp::MAX_SECTIONS {
            return Err(NegotiationError::Malformed);
        }
        let answer = self.contained(|rtc| {
            let offer =
                SdpOffer::from_sdp_string(offer).map_err(|_| NegotiationError::Malformed)?;
            let answer = rtc.sdp_api().accept_offer(offer);
            answer.map_err(NegotiationError::Refused)
        });
        let answer = answer.ok_or(NegotiationError::Unmanageable)??;
        Ok(answer.to_sdp_string())
    }

    /// Whether an offer of ours waits for its answer.
    pub(crate) fn has_pending_offer(&self) -> bool {
        self.pending_offer.is_some()
    }

    /// Offers new sections and stops others, and once more what an offer without an answer held: the client may have taken that one, so its sections keep
    /// their places.
    pub(crate) fn offer(
        &mut self,
        added: &[NewSection],
        stopped: &[Mid],
        restart: bool,
    ) -> Option<Offer> {
        let mut changes = self.rtc.sdp_api();
        if let Some((_, pending)) = self.pending_offer.take() {
            changes.merge(pending);
        }
        if self.last_offer == 0 {
            Channels::add_to(&mut changes);
        }
        let added = added
            .iter()
            .map(|new| {
                changes.add_media(
                    new.kind,
                    Direction::SendOnly,
                    Some(new.stream.clone()),
                    Some(new.track.clone()),
                    None,
                )
            })
            .collect();
        for mid in stopped {
            changes.stop_media(*mid);
        }
        if restart && self.is_answered {
            // After the merge: this one counts, not that of the offer before. Without any answer there is no ICE to begin again: str0m would offer a new name
            // and go on under the old one.
            changes.ice_restart(true);
        }
        let (offer, pending) = changes.apply()?;
        self.last_offer += 1;
        self.pending_offer = Some((self.last_offer, pending));
        Some(Offer {
            id: self.last_offer,
            sdp: offer.to_sdp_string(),
            added,
        })
    }

    /// Takes the answer to an offer. One to an older offer is ignored.
    pub(crate) fn accept_answer(&mut self, id: u32, answer: &str) -> Result<(), NegotiationError> {
        // Clients that know no ids send 0.
        let Some((_, pending)) = self
            .pending_offer
            .take_if(|(expected, _)| id == 0 || *expected == id)
        else {
            return Ok(());
        };
        let taken = self.contained(|rtc| {
            let answer =
                SdpAnswer::from_sdp_string(answer).map_err(|_| NegotiationError::Malformed)?;
            let taken = rtc.sdp_api().accept_answer(pending, answer);
            taken.map_err(NegotiationError::Refused)
        });
        taken.ok_or(NegotiationError::Unmanageable)??;
        self.is_answered = true;
        Ok(())
    }
}
