//! What personas know, at hand: one index a persona, loaded when first asked and forgotten when its sources change.

mod documents;
mod shown;

pub use documents::{as_read, kind_of_file};
pub use shown::{AnswererHealth, Passage, Trial, citation, percent};

use crate::app::App;
use crate::config::Config;
use crate::persona_profile::Profile;
use crate::problem::Problem;
use documents::{pairs_source, plain_text};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use trialogue_conversation::ids::{PersonaId, WorkspaceId};
use trialogue_conversation::message::Citation;
use trialogue_persona::{
    Answer, Answerer, BuiltIn, Embedder, Index, ModelAnswerer, OnText, Question, Request, Role,
    Settings, SourceIndex, Turn, WrittenBy,
};
use trialogue_storage::{Persona, Source, SourceId};

/// Threads for embedding: half of a small machine, so that conversations stay live while documents are read.
const EMBEDDER_THREADS: usize = 1;

pub struct Knowledge {
    embedder: Option<Arc<Embedder>>,
    built_in: BuiltIn,
    /// Words the answers, where one is configured.
    model: Option<ModelAnswerer>,
    indexes: Mutex<HashMap<PersonaId, Slot>>,
}

/// Who asks first loads; the others wait for it.
type Slot = Arc<tokio::sync::OnceCell<Arc<Index>>>;

impl Knowledge {
    /// Without the model folder, search runs on keywords alone. A damaged one is an error.
    pub fn open(config: &Config) -> anyhow::Result<Self> {
        let embedder = if config.model_dir.is_dir() {
            Some(Arc::new(Embedder::load(
                &config.model_dir,
                EMBEDDER_THREADS,
            )?))
        } else {
            None
        };
        let built_in = BuiltIn::new(embedder.clone());
        let model = config
            .answerer
            .as_ref()
            .map(|endpoint| ModelAnswerer::new(endpoint.model_config(), built_in.clone()))
            .transpose()?;
        Ok(Self {
            built_in,
            model,
            embedder,
            indexes: Mutex::default(),
        })
    }

