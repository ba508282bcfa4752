//! A language model that words the answer, behind the same trait as the built-in answerer and with that one as its fallback.
//!
//! The model gets the passages that search found, as data, and must say in a fixed form whether they suffice, the answer, and which
//! passages it used. Whatever else comes back (an error, half an answer, another form) is dropped, and the built-in answerer's own
//! answer is given instead. Anything with OpenAI's chat API serves; `genai` speaks it and keeps up with the servers' dialects.

mod prompt;
mod reply;

use crate::answer::{
    Answer, Answerer, BuiltIn, Citation, HandoffReason, OnText, Outcome, Ranked, Request, WrittenBy,
};
use async_trait::async_trait;
use futures_util::StreamExt;
use genai::adapter::AdapterKind;
use genai::chat::{ChatOptions, ChatStreamEvent};
use genai::resolver::{AuthData, Endpoint};
use genai::{Client, ModelIden, ServiceTarget, WebConfig};
use reply::{Reading, Reply};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// How many passages the model gets: in the first six is the right one nearly always (docs/answering.md).
const PASSAGES: usize = 6;

/// Where the model is and how long to wait for it.
#[derive(Clone)]
pub struct ModelConfig {
    /// The base address, for example `http://127.0.0.1:8000/v1`.
    pub address: String,
    pub model: String,
    /// Empty where the server wants none.
    pub api_key: String,
    pub patience: Patience,
    /// The most tokens of an answer.
    pub max_tokens: u32,
    /// Further fields of every request, such as a grammar where the server takes one.
    pub extra: serde_json::Map<String, serde_json::Value>,
}

impl std::fmt::Debug for ModelConfig {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            address,
            model,
            patience,
            max_tokens,
            ..
        } = self;
        formatter
            .debug_struct("ModelConfig")
            .field("address", address)
            .field("model", model)
            .field("patience", patience)
            .field("max_tokens", max_tokens)
            .finish_non_exhaustive()
    }
}

/// How long each part of a call may take.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    pub connect: Duration,
    /// From sending the question to the first piece of the answer.
    pub first: Duration,
    /// Between two pieces.
    pub stall: Duration,
    pub total: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            first: Duration::from_secs(20),
            stall: Duration::from_secs(10),
            total: Duration::from_secs(60),
        }
    }
}

