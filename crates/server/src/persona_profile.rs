//! What the store keeps of a persona as JSON, and what the core is given of it.

use crate::app::App;
use crate::problem::Problem;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use trialogue_conversation::event::{PersonaProfile, UserRef};
use trialogue_conversation::ids::{PersonaId, UserId};
use trialogue_conversation::settings::Settings;
use trialogue_storage::Persona;
use uuid::Uuid;

/// The profile column of a persona.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct Profile {
    pub call_names: Vec<String>,
    pub greeting: String,
    /// For an outside model; the built-in answerer has no use for it.
    pub instructions: String,
    /// Asked after the owner, in this order.
    pub backups: Vec<UserId>,
    pub handoff_topics: Vec<String>,
    pub in_call_users: bool,
    pub disable_video: bool,
    pub many_screens: bool,
    /// In percent.
    pub confidence_threshold: u8,
}

impl Default for Profile {
    fn default() -> Self {
        let settings = Settings::default();
        Self {
            call_names: Vec::new(),
            greeting: String::new(),
            instructions: String::new(),
            backups: Vec::new(),
            handoff_topics: settings.handoff_topics,
            in_call_users: settings.in_call_users,
            disable_video: settings.disable_video,
            many_screens: settings.many_screens,
            confidence_threshold: settings.confidence_threshold,
        }
    }
}

/// The persona of an address that anybody may have, whichever workspace it is in.
pub async fn public_persona(app: &App, id: Uuid) -> Result<Persona, Problem> {
    app.store
        .find_persona(PersonaId(id))
        .await?
        .ok_or_else(|| Problem::not_found("persona"))
}

impl Profile {
    pub fn read(persona: &Persona) -> Result<Self, Problem> {
        serde_json::from_str(&persona.profile).map_err(Problem::internal)
    }

    pub fn to_json(&self) -> Result<String, Problem> {
        serde_json::to_string(self).map_err(Problem::internal)
    }

    pub fn settings(&self, app: &App) -> Settings {
        Settings {
            in_call_users: self.in_call_users,
            disable_video: self.disable_video,
            many_screens: self.many_screens,
            media_available: app.config.media.enabled,
            confidence_threshold: self.confidence_threshold,
            handoff_topics: self.handoff_topics.clone(),
            ..Settings::default()
        }
    }
}

/// The names of a workspace's users, for showing owners and backups.
pub struct UserNames(HashMap<UserId, String>);

impl UserNames {
    pub async fn of(
        app: &App,
        workspace_id: trialogue_conversation::ids::WorkspaceId,
    ) -> Result<Self, Problem> {
        let users = app.store.users(workspace_id).await?;
        Ok(Self(
            users
                .into_iter()
                .map(|user| (user.user_id, user.name))
                .collect(),
        ))
    }

    pub fn named(&self, user_id: UserId) -> UserRef {
        UserRef {
            user_id,
            name: self
                .0
                .get(&user_id)
                .cloned()
                .unwrap_or_else(|| "Somebody".into()),
        }
    }

    pub fn knows(&self, user_id: UserId) -> bool {
        self.0.contains_key(&user_id)
    }
}

/// Where a persona's picture is served; the time in it tells caches apart.
pub fn picture_url(persona: &Persona) -> Option<String> {
    persona
        .picture_at
        .map(|at| format!("/api/v1/personas/{}/picture?v={}", persona.persona_id, at.0))
}

/// The persona as its conversations know it.
pub fn conversation_profile(
    persona: &Persona,
    profile: &Profile,
    names: &UserNames,
) -> PersonaProfile {
    PersonaProfile {
        persona_id: persona.persona_id,
        name: persona.name.clone(),
        call_names: profile.call_names.clone(),
        greeting: profile.greeting.clone(),
        owner: names.named(persona.owner_id),
        backups: profile
            .backups
            .iter()
            .map(|backup| names.named(*backup))
            .collect(),
        picture: picture_url(persona),
    }
}