    /// How search works here, as `/healthz` says it.
    pub fn retrieval(&self) -> &'static str {
        if self.embedder.is_some() {
            "hybrid"
        } else {
            "keyword_only"
        }
    }

    /// How search works for one persona, as its page says it: `indexing` while sources that were read without the model are
    /// matched by their words until they are indexed again.
    pub async fn retrieval_of(
        &self,
        app: &App,
        persona: &Persona,
    ) -> Result<&'static str, Problem> {
        if self.embedder.is_none() {
            return Ok(self.retrieval());
        }
        let index = self
            .index(app, persona.workspace_id, persona.persona_id)
            .await?;
        Ok(if index.has_embeddings() {
            self.retrieval()
        } else {
            "indexing"
        })
    }

    /// The persona's sources that would be indexed better today: then there was no model, or the index had another form.
    pub async fn to_index_again(
        &self,
        app: &App,
        workspace_id: WorkspaceId,
        persona_id: PersonaId,
    ) -> Result<Vec<SourceId>, Problem> {
        let segments = app.store.source_indexes(workspace_id, persona_id).await?;
        let has_model = self.embedder.is_some();
        blocking(move || {
            let is_behind = |bytes: &[u8]| match SourceIndex::from_bytes(bytes) {
                Ok(segment) => has_model && !segment.has_embeddings(),
                Err(_) => true,
            };
            Ok(segments
                .into_iter()
                .filter(|(_, bytes)| is_behind(bytes))
                .map(|(source_id, _)| source_id)
                .collect())
        })
        .await
    }

    pub fn embedder(&self) -> Option<Arc<Embedder>> {
        self.embedder.clone()
    }

    /// After a persona's sources or pairs changed: the next question reads them anew.
    pub fn forget(&self, persona_id: PersonaId) {
        self.lock().remove(&persona_id);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<PersonaId, Slot>> {
        // The map is whole at every moment, so a panic elsewhere does not spoil it.
        self.indexes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub async fn index(
        &self,
        app: &App,
        workspace_id: WorkspaceId,
        persona_id: PersonaId,
    ) -> Result<Arc<Index>, Problem> {
        let slot = Arc::clone(self.lock().entry(persona_id).or_default());
        let index = slot
            .get_or_try_init(|| self.load(app, workspace_id, persona_id))
            .await?;
        Ok(Arc::clone(index))
    }

    async fn load(
        &self,
        app: &App,
        workspace_id: WorkspaceId,
        persona_id: PersonaId,
    ) -> Result<Arc<Index>, Problem> {
        let segments = app.store.source_indexes(workspace_id, persona_id).await?;
        let pairs = app.store.questions(workspace_id, persona_id).await?;
        let embedder = self.embedder.clone();
        blocking(move || {
            let mut index = Index::new();
            for (source_id, bytes) in segments {
                match SourceIndex::from_bytes(&bytes) {
                    Ok(segment) => index.insert(segment),
                    // An index of another version: it is made again after every start.
                    Err(error) => {
                        tracing::warn!(%source_id, %error, "a source's index cannot be read")
                    }
                }
            }
            if !pairs.is_empty() {
                let pairs = pairs_source(&pairs)?;
                index.insert(
                    SourceIndex::build(&pairs, embedder.as_deref(), &mut |_| true)
                        .map_err(Problem::internal)?,
                );
            }
            Ok(Arc::new(index))
        })
        .await
    }

    /// Puts together what an answer is made from.
    pub async fn request(
        &self,
        app: &App,
        workspace_id: WorkspaceId,
        persona_id: PersonaId,
        question: Question,
        mut settings: Settings,
    ) -> Result<Request, Problem> {
        let index = self.index(app, workspace_id, persona_id).await?;
        if self.model.is_some()
            && let Some(persona) = app.store.persona(workspace_id, persona_id).await?
        {
            settings.instructions = Profile::read(&persona)?.instructions;
        }
        Ok(Request {
            index,
            question,
            settings,
        })
    }

    /// Answers a question; `on_text` is given the words as they come.
    pub async fn answer(&self, request: Request, on_text: &mut OnText<'_>) -> Answer {
        match &self.model {
            Some(model) => model.answer(request, on_text).await,
            None => self.built_in_answer(request, on_text).await,
        }
    }

    /// The built-in answerer's answer, whatever is configured: there at once.
    pub async fn answer_without_model(&self, request: Request) -> Answer {
        self.built_in_answer(request, &mut |_: &str| {}).await
    }

    async fn built_in_answer(&self, request: Request, on_text: &mut OnText<'_>) -> Answer {
        Answerer::answer(&self.built_in, request, on_text).await
    }

    /// Who answers, and what is wrong with it: for `/healthz`.
    pub fn answerer(&self) -> AnswererHealth {
        AnswererHealth {
            kind: if self.model.is_some() {
                WrittenBy::Model
            } else {
                WrittenBy::BuiltIn
            },
            trouble: self
                .model
                .as_ref()
                .and_then(ModelAnswerer::trouble)
                .map(|failure| failure.to_string()),
        }
    }

    /// Asks a persona without a conversation.
    pub async fn try_out(
        &self,
        app: &App,
        persona: &Persona,
        turns: Vec<String>,
    ) -> Result<Trial, Problem> {
        let profile = Profile::read(persona)?;
        let owner = app
            .store
            .user(persona.workspace_id, persona.owner_id)
            .await?;
        let settings = Settings {
            persona_name: persona.name.clone(),
            call_names: profile.call_names.clone(),
            owner_name: owner.map_or_else(|| "the owner".into(), |owner| owner.name),
            instructions: String::new(),
            threshold: f32::from(profile.confidence_threshold) / 100.0,
        };
        let turns = turns
            .into_iter()
            .map(|text| Turn {
                role: Role::Visitor,
                text,
            })
            .collect();
        let question = Question {
            turns,
            ..Question::default()
        };
        let request = self
            .request(
                app,
                persona.workspace_id,
                persona.persona_id,
                question,
                settings,
            )
            .await?;
        Ok(Trial::from(self.answer(request, &mut |_| {}).await))
    }

    /// A source's text as the persona reads it.
    pub async fn readable_text(
        &self,
        source: &Source,
        content: Vec<u8>,
    ) -> Result<String, Problem> {
        let source = as_read(source, content);
        blocking(move || {
            let document = trialogue_persona::read(&source)
                .map_err(|error| Problem::invalid("unreadable", error.to_string()))?;
            Ok(plain_text(&document))
        })
        .await
    }

    /// What stands around a citation, as far as its source is still there.
    pub async fn passage(
        &self,
        app: &App,
        workspace_id: WorkspaceId,
        citation: &Citation,
    ) -> Result<Passage, Problem> {
        let bare = Passage {
            source_title: citation.source_title.clone(),
            place: citation.place.clone(),
            before: String::new(),
            text: citation.text.clone(),
            after: String::new(),
        };
        let Ok(source_id) = citation.source_id.parse().map(SourceId) else {
            return Ok(bare);
        };
        let Some(source) = app.store.source(workspace_id, source_id).await? else {
            return Ok(bare);
        };
        let index = self.index(app, workspace_id, source.persona_id).await?;
        let around = index
            .passage_holding(&citation.source_id, &citation.text)
            .and_then(|passage| passage.split_once(citation.text.as_str()));
        Ok(match around {
            Some((before, after)) => Passage {
                before: before.to_owned(),
                after: after.to_owned(),
                ..bare
            },
            None => bare,
        })
    }
}

/// Runs work that takes long on threads kept for it.
pub async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(Problem::internal)?
}