/// Why the model's answer was not used. Says nothing of what was sent: it is logged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ModelFailure {
    #[error("it could not be reached")]
    Unreachable,
    #[error("it answered with HTTP status {0}")]
    Status(u16),
    #[error("it took too long to {0}")]
    TooSlow(&'static str),
    #[error("its stream broke off")]
    BrokeOff,
    #[error("its answer does not have the form that was asked for: {0}")]
    Garbled(&'static str),
}

/// Answers through a language model.
pub struct ModelAnswerer {
    client: Client,
    config: ModelConfig,
    built_in: BuiltIn,
    /// What went wrong the last time, if it did.
    trouble: Mutex<Option<ModelFailure>>,
}

impl ModelAnswerer {
    /// Fails only when the system's TLS cannot be set up.
    pub fn new(config: ModelConfig, built_in: BuiltIn) -> Result<Self, genai::Error> {
        let web = WebConfig::default()
            .with_connect_timeout(config.patience.connect)
            .with_timeout(config.patience.total);
        Ok(Self {
            client: Client::builder().with_web_config(web).build()?,
            config,
            built_in,
            trouble: Mutex::default(),
        })
    }

    /// Why the newest answer was not the model's, for operators. `None` when the model did what it was asked.
    pub fn trouble(&self) -> Option<ModelFailure> {
        self.trouble
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn remember(&self, trouble: Option<ModelFailure>) {
        *self.trouble.lock().unwrap_or_else(PoisonError::into_inner) = trouble;
    }

    async fn ask(
        &self,
        request: &Request,
        passages: &[Ranked],
        on_text: &mut OnText<'_>,
    ) -> Result<Reply, ModelFailure> {
        let patience = self.config.patience;
        let started = Instant::now();
        let end = started + patience.total;
        let target = ServiceTarget {
            endpoint: Endpoint::from_owned(format!(
                "{}/",
                self.config.address.trim_end_matches('/')
            )),
            auth: AuthData::from_single(if self.config.api_key.is_empty() {
                "none"
            } else {
                &self.config.api_key
            }),
            model: ModelIden::new(AdapterKind::OpenAI, self.config.model.as_str()),
        };
        let options = ChatOptions::default()
            .with_temperature(0.0)
            .with_max_tokens(self.config.max_tokens)
            .with_extra_body(self.config.extra.clone().into());
        let chat = prompt::prompt(&request.question, &request.settings, passages);
        let call = self.client.exec_chat_stream(target, chat, Some(&options));
        let first = end.min(started + patience.first);
        let mut stream = timeout_at(first, call)
            .await
            .map_err(|_| ModelFailure::TooSlow("begin"))?
            .map_err(|error| failure(&error))?
            .stream;
        let mut reading = Reading::new(passages.len());
        let mut limit = first;
        loop {
            let event = timeout_at(limit, stream.next()).await.map_err(|_| {
                ModelFailure::TooSlow(if limit == end {
                    "finish"
                } else if reading.has_begun() {
                    "go on"
                } else {
                    "begin"
                })
            })?;
            match event {
                Some(Ok(ChatStreamEvent::Chunk(chunk))) => {
                    if let Some(text) = reading.push(&chunk.content)? {
                        on_text(&text);
                    }
                    limit = end.min(Instant::now() + patience.stall);
                }
                Some(Ok(ChatStreamEvent::End(_))) | None => return reading.finish(),
                Some(Ok(_)) => {}
                Some(Err(error)) => return Err(failure(&error)),
            }
        }
    }
}

#[async_trait]
impl Answerer for ModelAnswerer {
    async fn answer(&self, request: Request, on_text: &mut OnText<'_>) -> Answer {
        let own = Answerer::answer(&self.built_in, request.clone(), &mut |_: &str| {}).await;
        // The threshold is on what search found: a model's own opinion of its answer is not calibrated, and words that would be
        // taken back for want of confidence are better never shown. The owner's own words need no other ones.
        if own.outcome != Outcome::Answered || own.is_owners_own() {
            on_text(&own.text);
            return own;
        }
        let passages: Vec<Ranked> = own.ranked.iter().take(PASSAGES).cloned().collect();
        let reply = self.ask(&request, &passages, on_text).await;
        self.remember(reply.as_ref().err().cloned());
        match reply {
            Ok(Reply::Enough { text, used }) => Answer {
                text,
                citations: used
                    .iter()
                    .filter_map(|number| passages.get(*number))
                    .map(cite)
                    .collect(),
                outcome: Outcome::Answered,
                written_by: WrittenBy::Model,
                ..own
            },
            Ok(Reply::NotEnough) => Answer {
                text: String::new(),
                citations: Vec::new(),
                outcome: Outcome::Handoff(HandoffReason::NotEnoughInPassages),
                written_by: WrittenBy::Model,
                ..own
            },
            Err(failure) => {
                tracing::warn!(model = %self.config.model, %failure, "the language model's answer is not used; the built-in answerer's is");
                own
            }
        }
    }
}

fn cite(passage: &Ranked) -> Citation {
    Citation {
        source_id: passage.source_id.clone(),
        source_title: passage.source_title.clone(),
        place: passage.place.clone(),
        text: passage.text.clone(),
        passage: passage.passage,
    }
}

/// Keeps of an error only what is safe to log: the full one may hold the request.
fn failure(error: &genai::Error) -> ModelFailure {
    if let Some(status) = error.status() {
        return ModelFailure::Status(status.as_u16());
    }
    match error {
        // What went wrong before the stream began comes wrapped as an error of the stream.
        genai::Error::WebStream { error, .. } => match error.downcast_ref::<genai::Error>() {
            Some(inner) => failure(inner),
            None => ModelFailure::BrokeOff,
        },
        genai::Error::WebModelCall { .. } => ModelFailure::Unreachable,
        genai::Error::StreamParse { .. } => ModelFailure::Garbled("the stream is not JSON"),
        _ => ModelFailure::BrokeOff,
    }
}

#[cfg(test)]
mod tests;
