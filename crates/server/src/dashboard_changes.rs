//! Tells open dashboards what changed, so that they ask again. A dashboard that falls behind is told that everything did.

use serde::Serialize;
use tokio::sync::broadcast;
use trialogue_conversation::ids::WorkspaceId;

/// Changes that may wait for one dashboard.
const WAITING: usize = 256;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
pub enum ChangedList {
    Conversations,
    Handoffs,
    Personas,
    Sources,
    Mails,
    Users,
    /// Some changes were missed: ask for everything again.
    Everything,
}

#[derive(Clone, Copy, Debug)]
pub struct Change {
    pub workspace_id: WorkspaceId,
    pub list: ChangedList,
}

#[derive(Clone)]
pub struct DashboardChanges {
    sender: broadcast::Sender<Change>,
}

impl Default for DashboardChanges {
    fn default() -> Self {
        Self::new()
    }
}

impl DashboardChanges {
    pub fn new() -> Self {
        Self {
            sender: broadcast::channel(WAITING).0,
        }
    }

    pub fn tell(&self, workspace_id: WorkspaceId, list: ChangedList) {
        // Without an open dashboard there is nobody to tell.
        let _ = self.sender.send(Change { workspace_id, list });
    }

    pub fn watch(&self) -> broadcast::Receiver<Change> {
        self.sender.subscribe()
    }
}
