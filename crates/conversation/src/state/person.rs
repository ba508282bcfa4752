//! Who somebody is across knocks, invitations and rejoins.

use crate::ids::{PersonaId, UserId, VisitorId};
use crate::participant::Identity;
use serde::Serialize;

/// One person, however often and by whichever invitation they come: what limits and removals are counted by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Person {
    Visitor(VisitorId),
    Persona(PersonaId),
    User(UserId),
    /// A guest is their address, in lower case.
    Email(String),
}

impl From<&Identity> for Person {
    fn from(identity: &Identity) -> Self {
        match identity {
            Identity::Visitor { visitor_id } => Self::Visitor(*visitor_id),
            Identity::Persona { persona_id } => Self::Persona(*persona_id),
            Identity::User { user_id } => Self::User(*user_id),
            Identity::Guest { email, .. } => Self::Email(normal_email(email)),
        }
    }
}

/// An address as it is compared and kept: without outer blanks, in lower case.
pub(crate) fn normal_email(email: &str) -> String {
    email.trim().to_lowercase()
}
