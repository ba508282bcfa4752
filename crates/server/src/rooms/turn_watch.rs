//! Workers that write an answer, to be told when nobody wants it any more.

use tokio::sync::oneshot;
use trialogue_conversation::State;
use trialogue_conversation::ids::TurnId;

/// Who waits for the end of which turn. As many as there are workers at one conversation's turns: one, rarely two.
#[derive(Default)]
pub(super) struct TurnWatch(Vec<(TurnId, oneshot::Sender<()>)>);

impl TurnWatch {
    pub(super) fn add(&mut self, state: &State, turn_id: TurnId, over: oneshot::Sender<()>) {
        self.0.push((turn_id, over));
        self.notice(state);
    }

    /// Tells those whose turn is not the floor's own any more.
    pub(super) fn notice(&mut self, state: &State) {
        let current = state.floor().turn.as_ref().map(|turn| turn.id);
        let (stay, ended) = std::mem::take(&mut self.0)
            .into_iter()
            .partition(|(turn_id, over)| Some(*turn_id) == current && !over.is_closed());
        self.0 = stay;
        for (_, over) in ended {
            // A worker that finished meanwhile does not need to know.
            let _ = over.send(());
        }
    }
}
