//! A turn's words on the pages of those who may read them.

use crate::app::App;
use trialogue_conversation::Signal;
use trialogue_conversation::command::{Actor, Command};
use trialogue_conversation::ids::{ConversationId, TurnId};

/// Shows a turn's words as they come, as long as the core lets it.
pub(super) struct Showing<'a> {
    pub app: &'a App,
    pub conversation_id: ConversationId,
    pub turn_id: TurnId,
    begun: bool,
    /// Nobody wants the words any more: nothing is shown from now on.
    outdated: bool,
}

impl<'a> Showing<'a> {
    pub(super) fn new(app: &'a App, conversation_id: ConversationId, turn_id: TurnId) -> Self {
        Self {
            app,
            conversation_id,
            turn_id,
            begun: false,
            outdated: false,
        }
    }

    /// The whole text so far. The first words are asked for; whether the later ones are shown is asked at each delivery.
    pub(super) async fn show(&mut self, text: &str) {
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
