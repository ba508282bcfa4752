use super::letter::{Letter, Part, listed};
use crate::{Link, UnixMillis, wording};

/// Asks somebody to become a user of the workspace.
#[derive(Clone, Debug)]
pub struct WorkspaceInvitation {
    pub invited_by: String,
    pub workspace: String,
    /// As shown to people: "owner", "agent" …
    pub roles: Vec<String>,
    pub link: Link,
    pub expires_at: UnixMillis,
}

/// There are four roles; more can only be a mistake.
const MAX_ROLES: usize = 8;

impl WorkspaceInvitation {
    pub(super) fn letter(&self) -> Letter {
        let by = wording::name(&self.invited_by, "An administrator");
        let workspace = wording::name(&self.workspace, "a workspace");
        let roles: Vec<String> = self
            .roles
            .iter()
            .take(MAX_ROLES)
            .map(|role| wording::name(role, "user"))
            .collect();
        let as_roles = if roles.is_empty() {
            String::new()
        } else {
            format!(" as {}", listed(&roles))
        };
        Letter {
            subject: format!("{by} invites you to {workspace}"),
            preview: "Choose a password and you are in.".to_owned(),
            heading: format!("Join {workspace}"),
            parts: vec![
                Part::Text(format!(
                    "{by} invites you to the workspace {workspace}{as_roles}. There, people and AI personas answer visitors together."
                )),
                Part::Button {
                    label: "Accept the invitation".to_owned(),
                    link: self.link.clone(),
                },
                Part::Fine(format!(
                    "You will choose your name and password first. The invitation is for this address and is valid until {}.",
                    self.expires_at.words()
                )),
            ],
            why: format!(
                "You get this mail because {by} entered your address. If you don’t know them, ignore it and nothing happens."
            ),
        }
    }
}
