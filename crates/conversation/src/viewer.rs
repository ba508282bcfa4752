//! Whoever looks at a conversation, as visibility needs to know them.

use crate::ids::{ParticipantId, Seq};
use crate::participant::{PresenceMode, Role};
use crate::permissions::{Action, in_table};
use crate::state::State;

/// Made from the state for one who is inside, or for staff who read. A viewer is a copy: make it anew after events that
/// change the view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Viewer {
    /// None for staff who read without being inside.
    pub participant_id: Option<ParticipantId>,
    pub role: Role,
    pub presence_mode: PresenceMode,
    /// The first seq whose content may be seen.
    pub sees_from: Seq,
    pub sees_monitors: bool,
    /// May admit others.
    pub is_host: bool,
}

/// Viewers with equal keys are shown equal bytes of every event.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct AudienceKey {
    class: Class,
    sees_from: Seq,
    sees_monitors: bool,
    /// Set where something is for this one alone: an owner's drafts, a visitor's own invitations.
    own: Option<ParticipantId>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Class {
    Staff,
    Visitor,
    Guest,
}

impl Viewer {
    /// One who is inside. The visitor may read their conversation even after leaving; nobody else may.
    pub fn participant(state: &State, id: ParticipantId) -> Option<Self> {
        let participant = state.participant(id)?;
        if !participant.is_human()
            || !(participant.is_inside() || participant.role == Role::Visitor)
        {
            return None;
        }
        let shown = state
            .settings()
            .is_some_and(|settings| settings.show_monitors);
        Some(Self {
            participant_id: Some(id),
            role: participant.role,
            presence_mode: participant.presence_mode,
            sees_from: participant.sees_from,
            sees_monitors: shown
                || in_table(
                    participant.role,
                    participant.presence_mode,
                    Action::SeeMonitors,
                ),
            is_host: participant.is_inside() && participant.is_host(),
        })
    }

    /// Staff who read from the dashboard: the persona's owner, its queue's agents and supervisors, admins (design §4.6).
    /// The server checks that they are and writes the audit log. `role` is `Owner`, `Agent` or `Supervisor`.
    pub fn reader(role: Role) -> Self {
        Self {
            participant_id: None,
            role,
            presence_mode: PresenceMode::Monitor,
            sees_from: Seq(1),
            sees_monitors: in_table(role, PresenceMode::Monitor, Action::SeeMonitors),
            is_host: false,
        }
    }

    /// Viewers whose keys are equal may be sent the same bytes.
    pub fn audience_key(&self) -> AudienceKey {
        let class = match self.role {
            Role::Visitor => Class::Visitor,
            _ if self.sees(Action::SeeWhispers) => Class::Staff,
            _ => Class::Guest,
        };
        let own = self
            .participant_id
            .filter(|_| matches!(self.role, Role::Visitor | Role::Owner));
        AudienceKey {
            class,
            sees_from: self.sees_from,
            sees_monitors: self.sees_monitors,
            own,
        }
    }

    pub(crate) fn sees(&self, action: Action) -> bool {
        in_table(self.role, self.presence_mode, action)
    }

    /// Works for the workspace.
    pub(crate) fn is_staff(&self) -> bool {
        self.sees(Action::SeeWhispers)
    }
}
